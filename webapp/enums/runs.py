"""Schedules, runs and the processes that do them."""

from enum import StrEnum


class JobType(StrEnum):
    """What a schedule runs."""

    CLIENT_MONITORING = "client_monitoring"
    SEARCH_ONLY = "search_only"
    NOTIFICATION_DIGEST = "notification_digest"


class ScheduleType(StrEnum):
    """How a schedule's due times are described."""

    MANUAL = "manual"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CUSTOM = "custom"


class LastRunStatus(StrEnum):
    """What a schedule remembers of its last run."""

    SUCCESS = "success"
    FAILED = "failed"


class DependencyCondition(StrEnum):
    """When the end of another schedule's run lets this one start."""

    SUCCESS = "success"
    ANY_END = "any_end"
    NEW_EVENTS = "new_events"


class ConditionKind(StrEnum):
    """What a condition of a schedule looks at."""

    WEEKDAY = "weekday"
    QUOTA_LEFT = "quota_left"
    LAST_RUN_AGE = "last_run_age"
    CLIENT_SEGMENT = "client_segment"


class RunStatus(StrEnum):
    """Where a job run stands. Everything but queued and running is an end."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    DEGRADED = "degraded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MISSED = "missed"

    @property
    def is_active(self) -> bool:
        """True while the run may still do work."""
        return self in (RunStatus.QUEUED, RunStatus.RUNNING)

    @property
    def is_success(self) -> bool:
        """True for the ends that reset a schedule's failure counter."""
        return self in (RunStatus.COMPLETED, RunStatus.PARTIAL, RunStatus.DEGRADED)


class RunTrigger(StrEnum):
    """What started a run."""

    SCHEDULE = "schedule"
    MANUAL = "manual"
    RETRY = "retry"
    CHAIN = "chain"
    REPROCESS = "reprocess"


class RunReason(StrEnum):
    """Why a run ended other than completed."""

    TIMEOUT = "timeout"
    LEASE_LOST = "lease_lost"
    OVERLAP = "overlap"
    GRACE_PASSED = "grace_passed"
    NO_CLIENT_SUCCEEDED = "no_client_succeeded"
    NO_LIVE_SOURCE = "no_live_source"
    SOME_CLIENTS_FAILED = "some_clients_failed"
    SOME_SOURCES_FAILED = "some_sources_failed"
    DIGESTS_FAILED = "digests_failed"
    FALLBACK_USED = "fallback_used"
    CANCELLED_BY_USER = "cancelled_by_user"
    CONDITION_NOT_MET = "condition_not_met"
    BUDGET_SPENT = "budget_spent"
    INTERNAL_ERROR = "internal_error"
    TOO_MANY_ATTEMPTS = "too_many_attempts"


class ClientRunStatus(StrEnum):
    """Where one client of a run stands."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class ShardStatus(StrEnum):
    """Where one shard of a run's clients stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PipelineStep(StrEnum):
    """The steps that one client of a run goes through, in order."""

    SEARCH = "search"
    SAVE_RAW = "save_raw"
    CRM = "crm"
    CLASSIFY = "classify"
    EVENTS = "events"
    NOTIFY = "notify"
    INSIGHTS = "insights"


class ProcessKind(StrEnum):
    """Whose heartbeat is kept: the processes', and that of the tick which they do together."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"
    TICK = "tick"
