"""What a way to hand over a mail takes and returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from webapp.enums import MailProviderName


@dataclass(frozen=True)
class OutgoingMail:
    """A mail ready to leave; `message_id` with its angle brackets, the same on every try."""

    message_id: str
    sender_name: str
    sender_email: str
    recipient: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MailReceipt:
    """That the mail was taken over; the provider's own id where it gives one."""

    provider: MailProviderName
    provider_message_id: str


class MailRefusedError(Exception):
    """The mail will never be taken (an SMTP 5xx).

    `is_bounce` when it was refused at RCPT, `suppress` when the address does not exist (5.1.x).
    """

    def __init__(self, message: str, *, is_bounce: bool, suppress: bool) -> None:
        super().__init__(message)
        self.is_bounce = is_bounce
        self.suppress = suppress


class MailDeferredError(Exception):
    """The mail was not taken now (4xx, time-out, no connection); try again later."""


class MailProvider(Protocol):
    """One way to hand over a mail."""

    name: MailProviderName

    def is_configured(self) -> bool:
        """Tell whether the settings that it needs are there."""
        ...

    def send(self, mail: OutgoingMail) -> MailReceipt:
        """Hand the mail over within 10 s. Raises MailRefusedError or MailDeferredError."""
        ...
