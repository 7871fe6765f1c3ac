"""Job runs, their shards and their clients: what ran, how far it is, how it ended."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import (
    ClientRunStatus,
    JobType,
    PipelineStep,
    RunReason,
    RunStatus,
    RunTrigger,
    ShardStatus,
    SourceName,
    SourceStatus,
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


class RunCounts:
    """The figures of a run, and of each client of it."""

    searches: Mapped[int] = mapped_column(default=0)
    results: Mapped[int] = mapped_column(default=0)
    raw_rows: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    events: Mapped[int] = mapped_column(default=0)
    deferred: Mapped[int] = mapped_column(default=0)
    notifications: Mapped[int] = mapped_column(default=0)
    emails: Mapped[int] = mapped_column(default=0)
    insights: Mapped[int] = mapped_column(default=0)
    ai_calls: Mapped[int] = mapped_column(default=0)
    ai_tokens: Mapped[int] = mapped_column(default=0)
    ai_cost_usd: Mapped[float] = mapped_column(default=0.0)


class JobRun(UuidKey, Owned, RunCounts, Timestamps, Base):
    """One execution of a schedule. A slot is claimed by the unique (schedule, slot)."""

    __tablename__ = "job_runs"
    __table_args__ = (
        UniqueConstraint("schedule_id", "slot_at"),
        Index(
            "uq_job_runs_chained_from_id_schedule_id",
            "chained_from_id",
            "schedule_id",
            unique=True,
        ),
        Index(
            "uq_job_runs_active_schedule",
            "schedule_id",
            unique=True,
            sqlite_where=text("status IN ('queued', 'running')"),
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
        Index("ix_job_runs_business_id_created_at", "business_id", "created_at"),
        Index("ix_job_runs_schedule_id_created_at", "schedule_id", "created_at"),
        Index("ix_job_runs_status_created_at", "status", "created_at"),
    )

    schedule_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("automation_schedules.id", ondelete="SET NULL")
    )
    schedule_name: Mapped[str | None] = mapped_column(String(200))
    job_type: Mapped[JobType] = mapped_column(EnumText(JobType))
    trigger: Mapped[RunTrigger] = mapped_column(EnumText(RunTrigger))
    triggered_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    retry_of_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL")
    )
    chained_from_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL")
    )
    """The run whose end started this one, or would have; once for each schedule that follows."""
    slot_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[RunStatus] = mapped_column(EnumText(RunStatus), default=RunStatus.QUEUED)
    reason: Mapped[RunReason | None] = mapped_column(EnumText(RunReason))
    error_message: Mapped[str | None] = mapped_column(Text)
    config: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    client_ids: Mapped[list[str] | None] = mapped_column(JsonValue)
    enqueued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[float | None]
    clients_total: Mapped[int] = mapped_column(default=0)
    clients_done: Mapped[int] = mapped_column(default=0)
    clients_failed: Mapped[int] = mapped_column(default=0)
    log: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue, default=list)


class JobRunShard(UuidKey, Created, Base):
    """A part of a run's clients that one worker holds by a lease at a time."""

    __tablename__ = "job_run_shards"
    __table_args__ = (
        UniqueConstraint("job_run_id", "number"),
        Index("ix_job_run_shards_status_lease_expires_at", "status", "lease_expires_at"),
    )

    job_run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("job_runs.id", ondelete="CASCADE"))
    number: Mapped[int]
    status: Mapped[ShardStatus] = mapped_column(EnumText(ShardStatus), default=ShardStatus.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    enqueued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobRunClient(Owned, RunCounts, Base):
    """One client of a run: its checkpoint, its figures and its error."""

    __tablename__ = "job_run_clients"
    __table_args__ = (
        Index("ix_job_run_clients_shard_id_status", "shard_id", "status"),
        Index("ix_job_run_clients_job_run_id_status", "job_run_id", "status"),
    )

    job_run_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("job_runs.id", ondelete="CASCADE"), primary_key=True
    )
    client_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    shard_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_run_shards.id", ondelete="CASCADE")
    )
    client_name: Mapped[str] = mapped_column(String(200))
    status: Mapped[ClientRunStatus] = mapped_column(
        EnumText(ClientRunStatus), default=ClientRunStatus.PENDING
    )
    step: Mapped[PipelineStep | None] = mapped_column(EnumText(PipelineStep))
    attempts: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)
    """How often a worker's process died while it worked on this client alone."""
    degraded: Mapped[bool] = mapped_column(default=False)
    sources_failed: Mapped[int] = mapped_column(default=0)
    live_sources: Mapped[int] = mapped_column(default=0)
    live_sources_failed: Mapped[int] = mapped_column(default=0)
    error_message: Mapped[str | None] = mapped_column(Text)
    notices: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[float | None]


class SourceCheck(UuidKey, Owned, Created, Base):
    """What one source answered for one client at one time: the ground of all coverage."""

    __tablename__ = "source_checks"
    __table_args__ = (
        UniqueConstraint("job_run_id", "client_id", "source"),
        Index("ix_source_checks_client_id_created_at", "client_id", "created_at"),
        Index(
            "ix_source_checks_business_id_source_created_at", "business_id", "source", "created_at"
        ),
    )

    job_run_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL")
    )
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    source: Mapped[SourceName] = mapped_column(EnumText(SourceName))
    status: Mapped[SourceStatus] = mapped_column(EnumText(SourceStatus))
    found: Mapped[int] = mapped_column(default=0)
    query_fingerprint: Mapped[str | None] = mapped_column(String(16))
    message: Mapped[str | None] = mapped_column(String(300))
    account_wide: Mapped[bool] = mapped_column(default=False)
    seconds: Mapped[float | None]
