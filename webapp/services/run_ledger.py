"""Runs in the database: creating them, cutting them into shards, asking them to stop."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import JobType, RunReason, RunStatus, RunTrigger, ShardStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, JobRunShard
from webapp.models.base import new_uuid, rows_changed
from webapp.queueing import JobName, JobQueue
from webapp.services import run_cutting, run_log
from webapp.services.run_cutting import Shard
from webapp.services.transactions import after_commit, atomic, snapshot

ACTIVE = (RunStatus.QUEUED, RunStatus.RUNNING)
UNFINISHED = (ShardStatus.QUEUED, ShardStatus.RUNNING)


class RunLedger:
    """Keeps the promises about runs. The database decides; the queue is only told afterwards."""

    def __init__(self, *, queue: JobQueue, settings: Settings) -> None:
        self._queue = queue
        self._shard_size = settings.shard_size

    def active_run(self, schedule_id: uuid.UUID) -> JobRun | None:
        """Return the queued or running run of a schedule; at most one exists."""
        return db.session.scalar(
            select(JobRun).where(JobRun.schedule_id == schedule_id, JobRun.status.in_(ACTIVE))
        )

    def without_run(self, schedule_id: uuid.UUID, slots: Sequence[datetime]) -> list[datetime]:
        """Return those slots that have no run yet; a clock set back may offer one again."""
        query = select(JobRun.slot_at).where(
            JobRun.schedule_id == schedule_id, JobRun.slot_at.in_(slots)
        )
        taken = set(db.session.scalars(query))
        return [slot for slot in slots if slot not in taken]

    def create_run(
        self,
        schedule: AutomationSchedule,
        *,
        trigger: RunTrigger,
        user_id: int | None = None,
        slot_at: datetime | None = None,
        config: Mapping[str, Any] | None = None,
        client_ids: Sequence[str] | None = None,
        retry_of: uuid.UUID | None = None,
        enqueue: bool = True,
    ) -> JobRun:
        """Add a queued run inside the caller's transaction; it is enqueued after the commit.

        Without `enqueue` the caller starts it; should it die before, the tick enqueues the run.
        """
        run = self.new_run(schedule, trigger=trigger, slot_at=slot_at)
        run.triggered_by_user_id = user_id
        run.config = {**run.config, **(config or {})}
        run.retry_of_id = retry_of
        if client_ids is not None:
            run.client_ids = list(client_ids)
        return self._add(run, enqueue=enqueue)

    def new_run(
        self, schedule: AutomationSchedule, *, trigger: RunTrigger, slot_at: datetime | None
    ) -> JobRun:
        """Return a queued run that is not yet added to anything."""
        return JobRun(
            id=new_uuid(),
            business_id=schedule.business_id,
            schedule_id=schedule.id,
            schedule_name=schedule.name,
            job_type=schedule.job_type,
            trigger=trigger,
            status=RunStatus.QUEUED,
            slot_at=slot_at,
            enqueued_at=clock.now(),
            config=dict(schedule.config),
            client_ids=schedule.client_ids,
            log=[],
        )

    def create_plain_run(
        self,
        business_id: uuid.UUID,
        *,
        name: str,
        job_type: JobType,
        trigger: RunTrigger,
        user_id: int | None,
        config: Mapping[str, Any],
        client_ids: Sequence[str],
    ) -> JobRun:
        """Add a queued run that belongs to no schedule, inside the caller's transaction."""
        run = JobRun(
            business_id=business_id,
            schedule_name=name,
            job_type=job_type,
            trigger=trigger,
            triggered_by_user_id=user_id,
            config=dict(config),
            client_ids=list(client_ids),
        )
        return self._add(run)

    def _add(self, run: JobRun, *, enqueue: bool = True) -> JobRun:
        run.id = new_uuid()
        run.status = RunStatus.QUEUED
        run.enqueued_at = clock.now()
        db.session.add(run)
        db.session.flush()
        if enqueue:
            after_commit(lambda: self._queue.enqueue(JobName.START_RUN, str(run.id)))
        return run

    def record_unrun(
        self,
        schedule: AutomationSchedule,
        slot_at: datetime | None,
        *,
        status: RunStatus,
        reason: RunReason,
    ) -> JobRun:
        """Add a run that never ran (skipped or missed), so that none vanishes silently.

        One that a chain would have started has no slot.
        """
        run = JobRun(
            id=new_uuid(),
            business_id=schedule.business_id,
            schedule_id=schedule.id,
            schedule_name=schedule.name,
            job_type=schedule.job_type,
            trigger=RunTrigger.SCHEDULE,
            slot_at=slot_at,
            status=status,
            reason=reason,
            finished_at=clock.now(),
        )
        db.session.add(run)
        db.session.flush()
        return run

    def start(self, run_id: uuid.UUID) -> JobRun | None:
        """Move a queued run to running and cut its clients into shards, all in one commit.

        Returns None when somebody else has started it.
        """
        with atomic() as session:
            claimed = rows_changed(
                update(JobRun)
                .where(JobRun.id == run_id, JobRun.status == RunStatus.QUEUED)
                .values(status=RunStatus.RUNNING, started_at=clock.now())
            )
            if claimed != 1:
                return None
            run = session.get_one(JobRun, run_id, populate_existing=True)
            shards = run_cutting.cut([run], shard_size=self._shard_size)
            self._enqueue_shards(shards)
            return run

    def start_new(self, runs: Sequence[JobRun]) -> None:
        """Add runs that begin at once, with their shards, inside the caller's transaction."""
        if not runs:
            return
        for run in runs:
            run.status, run.started_at = RunStatus.RUNNING, clock.now()
        self._enqueue_shards(run_cutting.cut(runs, shard_size=self._shard_size))

    def _enqueue_shards(self, shards: Sequence[Shard]) -> None:
        jobs = run_cutting.jobs_of(shards, shard_size=self._shard_size)
        after_commit(lambda: self._queue.enqueue_all(JobName.RUN_SHARD, jobs))

    def request_cancel(self, run_id: uuid.UUID) -> bool:
        """Ask a run to stop at the next client; a queued one ends at once. False if it ended."""
        with atomic() as session:
            run = session.get(JobRun, run_id, with_for_update=True)
            if run is None or not run.status.is_active:
                return False
            run.cancel_requested_at = clock.now()
            run_log.note(run, "Asked to stop at the next client")
            if run.status == RunStatus.QUEUED:
                run.status = RunStatus.CANCELLED
                run.reason = RunReason.CANCELLED_BY_USER
                run.finished_at = clock.now()
            return True

    def note_digests(self, run_id: uuid.UUID, mails: int) -> None:
        """Add the mails of a digest run, which has no clients to count them by."""
        with atomic():
            rows_changed(
                update(JobRun).where(JobRun.id == run_id).values(emails=JobRun.emails + mails)
            )

    def is_cancelled(self, run_id: uuid.UUID) -> bool:
        """Tell whether the run was asked to stop or has ended."""
        with snapshot() as session:
            row = session.execute(
                select(JobRun.cancel_requested_at, JobRun.status).where(JobRun.id == run_id)
            ).first()
        return row is None or row[0] is not None or not row[1].is_active

    def has_open_shards(self, run_id: uuid.UUID) -> bool:
        """Tell whether any shard of the run is still to be done."""
        count = db.session.scalar(
            select(func.count())
            .select_from(JobRunShard)
            .where(JobRunShard.job_run_id == run_id, JobRunShard.status.in_(UNFINISHED))
        )
        return bool(count)

    def has_failed_shards(self, run_id: uuid.UUID) -> bool:
        """Tell whether a part of the run could not be done."""
        failed = select(JobRunShard.id).where(
            JobRunShard.job_run_id == run_id, JobRunShard.status == ShardStatus.FAILED
        )
        return db.session.scalar(failed.limit(1)) is not None

    def open_shards(self, run_id: uuid.UUID) -> list[uuid.UUID]:
        """Return the shards of a run that are still to be done, in order."""
        query = (
            select(JobRunShard.id)
            .where(JobRunShard.job_run_id == run_id, JobRunShard.status.in_(UNFINISHED))
            .order_by(JobRunShard.number)
        )
        return list(db.session.scalars(query))

    def close_shards(self, run_id: uuid.UUID) -> None:
        """Take every open shard of a run from its worker, inside the caller's transaction.

        Clients that are about to commit still do; nothing more is begun.
        """
        rows_changed(
            update(JobRunShard)
            .where(JobRunShard.job_run_id == run_id, JobRunShard.status.in_(UNFINISHED))
            .values(status=ShardStatus.CANCELLED, lease_token=None, lease_expires_at=None)
        )

    def runs_without_open_shards(self) -> list[uuid.UUID]:
        """Return running runs that nobody works on any more."""
        is_open = (
            select(JobRunShard.id)
            .where(JobRunShard.job_run_id == JobRun.id, JobRunShard.status.in_(UNFINISHED))
            .exists()
        )
        query = select(JobRun.id).where(JobRun.status == RunStatus.RUNNING, ~is_open)
        return list(db.session.scalars(query))
