"""Chats: where messages are posted, and what was promised to each."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import ChatKind, ChatStop, DeliveryStatus
from webapp.models.base import (
    Base,
    Created,
    EnumText,
    Owned,
    Timestamps,
    UtcDateTime,
    UuidKey,
)
from webapp.models.event_wish import EventWish


class ChatChannel(UuidKey, Owned, EventWish, Timestamps, Base):
    """A place in a chat: a user's own, at most one, or with `user_id` None the team's.

    A user's own one is told what their preferences let through, the team's what its filter does.
    The address is sealed: who knows it can post.
    """

    __tablename__ = "chat_channels"
    __table_args__ = (Index("uq_chat_channels_user_id", "user_id", unique=True),)

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[ChatKind] = mapped_column(EnumText(ChatKind))
    address: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(String(300))
    stopped_reason: Mapped[ChatStop | None] = mapped_column(EnumText(ChatStop))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_active(self) -> bool:
        """Whether anything is posted there."""
        return self.stopped_reason is None


class ChatMessage(UuidKey, Owned, Created, Base):
    """One message to one channel. A pending row is a promise; `dedupe_key` keeps it to one."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        UniqueConstraint("channel_id", "dedupe_key"),
        Index("ix_chat_messages_channel_id_created_at", "channel_id", "created_at"),
        Index("ix_chat_messages_status_next_attempt_at", "status", "next_attempt_at"),
        Index("ix_chat_messages_event_id", "event_id"),
    )

    channel_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("chat_channels.id", ondelete="CASCADE")
    )
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"))
    is_test: Mapped[bool] = mapped_column(default=False)
    dedupe_key: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str | None] = mapped_column(Text)
    status: Mapped[DeliveryStatus] = mapped_column(
        EnumText(DeliveryStatus), default=DeliveryStatus.PENDING
    )
    tries: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    response_status: Mapped[int | None]
    error_message: Mapped[str | None] = mapped_column(String(500))
