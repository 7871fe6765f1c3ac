"""Builds the message that goes on the wire, text and HTML beside each other."""

import re
import textwrap
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime

from webapp import clock
from webapp.providers.base import MailRefusedError, OutgoingMail

_LINE = 76
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]+@[\x21-\x3b\x3d\x3f-\x7e]+>")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+")
_OURS = frozenset(
    {"from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "mime-version"}
)
_MAX_SUBJECT = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _WholeWords(EmailPolicy):
    """Folds plain headers between words only: the stock policy encodes long addresses away."""

    def fold(self, name: str, value: str) -> str:
        if not value.isascii():
            folded: str = super().fold(name, value)
            return folded
        lines = textwrap.wrap(
            f"{name}: {value}", _LINE, break_long_words=False, break_on_hyphens=False
        )
        return "\r\n ".join(lines) + "\r\n"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY = _WholeWords(**{k: v for k, v in SMTP.__dict__.items() if k != "header_factory"})


def build_message(mail: OutgoingMail) -> EmailMessage:
    """Return the mail as multipart/alternative, with its own Message-ID and today's Date.

    Raises MailRefusedError for a mail that no server could take: a line break in a header, a
    malformed address or Message-ID, a header that is set here anyway.
    """
    _check(mail)
    message = EmailMessage(policy=_POLICY)
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(clock.now())
    message["From"] = _address(mail.sender_email, name=mail.sender_name)
    message["To"] = _address(mail.recipient)
    message["Subject"] = _one_line(mail.subject)[:_MAX_SUBJECT]
    for name, value in mail.headers.items():
        message[name] = _one_line(value)
    message.set_content(_encodable(mail.text), cte="quoted-printable")
    message.add_alternative(_encodable(mail.html), subtype="html", cte="quoted-printable")
    return message


def message_bytes(mail: OutgoingMail) -> bytes:
    """Return the mail as it goes on the wire; raise MailRefusedError as `build_message` does."""
    try:
        return build_message(mail).as_bytes()
    except ValueError:  # the library's last word on a header that it cannot write
        raise _refused("a header cannot be written") from None


def wire_address(address: str) -> str:
    """Return the address in the ASCII form that every mail server takes.

    Raises MailRefusedError where there is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise _refused("the mail address is malformed")
    local, _, domain = address.rpartition("@")
    try:
        wired = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise _refused("the mail address has no valid domain") from None
    if not wired.isascii():
        raise _refused("the mail address holds letters that mail servers do not take")
    return wired


def _address(address: str, *, name: str = "") -> Address:
    return Address(display_name=_one_line(name), addr_spec=wire_address(address))


def _check(mail: OutgoingMail) -> None:
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise _refused("the Message-ID is malformed")
    for value in (mail.subject, mail.sender_name, *mail.headers.values()):
        if _CONTROL.search(value):
            raise _refused("a header holds a line break or control character")
    for name in mail.headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            raise _refused("a header's name is not allowed")


def _one_line(text: str) -> str:
    """Join at the line breaks that only Unicode knows; the plain ones were refused before."""
    return " ".join(_encodable(text).splitlines())


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _refused(reason: str) -> MailRefusedError:
    return MailRefusedError(f"The mail was not sent: {reason}.", is_bounce=False, suppress=False)
