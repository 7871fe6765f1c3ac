"""Passwords: argon2id with OWASP's figures, and the same effort whether or not a user exists."""

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp.errors import InvalidInputError

MIN_LENGTH = 12
MAX_LENGTH = 200


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

    def hash(self, password: str) -> str:
        """Return the hash to store, which carries its own salt and figures."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Check a password; without a stored hash it takes as long and is False."""
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a stored hash was made with other figures than today's."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")


def check_new_password(password: str) -> None:
    """Raise InvalidInputError unless the password is fit to be set."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        message = f"Take {MIN_LENGTH} to {MAX_LENGTH} characters; a few words make a good password."
        raise InvalidInputError.of("password", message)
