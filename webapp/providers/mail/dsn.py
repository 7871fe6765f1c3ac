"""Reads delivery status notifications (RFC 3464): which mail did not arrive, and why.

Whoever knows our address can send one, so everything in it is somebody's claim. Only the outer
report is read; what it quotes is used for nothing but the Message-ID of our mail.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from webapp.enums import BounceKind

MAX_BYTES = 256 * 1024
"""So much of one report is read; what stands behind it is the mail that it returns."""
_MAX_PARTS = 20
_MAX_BLOCKS = 50
_MAX_DIAGNOSTIC = 400
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(r"\b([45]\d\d)\b")
_ID = re.compile(r"<[^<>\s]{3,290}>")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_ADDRESS_STATUS = re.compile(r"5\.1\.(?:0|1|2|3|6|10)|5\.2\.1")
_NO_ADDRESS = re.compile(
    r"user unknown|unknown (?:user|recipient|address)|no such (?:user|mailbox|recipient|address)"
    r"|(?:address|user|recipient|mailbox|account) (?:does not|doesn't) exist|does not exist"
    r"|invalid (?:mailbox|recipient)|mailbox (?:not found|unavailable|disabled)"
    r"|recipient (?:not found|rejected: unknown)",
    re.IGNORECASE,
)
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard library's parser raises over mails that no mail program would write."""


@dataclass(frozen=True)
class BounceReport:
    """What a report says of one recipient of one mail of ours.

    `message_ids` are the ids by which the mail may be known, the surest first. `key` is the same
    whenever the same report is read.
    """

    message_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    kind: BounceKind
    status: str
    diagnostic: str
    key: str


def read_reports(content: bytes) -> list[BounceReport]:
    """Return what a mail reports, one entry a recipient; empty if it reports no failure."""
    head = content[:MAX_BYTES]
    if head.count(b"boundary") > _MAX_PARTS:
        return []
    try:
        return list(_reports(BytesParser(policy=compat32).parsebytes(head)))
    except _UNREADABLE:
        return []


def classify(action: str, status: str, diagnostic: str) -> BounceKind | None:
    """Say what a report means: for ever, not this time, still trying; None is no failure."""
    act = action.strip().lower()
    if act.startswith("delay"):
        return BounceKind.DELAYED
    if not act.startswith(("fail", "error")):
        return None
    code = (_STATUS.search(diagnostic) or _STATUS.search(status) or [""])[0]
    is_known = _ADDRESS_STATUS.fullmatch(code) is not None
    is_vague = code in {"", "5.0.0", "5.4.4", "5.5.0"}
    if is_known or (is_vague and _NO_ADDRESS.search(diagnostic)):
        return BounceKind.HARD
    return BounceKind.SOFT


def report_key(*parts: str) -> str:
    """Return the name of a report, made of what tells it from every other."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _reports(message: Message) -> Iterator[BounceReport]:
    parts = message.get_payload()
    if not message.is_multipart() or not isinstance(parts, list):
        return
    own = [part for part in parts if isinstance(part, Message)]
    status = next((p for p in own if p.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return
    ids = tuple(dict.fromkeys([*_returned_ids(own), *_answered_ids(message)]))
    for block in _blocks(status):
        found = _report(block, ids, _text(message.get("Message-ID")))
        if found is not None:
            yield found


def _blocks(status: Message) -> list[Message]:
    payload = status.get_payload()
    blocks = payload if isinstance(payload, list) else []
    return [each for each in blocks if isinstance(each, Message)][:_MAX_BLOCKS]


def _report(block: Message, ids: tuple[str, ...], own_id: str) -> BounceReport | None:
    recipients = tuple(
        dict.fromkeys(
            found
            for name in ("Original-Recipient", "Final-Recipient")
            if (found := _address(_text(block.get(name))))
        )
    )
    status, diagnostic = _text(block.get("Status")), _text(block.get("Diagnostic-Code"))
    kind = classify(_text(block.get("Action")), status, diagnostic)
    if kind is None or not recipients or not ids:
        return None
    code = (_STATUS.search(status) or _STATUS.search(diagnostic) or [""])[0]
    return BounceReport(
        message_ids=ids,
        recipients=recipients,
        kind=kind,
        status=code,
        diagnostic=diagnostic[:_MAX_DIAGNOSTIC],
        key=report_key(own_id, ids[0], *recipients, kind.value, status, diagnostic),
    )


def _address(value: str) -> str:
    """Return the address of `rfc822; <name@example.com>`, or "" if there is none."""
    _, _, address = value.rpartition(";")
    bare = address.strip().strip("<>").strip()
    return bare if "@" in bare and len(bare) <= 254 else ""  # noqa: PLR2004 -- the longest address


def _returned_ids(parts: list[Message]) -> Iterator[str]:
    """Yield the Message-ID of the mail that a report returns, whole or its headers only."""
    for part in parts:
        kind, payload = part.get_content_type(), part.get_payload()
        if kind in {"message/rfc822", "message/global"} and isinstance(payload, list):
            inner = payload[0] if payload and isinstance(payload[0], Message) else None
        elif kind in {"text/rfc822-headers", "message/global-headers"}:
            raw = part.get_payload(decode=True)
            inner = BytesHeaderParser().parsebytes(raw) if isinstance(raw, bytes) else None
        else:
            continue
        if inner is not None:
            yield from _ID.findall(_text(inner.get("Message-ID")))


def _answered_ids(message: Message) -> Iterator[str]:
    for name in ("In-Reply-To", "References"):
        yield from _ID.findall(_text(message.get(name)))[:3]


def _text(value: object) -> str:
    return _UNPRINTABLE.sub(" ", str(value or "")).strip()
