"""The in-app inbox, the decisions behind it, and the digests sent."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.enums import Channel, NotificationFrequency, NotificationKind, Severity, Verdict
from webapp.models.base import Base, Created, EnumText, JsonValue, Owned, UtcDateTime, UuidKey
from webapp.models.event import Event

_VIEWS = {
    "all": None,
    "open": "done_at IS NULL",
    "unread": "done_at IS NULL AND read_at IS NULL",
    "snoozed": "done_at IS NULL AND snoozed_until IS NOT NULL",
    "done": "done_at IS NOT NULL",
}
"""The rows of each view of an inbox: read along its own index, it costs the same at any size."""


def _view_index(name: str, where: str | None) -> Index:
    part = None if where is None else text(where)
    columns = ("user_id", "created_at", "id")
    return Index(f"ix_notifications_{name}", *columns, postgresql_where=part, sqlite_where=part)


class Notification(UuidKey, Owned, Created, Base):
    """One inbox item of one user. At most one an event, and one a `dedupe_key`."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "dedupe_key"),
        Index("ix_notifications_event_id", "event_id"),
        Index("ix_notifications_user_id_changed_at", "user_id", "changed_at"),
        *(_view_index(name, where) for name, where in _VIEWS.items()),
        Index("ix_notifications_kind", "user_id", "kind", "created_at", "id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"))
    job_run_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL")
    )
    kind: Mapped[NotificationKind] = mapped_column(EnumText(NotificationKind))
    severity: Mapped[Severity] = mapped_column(EnumText(Severity), default=Severity.LOW)
    title: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(String(500))
    why: Mapped[str] = mapped_column(String(300), default="")
    dedupe_key: Mapped[str] = mapped_column(String(120))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its owner last changed it: the stamp by which that is undone."""

    event: Mapped[Event | None] = relationship(lazy="raise", viewonly=True)


class NotificationDecision(UuidKey, Owned, Created, Base):
    """Why one user was or was not told of one event over one channel."""

    __tablename__ = "notification_decisions"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id", "channel"),
        Index(
            "ix_notification_decisions_user_id_verdict_created_at",
            "user_id",
            "verdict",
            "created_at",
        ),
        Index(
            "ix_notification_decisions_held_back",
            "user_id",
            "created_at",
            "id",
            postgresql_where=text("is_held_back"),
            sqlite_where=text("is_held_back = 1"),
        ),
    )

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    verdict: Mapped[Verdict] = mapped_column(EnumText(Verdict))
    reason: Mapped[str] = mapped_column(String(300))
    stopped_by: Mapped[str | None] = mapped_column(String(40))
    """The name of the check that decided against telling at once."""
    is_held_back: Mapped[bool] = mapped_column(default=False)
    """On one row of an event and user: whether the user was told over no channel at all."""
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)

    event: Mapped[Event] = relationship(lazy="raise", viewonly=True)


class DigestIssue(UuidKey, Owned, Created, Base):
    """That a user's digest of one period was made; the unique key keeps it to one."""

    __tablename__ = "digest_issues"
    __table_args__ = (UniqueConstraint("user_id", "cadence", "period"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    cadence: Mapped[NotificationFrequency] = mapped_column(EnumText(NotificationFrequency))
    period: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    events: Mapped[int] = mapped_column(default=0)
