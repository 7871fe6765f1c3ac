"""Random secrets of which only a hash is stored."""

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """Return 256 random bits as text that fits into a header or cookie."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """Return the SHA-256 by which a secret is found again; fast, for the secret is random."""
    return hashlib.sha256(secret.encode()).hexdigest()
