"""Secrets that have to be read again are stored sealed: a copy of the database shows none."""

import base64
import binascii
import hashlib
import os
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webapp.config import Settings

_PURPOSE = b"beacon: secrets in the database"
_NONCE_BYTES = 12
_KEY_BYTES = 32
_KEY_ID_LENGTH = 8


class SealedSecretError(Exception):
    """A stored secret cannot be read: `SECRET_KEY` was changed, or the row is not its own."""


class SecretBox:
    """Seals with AES-256-GCM under a key derived from `SECRET_KEY`.

    What is sealed is bound to its business and column: moved to another one it does not open.
    """

    def __init__(self, settings: Settings) -> None:
        derive = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
        key = derive.derive(settings.secret_key.get_secret_value().encode())
        self._cipher = AESGCM(key)
        self._key_id = hashlib.sha256(key).hexdigest()[:_KEY_ID_LENGTH]

    def seal(self, secret: str, *, business_id: uuid.UUID, column: str) -> str:
        """Return the secret as it may be stored, with the id of the key."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, secret.encode(), _place(business_id, column))
        return f"{self._key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, business_id: uuid.UUID, column: str) -> str:
        """Return the secret; raises SealedSecretError where it cannot be read."""
        key_id, _, text = sealed.partition(".")
        if key_id != self._key_id:
            raise SealedSecretError("It was sealed under another SECRET_KEY.")
        try:
            raw = base64.urlsafe_b64decode(text)
            place = _place(business_id, column)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise SealedSecretError("It does not belong here, or was changed.") from None


def _place(business_id: uuid.UUID, column: str) -> bytes:
    return f"{business_id}:{column}".encode()
