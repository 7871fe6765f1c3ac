"""Raw answers of the sources, one row a result, and what became of each."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import Provenance, RawOutcome, SimulationReason, SourceName
from webapp.models.base import (
    Base,
    Created,
    EnumText,
    JsonValue,
    Owned,
    UtcDateTime,
    UuidKey,
)


class EventRawData(UuidKey, Owned, Created, Base):
    """One found item as its source sent it. Unique on (business, client, content hash)."""

    __tablename__ = "event_raw_data"
    __table_args__ = (
        UniqueConstraint("business_id", "client_id", "content_hash"),
        Index("ix_event_raw_data_client_id_is_processed", "client_id", "is_processed"),
        Index("ix_event_raw_data_client_id_canonical_url", "client_id", "canonical_url"),
        Index("ix_event_raw_data_client_id_created_at", "client_id", "created_at"),
        Index("ix_event_raw_data_processed_into_event_id", "processed_into_event_id"),
        Index("ix_event_raw_data_business_id_created_at", "business_id", "created_at"),
        Index(
            "ix_event_raw_data_awaits_budget",
            "business_id",
            "client_id",
            postgresql_where=text("awaits_budget"),
            sqlite_where=text("awaits_budget"),
        ),
    )

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    job_run_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL")
    )
    source_api: Mapped[SourceName] = mapped_column(EnumText(SourceName))
    raw_content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    canonical_url: Mapped[str] = mapped_column(String(2000))
    url: Mapped[str] = mapped_column(String(2000))
    title: Mapped[str] = mapped_column(String(500))
    snippet: Mapped[str] = mapped_column(Text, default="")
    publisher: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(12))
    category_hint: Mapped[str | None] = mapped_column(String(40))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    query: Mapped[str] = mapped_column(String(600), default="")
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    provenance: Mapped[Provenance] = mapped_column(EnumText(Provenance))
    simulation_reason: Mapped[SimulationReason | None] = mapped_column(EnumText(SimulationReason))
    collect_only: Mapped[bool] = mapped_column(default=False)
    is_processed: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[RawOutcome | None] = mapped_column(EnumText(RawOutcome))
    outcome_reason: Mapped[str | None] = mapped_column(String(300))
    match_score: Mapped[float | None]
    match_reasons: Mapped[list[str] | None] = mapped_column(JsonValue)
    processed_into_event_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("events.id", ondelete="SET NULL")
    )
    processed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    awaits_budget: Mapped[bool] = mapped_column(default=False)
    """Deferred until the business may spend on models again."""


class RawDataSighting(UuidKey, Owned, Created, Base):
    """That a further source brought what a raw row already holds."""

    __tablename__ = "raw_data_sightings"
    __table_args__ = (UniqueConstraint("raw_data_id", "source_api", "url"),)

    raw_data_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("event_raw_data.id", ondelete="CASCADE")
    )
    source_api: Mapped[SourceName] = mapped_column(EnumText(SourceName))
    url: Mapped[str] = mapped_column(String(2000))
    publisher: Mapped[str | None] = mapped_column(String(200))
    raw_content: Mapped[str] = mapped_column(Text)
