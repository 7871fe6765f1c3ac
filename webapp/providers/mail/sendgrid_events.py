"""SendGrid's event webhook: checks its signature and reads what did not arrive.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from webapp import clock
from webapp.enums import BounceKind
from webapp.providers.mail.dsn import BounceReport, classify, report_key

SIGNATURE_HEADER = "x-twilio-email-event-webhook-signature"
TIME_HEADER = "x-twilio-email-event-webhook-timestamp"
TOLERANCE_SECONDS = 300
_MAX_EVENTS = 2_000
_MAX_STAMP = 11


def is_signed(body: bytes, headers: Mapping[str, str], *, public_key: str) -> bool:
    """Tell whether SendGrid signed this body within the last five minutes.

    Header names are lower case.
    """
    stamp = headers.get(TIME_HEADER, "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _MAX_STAMP):
        return False
    if abs(clock.now().timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        return False
    try:
        key = load_der_public_key(base64.b64decode(public_key, validate=True))
        signature = base64.b64decode(headers.get(SIGNATURE_HEADER, ""), validate=True)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return False
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def read_events(body: bytes) -> list[BounceReport]:
    """Return the failures among the events of a body. Raises ValueError where it is no list."""
    try:
        events = json.loads(body)
    except RecursionError:
        raise ValueError("the body is nested too deeply") from None
    if not isinstance(events, list):
        raise ValueError("the body is no list of events")  # noqa: TRY004 -- what came in is at fault
    return list(_reports(events[:_MAX_EVENTS]))


def _reports(events: list[Any]) -> Iterator[BounceReport]:
    for event in events:
        if isinstance(event, dict) and (found := _report(event)) is not None:
            yield found


def _report(event: dict[str, Any]) -> BounceReport | None:
    ids = [_text(event, "smtp-id")]
    recipient, status, reason = (_text(event, name) for name in ("email", "status", "reason"))
    kind = _kind(_text(event, "event"), _text(event, "type"), status=status, reason=reason)
    if kind is None or not ids[0] or "@" not in recipient:
        return None
    name = _text(event, "sg_event_id") or f"{ids[0]} {kind} {reason}"
    return BounceReport(
        message_ids=tuple(ids),
        recipients=(recipient,),
        kind=kind,
        status=status[:12],
        diagnostic=reason,
        key=report_key("sendgrid", name),
    )


def _kind(event: str, subtype: str, *, status: str, reason: str) -> BounceKind | None:
    """Say what an event means; `blocked` is a refusal of this mail, not of the address."""
    if event == "deferred":
        return BounceKind.DELAYED
    if event == "dropped":
        is_dead = "bounced address" in reason.lower() or "invalid" in reason.lower()
        return BounceKind.HARD if is_dead else BounceKind.SOFT
    if event != "bounce":
        return None
    return BounceKind.SOFT if subtype == "blocked" else classify("failed", status, reason)


def _text(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    return value.replace("\x00", "").strip()[:400] if isinstance(value, str) else ""
