"""What a way to deliver a webhook takes and returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class OutgoingWebhook:
    """A signed message ready to leave."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class WebhookReply:
    """What became of one try: an answer, or `error`, why there was none.

    The body is the answer's beginning; `retry_after` is what the consumer asks for, in seconds.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: str | None = None
    retry_after: float | None = None
    milliseconds: int = 0


class WebhookSender(Protocol):
    """One way to deliver webhooks to addresses that users typed."""

    def refusal(self, url: str) -> str | None:
        """Return why nothing may ever be sent to an address, or None; asks nobody."""
        ...

    def problem(self, url: str) -> str | None:
        """Return why an address cannot be reached at present, or None; any answer will do."""
        ...

    def send(self, webhook: OutgoingWebhook) -> WebhookReply:
        """POST a message within its time limit; follows no redirect, raises nothing."""
        ...
