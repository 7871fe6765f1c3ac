"""Job runs: which are wanted, and what goes out."""

import uuid
from typing import Any

from pydantic import Field

from webapp.enums import (
    ClientRunStatus,
    JobType,
    PipelineStep,
    RunReason,
    RunStatus,
    RunTrigger,
)
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime

DEFAULT_RECENT = 10
MAX_RECENT = 50


class RunFilter(Schema):
    """Which runs are wanted."""

    status: RunStatus | None = None
    job_type: JobType | None = None
    schedule_id: uuid.UUID | None = None


class RecentRunsQuery(RunFilter):
    """The newest runs."""

    limit: int = Field(DEFAULT_RECENT, ge=1, le=MAX_RECENT, description="How many to return")


class RunListQuery(PageQuery, RunFilter):
    """A page of the runs."""

    trigger: RunTrigger | None = None


class RunAnswer(Answer):
    """One run with its figures."""

    id: uuid.UUID
    business_id: uuid.UUID
    schedule_id: uuid.UUID | None
    schedule_name: str | None
    job_type: JobType
    trigger: RunTrigger
    triggered_by_user_id: int | None
    retry_of_id: uuid.UUID | None
    slot_at: UtcTime | None
    status: RunStatus
    reason: RunReason | None
    error_message: str | None
    config: dict[str, Any]
    client_ids: list[uuid.UUID] | None
    created_at: UtcTime
    started_at: UtcTime | None
    finished_at: UtcTime | None
    cancel_requested_at: UtcTime | None
    seconds: float | None
    clients_total: int
    clients_done: int
    clients_failed: int
    searches: int
    results: int
    raw_rows: int
    duplicates: int
    events: int
    deferred: int
    notifications: int
    emails: int
    insights: int
    ai_calls: int
    ai_tokens: int
    ai_cost_usd: float


class RunClientAnswer(Answer):
    """How one client of a run went."""

    client_id: uuid.UUID
    client_name: str
    status: ClientRunStatus
    step: PipelineStep | None
    attempts: int
    degraded: bool
    error_message: str | None
    notices: list[str]
    seconds: float | None
    results: int
    raw_rows: int
    duplicates: int
    events: int
    deferred: int
    notifications: int
    emails: int
    insights: int
    ai_calls: int
    ai_tokens: int
    ai_cost_usd: float


class RunLogLine(Answer):
    """What a run said of itself at one time."""

    at: UtcTime
    text: str


class RunDetailAnswer(RunAnswer):
    """One run with its log, oldest line first, and its clients, failed ones first."""

    log: list[RunLogLine]
    clients: list[RunClientAnswer]


class RunListAnswer(Answer):
    """A page of runs, newest first."""

    job_runs: list[RunAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class RecentRunsAnswer(Answer):
    """The newest runs."""

    jobs: list[RunAnswer]
    total: int
    limit: int
