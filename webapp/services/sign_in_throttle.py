"""Slows down the guessing of passwords, by account and by address."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from webapp import clock
from webapp.errors import TooManyRequestsError
from webapp.extensions import db
from webapp.models import SignInAttempt
from webapp.services.transactions import atomic

WINDOW = timedelta(hours=1)
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 20


@dataclass(frozen=True)
class Attempt:
    """One try, counted before the password is looked at so that no two tries slip through."""

    account: str
    address_row_id: int


class SignInThrottle:
    """Counts tries; account and address are kept only as keyed hashes."""

    def __init__(self, *, key: str) -> None:
        self._key = key.encode()

    def admit(self, email: str, address: str) -> Attempt:
        """Count a try, or raise TooManyRequestsError that says how long to wait."""
        account = self._subject("account", email.lower())
        source = self._subject("address", address)
        with atomic():
            self._check(account, TRIES_PER_ACCOUNT)
            self._check(source, TRIES_PER_ADDRESS)
            rows = [SignInAttempt(subject=account), SignInAttempt(subject=source)]
            db.session.add_all(rows)
            db.session.flush()
            return Attempt(account, rows[1].id)

    def forget(self, attempt: Attempt) -> None:
        """Take back what a good sign-in counted; runs in the caller's transaction."""
        db.session.execute(
            delete(SignInAttempt).where(
                (SignInAttempt.subject == attempt.account)
                | (SignInAttempt.id == attempt.address_row_id)
            )
        )

    def _check(self, subject: str, limit: int) -> None:
        since = clock.now() - WINDOW
        own = SignInAttempt.subject == subject
        db.session.execute(delete(SignInAttempt).where(own, SignInAttempt.created_at <= since))
        tries = list(
            db.session.scalars(
                select(SignInAttempt.created_at)
                .where(own)
                .order_by(SignInAttempt.created_at.desc())
                .limit(limit)
            )
        )
        if len(tries) == limit:
            wait = int((tries[-1] - since).total_seconds()) + 1
            minutes = -(-wait // 60)
            error = TooManyRequestsError(
                f"Too many tries. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
            )
            error.retry_after = wait
            raise error

    def _subject(self, kind: str, value: str) -> str:
        text = f"{kind}:{value}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
