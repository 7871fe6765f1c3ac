"""Events, stories, what users did with them, and the insights written about them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.enums import (
    AIName,
    Category,
    CategoryGroup,
    FeedbackVerdict,
    Provenance,
    ReporterName,
    RiskLevel,
    Severity,
    SimulationReason,
    Urgency,
)
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
from webapp.models.client import Client

SEVERITY_RANK = (
    "CASE severity WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END"
)
"""The rank of a severity as SQL: an index knows this very text, and sorts by it."""


class Story(UuidKey, Owned, Created, Base):
    """One happening at one client, whoever reported it."""

    __tablename__ = "stories"
    __table_args__ = (Index("ix_stories_client_id_last_seen_at", "client_id", "last_seen_at"),)

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(500))
    words: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    """Amounts, persons, dates and states that were told so far; a new one is a material change."""
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Event(UuidKey, Owned, Timestamps, Base):
    """Something that happened at a client, classified, scored and explained."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("business_id", "client_id", "content_hash"),
        Index("ix_events_business_id_created_at_id", "business_id", "created_at", "id"),
        Index(
            "ix_events_business_id_category_created_at_id",
            *("business_id", "category", "created_at", "id"),
        ),
        Index(
            "ix_events_business_id_risk_level_created_at_id",
            *("business_id", "risk_level", "created_at", "id"),
        ),
        Index(
            "ix_events_business_id_severity_rank",
            *("business_id", text(f"({SEVERITY_RANK})"), "created_at", "id"),
        ),
        Index(
            "ix_events_business_id_relevance_score_created_at_id",
            *("business_id", "relevance_score", "created_at", "id"),
        ),
        Index("ix_events_client_id_created_at", "client_id", "created_at"),
        Index("ix_events_job_run_id", "job_run_id"),
        Index("ix_events_story_id", "story_id"),
        Index(
            "ix_events_second_look",
            "business_id",
            "client_id",
            "created_at",
            postgresql_where=text("classified_by_fallback AND classified_by = 'rules'"),
            sqlite_where=text("classified_by_fallback AND classified_by = 'rules'"),
        ),
        Index(
            "ix_events_insight_wanted_at",
            "insight_wanted_at",
            postgresql_where=text("insight_wanted_at IS NOT NULL"),
            sqlite_where=text("insight_wanted_at IS NOT NULL"),
        ),
    )

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    story_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("stories.id", ondelete="SET NULL")
    )
    job_run_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL")
    )
    content_hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(500))
    summary: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(String(2000))
    """Empty where nothing was published: facts of a CRM need have no address."""
    publisher: Mapped[str | None] = mapped_column(String(200))
    source_api: Mapped[ReporterName] = mapped_column(EnumText(ReporterName))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    category: Mapped[Category] = mapped_column(EnumText(Category))
    group: Mapped[CategoryGroup] = mapped_column("category_group", EnumText(CategoryGroup))
    severity: Mapped[Severity] = mapped_column(EnumText(Severity))
    relevance_score: Mapped[float]
    relevance_factors: Mapped[dict[str, float]] = mapped_column(JsonValue, default=dict)
    sentiment_score: Mapped[float]
    risk_level: Mapped[RiskLevel] = mapped_column(EnumText(RiskLevel))
    risk_reason: Mapped[str] = mapped_column(Text, default="")
    urgency: Mapped[Urgency] = mapped_column(EnumText(Urgency))
    urgency_reason: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue, default=list)
    provenance: Mapped[Provenance] = mapped_column(EnumText(Provenance))
    simulation_reason: Mapped[SimulationReason | None] = mapped_column(EnumText(SimulationReason))
    classified_by: Mapped[AIName] = mapped_column(EnumText(AIName))
    classified_by_fallback: Mapped[bool] = mapped_column(default=False)
    second_looks: Mapped[int] = mapped_column(default=0)
    """How often models were asked anew after the rules had stood in for them, and of no use."""
    model: Mapped[str | None] = mapped_column(String(80))
    prompt_version: Mapped[str | None] = mapped_column(String(40))
    needs_review: Mapped[bool] = mapped_column(default=False)
    review_reason: Mapped[str | None] = mapped_column(String(300))
    insight_done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    insight_wanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a user asked for an insight that is not written yet."""
    change_note: Mapped[str | None] = mapped_column(String(300))
    """For an event that continues a story: what is new since the story was last told."""
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("client_exclusions.id", ondelete="SET NULL"), index=True
    )

    client: Mapped[Client] = relationship(lazy="joined", innerjoin=True)
    insight: Mapped["Insight | None"] = relationship(
        back_populates="event", lazy="raise", viewonly=True
    )


class Insight(UuidKey, Owned, Created, Base):
    """Why an event matters for its client and what to do about it; one an event."""

    __tablename__ = "insights"

    event_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), unique=True
    )
    why_it_matters: Mapped[str] = mapped_column(Text)
    claims: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue, default=list)
    recommended_actions: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    urgency: Mapped[Urgency] = mapped_column(EnumText(Urgency))
    urgency_reason: Mapped[str] = mapped_column(Text, default="")
    provider: Mapped[AIName] = mapped_column(EnumText(AIName))
    by_fallback: Mapped[bool] = mapped_column(default=False)
    model: Mapped[str] = mapped_column(String(80))
    prompt_version: Mapped[str] = mapped_column(String(40))
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float | None] = mapped_column(default=0.0)
    """Null where the model's price is not known."""

    event: Mapped[Event] = relationship(back_populates="insight", viewonly=True)


class EventUserState(Owned, Base):
    """What one user did with one event."""

    __tablename__ = "event_user_states"
    __table_args__ = (Index("ix_event_user_states_user_id_done_at", "user_id", "done_at"),)

    event_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starred_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actions_done: Mapped[list[int]] = mapped_column(JsonValue, default=list)


class EventFeedback(UuidKey, Owned, Timestamps, Base):
    """What a user said of an event; one opinion a user and event."""

    __tablename__ = "event_feedback"
    __table_args__ = (UniqueConstraint("event_id", "user_id"),)

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[FeedbackVerdict] = mapped_column(EnumText(FeedbackVerdict))
    category: Mapped[Category | None] = mapped_column(EnumText(Category))
    note: Mapped[str | None] = mapped_column(String(500))
