"""How a run ends: its figures added up, its status decided, its schedule told."""

import logging
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from webapp import clock
from webapp.enums import ClientRunStatus, JobType, RunReason, RunStatus, SourceStatus
from webapp.extensions import db
from webapp.models import JobRun, JobRunClient, SourceCheck
from webapp.models.job_run import RunCounts
from webapp.services import run_log
from webapp.services.run_ledger import RunLedger
from webapp.services.schedule_chains import ScheduleChains
from webapp.services.schedules import AutomationScheduleService
from webapp.services.transactions import atomic
from webapp.services.webhooks.outbox import WebhookOutbox

log = logging.getLogger(__name__)

_SUMS = tuple(RunCounts.__annotations__)


@dataclass(frozen=True)
class Ending:
    """The status of an ended run, why, and whether it counts as a failure of the schedule."""

    status: RunStatus
    reason: RunReason | None = None
    message: str | None = None
    counts_as_failure: bool = False


@dataclass(frozen=True)
class Tally:
    """How the clients of a run did."""

    total: int
    done: int
    failed: int
    degraded: int
    with_live_sources: int
    with_no_live_answer: int
    with_failed_source: int


class RunCompletion:
    """Ends runs; whoever sees the last shard done calls it, and only one call has effect."""

    def __init__(
        self,
        *,
        ledger: RunLedger,
        schedules: AutomationScheduleService,
        chains: ScheduleChains,
        webhooks: WebhookOutbox,
    ) -> None:
        self._ledger = ledger
        self._schedules = schedules
        self._chains = chains
        self._webhooks = webhooks

    def complete_if_done(self, run_id: uuid.UUID) -> bool:
        """End the run when no shard is open; False when it goes on or has ended."""
        with atomic() as session:
            run = session.get(JobRun, run_id, with_for_update=True, populate_existing=True)
            if run is None or run.status is not RunStatus.RUNNING:
                return False
            if self._ledger.has_open_shards(run_id):
                return False
            self.end(run, self._judge(run))
            return True

    def end(self, run: JobRun, ending: Ending) -> None:
        """Write the end of a run and tell its schedule, inside the caller's transaction."""
        now = clock.now()
        _add_up(run)
        run.status, run.reason, run.error_message = ending.status, ending.reason, ending.message
        run.finished_at = now
        run.seconds = (now - (run.started_at or now)).total_seconds()
        run_log.note_end(run)
        log.info("run %s ended: %s %s", run.id, run.status, run.reason or "")
        if ending.status is RunStatus.FAILED:
            self._webhooks.promise_run(run)
        if run.schedule_id is None or ending.status is RunStatus.CANCELLED:
            return
        if ending.counts_as_failure:
            self._schedules.record_job_failure(run.schedule_id, run, ending.message or "")
        elif ending.status.is_success:
            self._schedules.record_job_success(run.schedule_id, run)
        else:
            self._schedules.update_last_run(run.schedule_id, run)
        self._chains.follow(run)

    def _judge(self, run: JobRun) -> Ending:
        """Decide how a run ended; what hits a provider as a whole is not the schedule's fault."""
        if run.cancel_requested_at is not None:
            return Ending(RunStatus.CANCELLED, RunReason.CANCELLED_BY_USER)
        if run.job_type is JobType.NOTIFICATION_DIGEST:
            return self._judge_digests(run)
        tally = _tally(run.id)
        return _failure(run.id, tally) or _blemish(run.id, tally) or Ending(RunStatus.COMPLETED)

    def _judge_digests(self, run: JobRun) -> Ending:
        if not self._ledger.has_failed_shards(run.id):
            return Ending(RunStatus.COMPLETED)
        return Ending(
            RunStatus.PARTIAL if run.emails else RunStatus.FAILED,
            RunReason.DIGESTS_FAILED,
            "Something went wrong on our side. The log has the details.",
            counts_as_failure=not run.emails,
        )


def _failure(run_id: uuid.UUID, tally: Tally) -> Ending | None:
    """Return the ending of a run that brought nothing, else None."""
    if tally.total and not tally.done:
        message = _first_error(run_id) or "No client could be done."
        return Ending(
            RunStatus.FAILED, RunReason.NO_CLIENT_SUCCEEDED, message, counts_as_failure=True
        )
    if tally.with_live_sources and tally.with_live_sources == tally.with_no_live_answer:
        message = _first_source_error(run_id) or "No source answered for any client."
        own_fault = not _is_account_wide(run_id)
        return Ending(
            RunStatus.FAILED, RunReason.NO_LIVE_SOURCE, message, counts_as_failure=own_fault
        )
    return None


def _blemish(run_id: uuid.UUID, tally: Tally) -> Ending | None:
    """Return the ending of a run that worked, but not as it should, else None."""
    if tally.failed:
        return Ending(RunStatus.PARTIAL, RunReason.SOME_CLIENTS_FAILED, _first_error(run_id))
    if tally.with_failed_source:
        message = _first_source_error(run_id)
        return Ending(RunStatus.PARTIAL, RunReason.SOME_SOURCES_FAILED, message)
    if tally.degraded:
        return Ending(RunStatus.DEGRADED, RunReason.FALLBACK_USED)
    return None


def _tally(run_id: uuid.UUID) -> Tally:
    row = JobRunClient
    live = row.live_sources > 0
    query = select(
        func.count(),
        func.count().filter(row.status == ClientRunStatus.DONE),
        func.count().filter(row.status == ClientRunStatus.FAILED),
        func.count().filter(row.degraded.is_(True)),
        func.count().filter(live),
        func.count().filter(live, row.live_sources == row.live_sources_failed),
        func.count().filter(row.sources_failed > 0),
    ).where(row.job_run_id == run_id)
    return Tally(*db.session.execute(query).one())


def _add_up(run: JobRun) -> None:
    if run.job_type is JobType.NOTIFICATION_DIGEST:
        return  # it has no clients and counted its mails itself
    columns = [func.coalesce(func.sum(getattr(JobRunClient, name)), 0) for name in _SUMS]
    sums = db.session.execute(select(*columns).where(JobRunClient.job_run_id == run.id)).one()
    for name, value in zip(_SUMS, sums, strict=True):
        setattr(run, name, value)
    tally = _tally(run.id)
    run.clients_done, run.clients_failed = tally.done, tally.failed


def _first_error(run_id: uuid.UUID) -> str | None:
    return db.session.scalar(
        select(JobRunClient.error_message)
        .where(JobRunClient.job_run_id == run_id, JobRunClient.error_message.is_not(None))
        .limit(1)
    )


def _first_source_error(run_id: uuid.UUID) -> str | None:
    return db.session.scalar(
        select(SourceCheck.message)
        .where(
            SourceCheck.job_run_id == run_id,
            SourceCheck.message.is_not(None),
        )
        # A failure tells more than that it was another client's turn
        .order_by(SourceCheck.status != SourceStatus.FAILED, SourceCheck.account_wide.desc())
        .limit(1)
    )


def _is_account_wide(run_id: uuid.UUID) -> bool:
    """Tell whether every failure of a source would have hit any client."""
    query = select(func.count()).where(
        SourceCheck.job_run_id == run_id,
        SourceCheck.status == SourceStatus.FAILED,
        SourceCheck.account_wide.is_(False),
    )
    return not db.session.scalar(query)
