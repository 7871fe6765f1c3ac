"""JobRunService: what ran and what is running, for the people whose business it is."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select

from webapp.enums import ClientRunStatus, RunStatus, RunTrigger
from webapp.errors import ConflictError
from webapp.extensions import db
from webapp.models import AutomationSchedule, Event, JobRun, JobRunClient, SourceCheck, User
from webapp.schemas.base import PageQuery
from webapp.schemas.job_runs import RecentRunsQuery, RunFilter, RunListQuery
from webapp.services import run_progress
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.list_order import newest, part_of
from webapp.services.run_ledger import RunLedger
from webapp.services.run_progress import RunProgress
from webapp.services.scheduler_integration import SchedulerIntegrationService

ORDER = newest(JobRun)
MAX_CLIENT_ROWS = 1_000
MAX_EVENTS = 50
STRIP_LENGTH = 14
_SCHEDULE_GONE = "The schedule of this run was deleted. Make a new one."
_FAILED_FIRST = case(
    (JobRunClient.status == ClientRunStatus.FAILED, 0),
    (JobRunClient.degraded, 1),
    (JobRunClient.status == ClientRunStatus.RUNNING, 2),
    (JobRunClient.status == ClientRunStatus.DONE, 3),
    else_=4,
)


@dataclass(frozen=True)
class RunMark:
    """One run as a bar of a strip."""

    run_id: uuid.UUID
    status: RunStatus
    created_at: datetime
    seconds: float | None
    events: int


class JobRunService:
    """Lists, shows, stops and repeats runs of the caller's business."""

    def __init__(self, scheduler: SchedulerIntegrationService, ledger: RunLedger) -> None:
        self._scheduler = scheduler
        self._ledger = ledger

    def get_runs(self, actor: Actor, query: RunListQuery) -> tuple[list[JobRun], int]:
        """Return a page of runs, newest first, and how many match in all."""
        actor.require(Permission.VIEW)
        matching = _matching(actor, query)
        if query.trigger is not None:
            matching = matching.where(JobRun.trigger == query.trigger)
        return _page(matching, query)

    def recent(self, actor: Actor, query: RecentRunsQuery) -> tuple[list[JobRun], int]:
        """Return the newest runs and how many match in all."""
        actor.require(Permission.VIEW)
        return _page(_matching(actor, query), PageQuery(limit=query.limit))

    def get_run(self, actor: Actor, run_id: uuid.UUID) -> JobRun:
        """Return one run of the caller's business."""
        actor.require(Permission.VIEW)
        return get_owned(JobRun, run_id, actor.business_id)

    def clients_of(
        self, actor: Actor, run_id: uuid.UUID, *, limit: int = MAX_CLIENT_ROWS
    ) -> list[JobRunClient]:
        """Return a run's clients, failed ones first."""
        actor.require(Permission.VIEW)
        return list(
            db.session.scalars(
                scoped(JobRunClient, actor.business_id)
                .where(JobRunClient.job_run_id == run_id)
                .order_by(_FAILED_FIRST, JobRunClient.client_name, JobRunClient.client_id)
                .limit(limit)
            )
        )

    def events_of(self, actor: Actor, run_id: uuid.UUID) -> list[Event]:
        """Return the events that a run made, most relevant first, at most MAX_EVENTS."""
        actor.require(Permission.VIEW)
        return list(
            db.session.scalars(
                scoped(Event, actor.business_id)
                .where(Event.job_run_id == run_id, Event.hidden_at.is_(None))
                .order_by(Event.relevance_score.desc(), Event.id)
                .limit(MAX_EVENTS)
            )
        )

    def starter_name(self, actor: Actor, run: JobRun) -> str | None:
        """Return the name of the user who started a run by hand."""
        actor.require(Permission.VIEW)
        name = select(User.name).where(
            User.business_id == actor.business_id, User.id == run.triggered_by_user_id
        )
        return db.session.scalar(name)

    def source_notices(self, actor: Actor, run_id: uuid.UUID) -> list[tuple[str, str, int]]:
        """Return what went wrong with sources: source, sentence, for how many clients."""
        actor.require(Permission.VIEW)
        rows = db.session.execute(
            select(SourceCheck.source, SourceCheck.message, func.count())
            .where(SourceCheck.business_id == actor.business_id)
            .where(SourceCheck.job_run_id == run_id)
            .where(SourceCheck.status.in_(("failed", "over_quota")))
            .group_by(SourceCheck.source, SourceCheck.message)
            .order_by(func.count().desc(), SourceCheck.source)
        )
        return [(row[0], row[1] or "It did not answer.", row[2]) for row in rows]

    def progress(self, actor: Actor, run_id: uuid.UUID) -> RunProgress:
        """Return how far a run is."""
        return run_progress.measure(self.get_run(actor, run_id))

    def strips(
        self, actor: Actor, schedule_ids: Sequence[uuid.UUID]
    ) -> dict[uuid.UUID, list[RunMark]]:
        """Return the last runs of each schedule, oldest first, in one query."""
        actor.require(Permission.VIEW)
        number = func.row_number().over(
            partition_by=JobRun.schedule_id,
            order_by=(JobRun.created_at.desc(), JobRun.id.desc()),
        )
        newest = (
            select(
                JobRun.schedule_id,
                JobRun.id,
                JobRun.status,
                JobRun.created_at,
                JobRun.seconds,
                JobRun.events,
                number.label("number"),
            )
            .where(JobRun.business_id == actor.business_id, JobRun.schedule_id.in_(schedule_ids))
            .subquery()
        )
        rows = db.session.execute(
            select(newest).where(newest.c.number <= STRIP_LENGTH).order_by(newest.c.number.desc())
        )
        strips: dict[uuid.UUID, list[RunMark]] = defaultdict(list)
        for row in rows:
            strips[row.schedule_id].append(
                RunMark(row.id, row.status, row.created_at, row.seconds, row.events)
            )
        return strips

    def cancel(self, actor: Actor, run_id: uuid.UUID) -> JobRun:
        """Ask a run to stop at its next client."""
        actor.require(Permission.RUN_SCHEDULES)
        run = get_owned(JobRun, run_id, actor.business_id)
        if not self._ledger.request_cancel(run.id):
            raise ConflictError("This run has ended, so there is nothing to cancel.")
        db.session.refresh(run)
        return run

    def retry_failed(self, actor: Actor, run_id: uuid.UUID) -> JobRun:
        """Start a new run with the clients that failed; return the running one if there is one."""
        actor.require(Permission.RUN_SCHEDULES)
        run, schedule = self._ended(actor, run_id)
        failed = self._failed_clients(run)
        if not failed:
            raise ConflictError("No client of this run failed, so there is nothing to retry.")
        return self._again(actor, run, schedule, client_ids=failed)

    def rerun(self, actor: Actor, run_id: uuid.UUID) -> JobRun:
        """Start a new run like an earlier one; return the running one if there is one."""
        actor.require(Permission.RUN_SCHEDULES)
        run, schedule = self._ended(actor, run_id)
        return self._again(actor, run, schedule, client_ids=run.client_ids)

    def _ended(self, actor: Actor, run_id: uuid.UUID) -> tuple[JobRun, AutomationSchedule]:
        run = get_owned(JobRun, run_id, actor.business_id)
        if run.status.is_active:
            raise ConflictError("This run is still under way. Wait for its end or cancel it.")
        if run.trigger is RunTrigger.REPROCESS:
            raise ConflictError("A reprocessing is not repeated. Start a new one.")
        if run.schedule_id is None:
            raise ConflictError(_SCHEDULE_GONE)
        return run, get_owned(AutomationSchedule, run.schedule_id, actor.business_id)

    def _failed_clients(self, run: JobRun) -> list[str]:
        failed = select(JobRunClient.client_id).where(
            JobRunClient.job_run_id == run.id, JobRunClient.status == ClientRunStatus.FAILED
        )
        return [str(each) for each in db.session.scalars(failed.order_by(JobRunClient.client_id))]

    def _again(
        self,
        actor: Actor,
        run: JobRun,
        schedule: AutomationSchedule,
        *,
        client_ids: list[str] | None,
    ) -> JobRun:
        try:
            return self._scheduler.trigger_manual_run(
                schedule,
                user_id=actor.user_id,
                trigger=RunTrigger.RETRY,
                config=run.config,
                client_ids=client_ids,
                retry_of=run.id,
            )
        except LookupError:
            raise ConflictError(_SCHEDULE_GONE) from None


def _matching(actor: Actor, query: RunFilter) -> Select[JobRun]:
    matching = scoped(JobRun, actor.business_id)
    for name in ("status", "job_type", "schedule_id"):
        if (wanted := getattr(query, name)) is not None:
            matching = matching.where(getattr(JobRun, name) == wanted)
    return matching


def _page(matching: Select[JobRun], query: PageQuery) -> tuple[list[JobRun], int]:
    total = db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0
    return [*db.session.scalars(part_of(matching, ORDER, query))], total
