"""Signatures as in Standard Webhooks 1.0: what we sign and what we are sent.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from webapp import clock

SECRET_PREFIX = "whsec_"  # noqa: S105 -- what every secret begins with
ID_HEADER = "webhook-id"
TIME_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
TOLERANCE = timedelta(minutes=5)
"""How far the sender's clock may be from ours; what is older may be a replay."""

_VERSION = "v1"
_SECRET_BYTES = 32
_LEAST_SECRET_BYTES = 16
_MAX_SIGNATURES = 10


class SignatureRefusedError(Exception):
    """What came in is not signed by who knows the secret, or not now; the message says why."""


def new_signing_secret() -> str:
    """Return a new secret of 256 random bits as it is given to a consumer."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(
    message_id: str, body: bytes, *, at: datetime, signing_secrets: Sequence[str]
) -> dict[str, str]:
    """Return the three headers; while a secret is changed, signed with each of both."""
    stamp = str(int(at.timestamp()))
    signatures = [_signature(each, message_id, stamp, body) for each in signing_secrets]
    return {
        ID_HEADER: message_id,
        TIME_HEADER: stamp,
        SIGNATURE_HEADER: " ".join(signatures),
    }


def verify(body: bytes, headers: Mapping[str, str], *, signing_secrets: Sequence[str]) -> str:
    """Return the id of a message that one of the secrets signed within the last five minutes.

    `body` is what came over the wire, before anything read it. The id is the same whenever the
    sender tries again: who must do a thing once keeps it. Raises SignatureRefusedError.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, stamp = given.get(ID_HEADER, ""), given.get(TIME_HEADER, "")
    claimed = given.get(SIGNATURE_HEADER, "").split()[:_MAX_SIGNATURES]
    if not (message_id and stamp and claimed):
        raise SignatureRefusedError("The headers of a signed webhook are missing.")
    _check_time(stamp)
    expected = [_signature(each, message_id, stamp, body) for each in signing_secrets]
    # Every pair is compared, so that the time taken tells nothing
    matches = [
        hmac.compare_digest(ours.encode(), theirs.encode())
        for ours in expected
        for theirs in claimed
    ]
    if not any(matches):
        raise SignatureRefusedError("The signature does not fit the secret and the body.")
    return message_id


def _check_time(stamp: str) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= len("99999999999")):
        raise SignatureRefusedError("The time stamp is no number of seconds.")
    apart = abs(clock.now().timestamp() - int(stamp))
    if apart > TOLERANCE.total_seconds():
        raise SignatureRefusedError("The time stamp is more than five minutes from now.")


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    content = b".".join((message_id.encode(), stamp.encode(), body))
    mac = hmac.new(_key_of(secret), content, hashlib.sha256).digest()
    return f"{_VERSION},{base64.b64encode(mac).decode()}"


def _key_of(secret: str) -> bytes:
    """Return the key in a secret; raises ValueError for one that anybody could guess."""
    text = secret.removeprefix(SECRET_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("a signing secret is base64 after whsec_") from None
    if len(key) < _LEAST_SECRET_BYTES:
        raise ValueError("a signing secret has at least 16 bytes")
    return key
