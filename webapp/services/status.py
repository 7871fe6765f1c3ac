"""StatusService: is the machine well? Answers also when Redis is down."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from webapp.config import PROJECT_ROOT, Settings
from webapp.enums import SourceName
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Business
from webapp.queueing import JobQueue
from webapp.services.access import Actor, Permission
from webapp.services.ai_spending import AiBudget, AiSpendingService
from webapp.services.provider_health import ProviderHealthService
from webapp.services.provider_names import label_of
from webapp.services.scheduler_integration import (
    RegisteredJob,
    SchedulerIntegrationService,
    SchedulerStatus,
)
from webapp.services.source_gate import SourceGate
from webapp.services.status_providers import (
    CRM,
    LightState,
    ProviderStatus,
    is_gated,
    provider_statuses,
)

MIGRATIONS = PROJECT_ROOT / "migrations"
NEXT_RUNS = 10


@dataclass(frozen=True)
class ProcessStatus:
    """One part of the machine. `advice` says what to do, and is empty when all is well."""

    name: str
    state: LightState
    summary: str
    advice: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class SystemStatus:
    """Everything that the status page shows. `queues` is None while Redis cannot be asked."""

    processes: list[ProcessStatus]
    providers: list[ProviderStatus]
    queues: dict[str, int] | None
    next_runs: list[RegisteredJob]
    ai_budget: AiBudget

    @property
    def troubles(self) -> int:
        """How many parts are broken."""
        states = [each.state for each in self.processes] + [each.state for each in self.providers]
        return states.count(LightState.DANGER)


class StatusService:
    """Gathers heartbeats, storage, outside services and what runs next."""

    def __init__(
        self,
        *,
        scheduler: SchedulerIntegrationService,
        queue: JobQueue,
        health: ProviderHealthService,
        settings: Settings,
        gate: SourceGate,
        spending: AiSpendingService,
        migrations: Path = MIGRATIONS,
    ) -> None:
        self._scheduler = scheduler
        self._queue = queue
        self._health = health
        self._settings = settings
        self._gate = gate
        self._spending = spending
        self._migrations = migrations

    def status(self, actor: Actor) -> SystemStatus:
        """Return the state of the machine, and the next runs of the caller's business."""
        actor.require(Permission.VIEW)
        scheduler = self._scheduler.get_scheduler_status(actor.business_id)
        queues = self._depths()
        business = db.session.get_one(Business, actor.business_id)
        return SystemStatus(
            processes=[
                ProcessStatus("Web", LightState.OK, "Answering"),
                _scheduler_light(scheduler),
                _worker_light(scheduler, queues),
                _redis_light(queues),
                _database_light(self._settings),
                _migration_light(self._migrations),
            ],
            providers=provider_statuses(
                self._settings,
                self._health.rows(),
                self._gate.conditions(),
                switches={SourceName.GDELT: business.gdelt_enabled},
                own=self._health.own,
            ),
            queues=queues,
            next_runs=scheduler.jobs[:NEXT_RUNS],
            ai_budget=self._spending.budget(actor.business_id),
        )

    def crms(self, actor: Actor) -> list[ProviderStatus]:
        """Return the state of the CRMs alone."""
        actor.require(Permission.VIEW)
        known = provider_statuses(
            self._settings,
            self._health.rows(),
            self._gate.conditions(),
            switches={},
            own=self._health.own,
        )
        return [each for each in known if each.kind == CRM]

    def try_again(self, actor: Actor, provider: str) -> str:
        """Let a source or CRM be asked again at the next run; return its name as people write it.

        Raises NotFoundError for what is neither.
        """
        actor.require(Permission.ADMINISTER)
        if not is_gated(provider):
            raise NotFoundError("There is no source or CRM with this name.")
        self._gate.try_again(provider)
        return label_of(provider)

    def _depths(self) -> dict[str, int] | None:
        try:
            return self._queue.depths()
        except RedisError:
            return None


def _scheduler_light(status: SchedulerStatus) -> ProcessStatus:
    if status.running and not status.tick_is_alive:
        return ProcessStatus(
            "Scheduler",
            LightState.DANGER,
            "Running, but its tick is silent",
            "Due schedules start late or not at all. See the logs of scheduler and worker, and "
            "start both again.",
            status.tick_at,
        )
    if status.running:
        return ProcessStatus("Scheduler", LightState.OK, "Running", at=status.heartbeat_at)
    return ProcessStatus(
        "Scheduler",
        LightState.DANGER,
        "Not running" if status.heartbeat_at is None else "Silent",
        "Nothing starts by itself. Start the scheduler process: python -m jobs.scheduler",
        status.heartbeat_at,
    )


def _worker_light(status: SchedulerStatus, queues: dict[str, int] | None) -> ProcessStatus:
    if status.workers:
        plural = "worker" if status.workers == 1 else "workers"
        return ProcessStatus("Workers", LightState.OK, f"{status.workers} {plural} running")
    waiting = f" {sum(queues.values())} jobs wait." if queues and any(queues.values()) else ""
    return ProcessStatus(
        "Workers",
        LightState.DANGER,
        "None running",
        f"Runs and mails stay queued.{waiting} Start the worker process of the Procfile.",
    )


def _redis_light(queues: dict[str, int] | None) -> ProcessStatus:
    if queues is not None:
        return ProcessStatus("Redis", LightState.OK, "Answering")
    return ProcessStatus(
        "Redis",
        LightState.DANGER,
        "Not reachable",
        "Check REDIS_URL and that the server runs. Nothing is lost: what you start is kept in "
        "the database and begins when Redis is back.",
    )


def _database_light(settings: Settings) -> ProcessStatus:
    kind = "SQLite (embedded)" if settings.is_sqlite else "PostgreSQL"
    return ProcessStatus("Database", LightState.OK, kind)


def _migration_light(folder: Path) -> ProcessStatus:
    """Compare the database's version with the newest migration."""
    advice = "Run: flask --app wsgi db upgrade"
    try:
        newest = set(ScriptDirectory(str(folder)).get_heads())
        present = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    except (CommandError, SQLAlchemyError):
        return ProcessStatus("Migrations", LightState.WARN, "Unknown", advice)
    if newest == present:
        return ProcessStatus("Migrations", LightState.OK, "Up to date")
    return ProcessStatus("Migrations", LightState.DANGER, "Not up to date", advice)
