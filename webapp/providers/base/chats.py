"""What a way to post into chats takes and returns."""

from dataclasses import dataclass, field
from typing import Protocol

from webapp.enums import ChatKind


@dataclass(frozen=True)
class ChatAddress:
    """Where a chat takes messages; all of it is secret but `kind` and `hint`."""

    kind: ChatKind
    url: str = field(repr=False)
    hint: str
    """Enough to tell one address from another, and too little to post with."""


@dataclass(frozen=True)
class OutgoingChat:
    """A message ready to be posted, in plain text."""

    address: str = field(repr=False)
    title: str
    body: str


@dataclass(frozen=True)
class ChatReply:
    """What became of one try; `error` is None where it was taken.

    `is_gone` says that the address will never take anything again; `retry_after` is what the chat
    asks for, in seconds.
    """

    status: int | None = None
    error: str | None = None
    is_gone: bool = False
    retry_after: float | None = None


class UnknownChatError(Exception):
    """The address is of no chat that may be posted to; the message says what to enter."""


class ChatSender(Protocol):
    """One way to post into chats."""

    def read(self, text: str) -> ChatAddress:
        """Return the address in what was typed; raises UnknownChatError. Asks nobody."""
        ...

    def send(self, message: OutgoingChat) -> ChatReply:
        """Post a message within its time limit; raises nothing."""
        ...
