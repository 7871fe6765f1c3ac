"""Trials: what another classifier would make of stored rows, row by row, before it is adopted."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import AIName, TrialAdoption, TrialKind, TrialStatus, TrialStop
from webapp.models.base import (
    Base,
    EnumText,
    JsonValue,
    Owned,
    Timestamps,
    UtcDateTime,
    UuidKey,
)

_ACTIVE = text("status IN ('queued', 'running', 'adopting')")


class ReprocessTrial(UuidKey, Owned, Timestamps, Base):
    """One trial: what it is about, who judges, how far it is; one of a business is active."""

    __tablename__ = "reprocess_trials"
    __table_args__ = (
        Index(
            "uq_reprocess_trials_active",
            "business_id",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index("ix_reprocess_trials_status_enqueued_at", "status", "enqueued_at"),
    )

    created_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    status: Mapped[TrialStatus] = mapped_column(EnumText(TrialStatus), default=TrialStatus.QUEUED)
    stop_reason: Mapped[TrialStop | None] = mapped_column(EnumText(TrialStop))
    error_message: Mapped[str | None] = mapped_column(String(300))
    selection: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    provider: Mapped[AIName] = mapped_column(EnumText(AIName))
    model: Mapped[str] = mapped_column(String(80), default="")
    """What was asked for; empty for the rules."""
    judged_by: Mapped[str | None] = mapped_column(String(80))
    """The model, or version of the rules, that answered."""
    prompt_version: Mapped[str | None] = mapped_column(String(40))
    tells: Mapped[bool] = mapped_column(default=True)
    cost_cap_usd: Mapped[float | None]
    estimated_usd: Mapped[float | None]
    cost_usd: Mapped[float] = mapped_column(default=0.0)
    ai_calls: Mapped[int] = mapped_column(default=0)
    ai_tokens: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    enqueued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempt: Mapped[int] = mapped_column(default=0)
    decided_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was adopted or discarded."""
    adopted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the last of what was shown was written."""


class ReprocessTrialItem(UuidKey, Owned, Base):
    """One stored row of a trial: what is, what would be, who would hear of it."""

    __tablename__ = "reprocess_trial_items"
    __table_args__ = (
        UniqueConstraint("trial_id", "raw_data_id"),
        Index("ix_reprocess_trial_items_trial_id_kind_place", "trial_id", "kind", "place"),
        Index("ix_reprocess_trial_items_trial_id_client_id", "trial_id", "client_id"),
        Index("ix_reprocess_trial_items_event_id", "event_id"),
        Index("ix_reprocess_trial_items_raw_data_id", "raw_data_id"),
    )

    trial_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("reprocess_trials.id", ondelete="CASCADE")
    )
    client_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), index=True
    )
    raw_data_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("event_raw_data.id", ondelete="SET NULL")
    )
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("events.id", ondelete="SET NULL"))
    """The event that the row is, or became when the trial was adopted."""
    place: Mapped[int]
    """The order in which differences are shown and written: by weight within a client."""
    title: Mapped[str] = mapped_column(String(500))
    kind: Mapped[TrialKind] = mapped_column(EnumText(TrialKind), default=TrialKind.WAITING)
    is_category_moved: Mapped[bool] = mapped_column(default=False)
    is_relevance_moved: Mapped[bool] = mapped_column(default=False)
    is_risk_moved: Mapped[bool] = mapped_column(default=False)
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    after: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    story: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    """For a new event: the event whose story it continues and with what, and the rows it folds."""
    told: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue, default=list)
    """Whom the difference would be told to in addition, over which channel, and why."""
    told_count: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(String(300))
    adoption: Mapped[TrialAdoption | None] = mapped_column(EnumText(TrialAdoption))
    adoption_note: Mapped[str | None] = mapped_column(String(300))
