"""Webhooks: who is told over HTTP, what was promised to them, and each try."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import DeliveryStatus, WebhookEventType, WebhookStop
from webapp.models.base import (
    Base,
    Created,
    EnumText,
    JsonValue,
    Owned,
    Timestamps,
    UtcDateTime,
    UuidKey,
)
from webapp.models.event_wish import EventWish


class Webhook(UuidKey, Owned, EventWish, Timestamps, Base):
    """An address that hears of events. It is on while `stopped_reason` is None.

    Both secrets are sealed; the previous one signs too until `previous_secret_until`.
    """

    __tablename__ = "webhooks"

    created_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(2000))
    secret: Mapped[str] = mapped_column(String(500))
    previous_secret: Mapped[str | None] = mapped_column(String(500))
    previous_secret_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_types: Mapped[list[str]] = mapped_column(JsonValue)
    stopped_reason: Mapped[WebhookStop | None] = mapped_column(EnumText(WebhookStop))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first try failed after which none went well."""
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_active(self) -> bool:
        """Whether it hears of anything."""
        return self.stopped_reason is None


class WebhookDelivery(UuidKey, Owned, Created, Base):
    """One message to one webhook. A pending row is a promise; `dedupe_key` keeps it to one.

    `payload` is the body, byte for byte the same on every try, as is `message_id`.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "dedupe_key"),
        Index("ix_webhook_deliveries_webhook_id_created_at", "webhook_id", "created_at"),
        Index("ix_webhook_deliveries_status_next_attempt_at", "status", "next_attempt_at"),
        Index("ix_webhook_deliveries_event_id", "event_id"),
    )

    webhook_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"))
    event_type: Mapped[WebhookEventType] = mapped_column(EnumText(WebhookEventType))
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    dedupe_key: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(300), default="")
    payload: Mapped[str] = mapped_column(Text)
    status: Mapped[DeliveryStatus] = mapped_column(
        EnumText(DeliveryStatus), default=DeliveryStatus.PENDING
    )
    tries: Mapped[int] = mapped_column(default=0)
    """Since it was promised, or promised again."""
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_message: Mapped[str | None] = mapped_column(String(500))


class WebhookAttempt(UuidKey, Owned, Created, Base):
    """One try to deliver: what was sent, and what came back, cut."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (
        Index("ix_webhook_attempts_delivery_id_created_at", "delivery_id", "created_at"),
    )

    delivery_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE")
    )
    url: Mapped[str] = mapped_column(String(2000))
    request_headers: Mapped[dict[str, str]] = mapped_column(JsonValue)
    response_status: Mapped[int | None]
    response_headers: Mapped[dict[str, str]] = mapped_column(JsonValue)
    response_body: Mapped[str] = mapped_column(Text, default="")
    error_message: Mapped[str | None] = mapped_column(String(500))
    milliseconds: Mapped[int] = mapped_column(default=0)
