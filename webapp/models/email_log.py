"""Every mail: what was to be sent, what became of it, and who opened it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import (
    BounceKind,
    BounceSource,
    EmailStatus,
    EmailType,
    HitKind,
    HitVerdict,
    MachineSign,
    MailProviderName,
)
from webapp.models.base import Base, Created, EnumText, JsonValue, Owned, UtcDateTime, UuidKey


class EmailLog(UuidKey, Owned, Created, Base):
    """One mail to one recipient. A pending row is a promise; `dedupe_key` keeps it to one.

    `next_attempt_at` is when delivery may next be tried; a worker holds the row by its lease.
    """

    __tablename__ = "email_logs"
    __table_args__ = (
        Index("ix_email_logs_business_id_created_at", "business_id", "created_at"),
        Index("ix_email_logs_business_id_status", "business_id", "status"),
        Index("ix_email_logs_status_next_attempt_at", "status", "next_attempt_at"),
        Index("ix_email_logs_user_id_created_at", "user_id", "created_at"),
        Index("ix_email_logs_event_id", "event_id"),
    )

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"))
    job_run_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL")
    )
    email_type: Mapped[EmailType] = mapped_column(EnumText(EmailType))
    recipient_email: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(500))
    body_preview: Mapped[str] = mapped_column(Text, default="")
    body_text: Mapped[str | None] = mapped_column(Text)
    body_html: Mapped[str | None] = mapped_column(Text)
    context: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[EmailStatus] = mapped_column(EnumText(EmailStatus), default=EmailStatus.PENDING)
    error_message: Mapped[str | None] = mapped_column(Text)
    retry_count: Mapped[int] = mapped_column(default=0)
    provider: Mapped[MailProviderName | None] = mapped_column(EnumText(MailProviderName))
    provider_message_id: Mapped[str | None] = mapped_column(String(300))
    message_id: Mapped[str] = mapped_column(String(300), unique=True)
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    clicked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tracking_token: Mapped[str | None] = mapped_column(String(32), unique=True)
    tracked_links: Mapped[list[str] | None] = mapped_column(JsonValue)


class EmailHit(UuidKey, Owned, Created, Base):
    """One request of a mail's pixel or of one of its links, by a person or a machine.

    `place` is the link's number in `tracked_links`, from 1; 0 is the one that nobody sees. The
    address is kept cut to its network.
    """

    __tablename__ = "email_hits"
    __table_args__ = (
        Index("ix_email_hits_email_log_id_created_at", "email_log_id", "created_at"),
        Index("ix_email_hits_business_id_created_at", "business_id", "created_at"),
    )

    email_log_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("email_logs.id", ondelete="CASCADE"))
    kind: Mapped[HitKind] = mapped_column(EnumText(HitKind))
    place: Mapped[int | None]
    verdict: Mapped[HitVerdict] = mapped_column(EnumText(HitVerdict))
    sign: Mapped[MachineSign | None] = mapped_column(EnumText(MachineSign))
    user_agent: Mapped[str] = mapped_column(String(200))
    network: Mapped[str | None] = mapped_column(String(45))


class SuppressedAddress(Owned, Created, Base):
    """An address that does not exist or wants no mail; nothing is sent there."""

    __tablename__ = "suppressed_addresses"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    business_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("businesses.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[str] = mapped_column(String(300))


class EmailBounce(UuidKey, Owned, Created, Base):
    """What a mail server reported of a mail that had left; a report is kept once."""

    __tablename__ = "email_bounces"
    __table_args__ = (UniqueConstraint("email_log_id", "report_key"),)

    email_log_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("email_logs.id", ondelete="CASCADE"))
    kind: Mapped[BounceKind] = mapped_column(EnumText(BounceKind))
    status: Mapped[str] = mapped_column(String(12))
    diagnostic: Mapped[str] = mapped_column(String(400))
    source: Mapped[BounceSource] = mapped_column(EnumText(BounceSource))
    report_key: Mapped[str] = mapped_column(String(64))


class ReceivedWebhook(Created, Base):
    """A signed message that came in, kept for a day so that nothing is taken in twice."""

    __tablename__ = "received_webhooks"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    stamp: Mapped[str] = mapped_column(String(20))
