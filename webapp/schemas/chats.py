"""Chats: what is asked of them, and what is told of them and their messages."""

import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from webapp.enums import ChatKind, ChatStop, DeliveryStatus
from webapp.schemas.base import Answer, Schema, UtcTime
from webapp.schemas.event_wishes import EventWishAnswer, EventWishFields, EventWishForm


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not hold a NUL character")
    return value


Name = Annotated[
    str,
    Field(min_length=1, max_length=120, examples=["#customer-news"]),
    AfterValidator(_without_nul),
]
Address = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="As Slack, Teams (Workflows), Discord, Mattermost or Google Chat gives it, "
        "or `tgram://bot-token/chat-id`",
        examples=["https://hooks.slack.com/services/T0000/B0000/abcdefghijklmnopqrstuvwx"],
    ),
    AfterValidator(_without_nul),
]


class OwnChatInput(Schema):
    """Where a user's own messages go; what is told is what their preferences let through."""

    address: Address


class ChatInput(EventWishFields):
    """A new channel of the team's."""

    name: Name
    address: Address


class ChatForm(ChatInput, EventWishForm):
    """What the page posts."""

    @property
    def values(self) -> dict[str, Any]:
        """The fields of a channel."""
        return self.model_dump(include=set(ChatInput.model_fields))


class ChatPatch(EventWishFields):
    """Part of a channel: what is absent stays."""

    name: Name = Field(default_factory=str)
    address: Address = Field(default_factory=str)
    is_active: bool = Field(True, description="Switches it on or off")  # noqa: FBT003 -- a default value


class ChatEditForm(EventWishForm):
    """What the page posts of a channel that is there; an empty address stays as it is."""

    name: Name
    address: Annotated[str, Field(max_length=2000), AfterValidator(_without_nul)] = ""

    @property
    def values(self) -> dict[str, Any]:
        """The fields to change."""
        kept = set(ChatPatch.model_fields) - {"is_active", *(() if self.address else ("address",))}
        return self.model_dump(include=kept)


class OwnChatPatch(Schema):
    """Switches a user's own chat on or off."""

    is_active: bool


class OwnChatAnswer(Answer):
    """A chat; its address is never told again."""

    id: uuid.UUID
    name: str
    kind: ChatKind
    hint: str = Field(description="Enough to know the address by, too little to post with")
    is_active: bool
    stopped_reason: ChatStop | None
    stopped_at: UtcTime | None
    failing_since: UtcTime | None = Field(description="Since when every try has failed")
    last_success_at: UtcTime | None
    created_at: UtcTime
    updated_at: UtcTime


class ChatAnswer(OwnChatAnswer, EventWishAnswer):
    """A channel of the team's."""


class ChatListAnswer(Answer):
    """Every channel of the team's."""

    channels: list[ChatAnswer]
    total: int


class ChatMessageAnswer(Answer):
    """One message to a chat."""

    id: uuid.UUID
    event_id: uuid.UUID | None
    is_test: bool
    title: str
    reason: str
    body: str | None = Field(description="Null until it is first tried")
    status: DeliveryStatus
    tries: int
    next_attempt_at: UtcTime | None
    delivered_at: UtcTime | None
    response_status: int | None
    error_message: str | None
    created_at: UtcTime


class ChatMessageListAnswer(Answer):
    """A page of messages, the newest first."""

    messages: list[ChatMessageAnswer]
    total: int
    skip: int
    limit: int
