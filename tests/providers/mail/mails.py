"""A mail to send, and the way to read what arrived."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from webapp.providers.base import OutgoingMail

MAIL = OutgoingMail(
    message_id="<event-17.a1b2@beacon.example.com>",
    sender_name="Beacon",
    sender_email="beacon@example.com",
    recipient="ben@example.com",
    subject="Halcyon Health: new chief financial officer",
    text="Halcyon Health has a new CFO.\n.hidden dot\nGrüße",
    html="<p>Halcyon Health has a new <b>CFO</b>. Grüße</p>",
)


def mail(**changes: Any) -> OutgoingMail:
    """The mail with some fields changed."""
    return replace(MAIL, **changes)


def read(content: bytes) -> EmailMessage:
    """Parse a message as a mail program does."""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """Return the text of the plain or html part."""
    found = message.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content()).replace("\r\n", "\n")
