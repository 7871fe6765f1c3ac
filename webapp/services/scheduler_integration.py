"""Schedules on the timetable: registering them, claiming their slots, starting runs by hand.

The database decides what is due. The timetable in Redis only wakes us up in time, and is
rebuilt from the database whenever the two differ.
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy import func, select

from webapp import clock
from webapp.enums import ProcessKind, RunTrigger, ScheduleType
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, ProcessHeartbeat
from webapp.queueing import JobQueue, Timetable
from webapp.services.liveness import RUNNING_LIMIT, WORKER_LIMIT, liveness
from webapp.services.run_ledger import RunLedger
from webapp.services.slot_claims import SlotClaims
from webapp.services.transactions import atomic, snapshot

log = logging.getLogger(__name__)

DRIFT = timedelta(seconds=1)


@dataclass(frozen=True)
class RegisteredJob:
    """A schedule that will run: its id, name and next due time in UTC."""

    id: uuid.UUID
    name: str
    next_run: datetime


@dataclass(frozen=True)
class SchedulerStatus:
    """Whether the machinery lives and what it will do next for one business."""

    running: bool
    heartbeat_at: datetime | None
    workers: int
    queue_depth: int | None
    tick_at: datetime | None = None
    tick_is_alive: bool = True
    jobs: list[RegisteredJob] = field(default_factory=list)


class SchedulerIntegrationService:
    """Keeps rq-scheduler's timetable and the schedules in step."""

    def __init__(
        self,
        *,
        timetable: Timetable,
        queue: JobQueue,
        ledger: RunLedger,
        claims: SlotClaims,
    ) -> None:
        self._timetable = timetable
        self._queue = queue
        self._ledger = ledger
        self._claims = claims

    def start_scheduler(self) -> int:
        """Register every active schedule and the tick; return how many schedules there are.

        Raises RedisError; the scheduler process waits and tries again.
        """
        self._timetable.ensure_tick()
        return self.reconcile()

    def shutdown_scheduler(self, name: str) -> None:
        """Forget the heartbeat of a scheduler that ends in good order."""
        with atomic() as session:
            row = session.get(ProcessHeartbeat, name)
            if row is not None:
                session.delete(row)

    def register_schedule(self, schedule: AutomationSchedule) -> None:
        """Put a schedule on the timetable, or take it off when it will not run by itself.

        Never raises for Redis: a timetable that cannot be reached is mended by the tick.
        """
        at = schedule.next_run_at if schedule.is_active else None
        if at is None or schedule.schedule_type == ScheduleType.MANUAL:
            self.remove_schedule(schedule.id)
            return
        self._tell(lambda: self._timetable.register(str(schedule.id), at))

    def add_schedule(self, schedule: AutomationSchedule) -> None:
        """Take a new schedule onto the timetable."""
        self.register_schedule(schedule)

    def update_schedule(self, schedule: AutomationSchedule) -> None:
        """Bring the timetable's entry up to a changed schedule."""
        self.register_schedule(schedule)

    def remove_schedule(self, schedule_id: uuid.UUID) -> None:
        """Take a schedule off the timetable."""
        self._tell(lambda: self._timetable.unregister(str(schedule_id)))

    def trigger_manual_run(
        self,
        schedule: AutomationSchedule,
        *,
        user_id: int | None,
        trigger: RunTrigger = RunTrigger.MANUAL,
        config: dict[str, Any] | None = None,
        client_ids: Sequence[str] | None = None,
        retry_of: uuid.UUID | None = None,
    ) -> JobRun:
        """Start a run now, active schedule or not; while one is on, return that one."""
        with atomic():
            locked = self._lock(schedule.id)
            if locked is None:
                raise LookupError("the schedule is gone")
            running = self._ledger.active_run(schedule.id)
            if running is not None:
                return running
            return self._ledger.create_run(
                locked,
                trigger=trigger,
                user_id=user_id,
                config=config,
                client_ids=client_ids,
                retry_of=retry_of,
            )

    def fire_due(self, schedule_id: uuid.UUID) -> JobRun | None:
        """Claim the slot that is due; None when there is nothing to claim.

        The run is for the caller to start. Any number of processes may call this at once. The
        timetable then holds the next slot.
        """
        run = self._claims.claim(schedule_id)
        with snapshot() as session:
            schedule = session.get(AutomationSchedule, schedule_id, populate_existing=True)
            if schedule is not None:
                self.register_schedule(schedule)
        return run

    def set_next(self, following: Mapping[uuid.UUID, datetime | None]) -> None:
        """Put the next slots of many schedules on the timetable, in one round trip.

        Never raises for Redis, and a schedule that was changed meanwhile is mended by the tick.
        """
        due = {str(each): at for each, at in following.items() if at is not None}
        self._tell(lambda: self._timetable.register_all(due))

    def reconcile(self) -> int:
        """Make the timetable say what the database says. Raises RedisError.

        Returns how many schedules are active and have a next run.
        """
        with snapshot() as session:
            rows = session.execute(
                select(AutomationSchedule.id, AutomationSchedule.next_run_at).where(
                    AutomationSchedule.is_active.is_(True),
                    AutomationSchedule.next_run_at.is_not(None),
                )
            )
            wanted = {str(row.id): row.next_run_at for row in rows}
        self._timetable.ensure_tick()
        present = self._timetable.entries()
        # An entry that is gone because it is being fired right now is put back by the job
        self._timetable.register_all(
            {
                each: at
                for each, at in wanted.items()
                if (known := present.get(each)) is None or abs(known - at) > DRIFT
            }
        )
        for schedule_id in present.keys() - wanted.keys():
            self._timetable.unregister(schedule_id)
        return len(wanted)

    def get_scheduler_status(self, business_id: uuid.UUID) -> SchedulerStatus:
        """Return heartbeat, workers, waiting jobs and the registered schedules of a business."""
        now = clock.now()
        alive = liveness()
        beats = alive.beats
        scheduler, tick = beats.get(ProcessKind.SCHEDULER), beats.get(ProcessKind.TICK)
        workers = db.session.scalar(
            select(func.count())
            .select_from(ProcessHeartbeat)
            .where(
                ProcessHeartbeat.kind == ProcessKind.WORKER,
                ProcessHeartbeat.beat_at > now - WORKER_LIMIT,
            )
        )
        return SchedulerStatus(
            running=scheduler is not None and now - scheduler.at < RUNNING_LIMIT,
            heartbeat_at=None if scheduler is None else scheduler.at,
            tick_at=None if tick is None else tick.at,
            tick_is_alive=alive.tick_is_alive,
            workers=workers or 0,
            queue_depth=self._queue_depth(),
            jobs=_registered_jobs(business_id),
        )

    def _queue_depth(self) -> int | None:
        """Return how many jobs wait; None when Redis cannot say."""
        try:
            return sum(self._queue.depths().values())
        except RedisError:
            return None

    def _lock(self, schedule_id: uuid.UUID) -> AutomationSchedule | None:
        return db.session.get(
            AutomationSchedule, schedule_id, with_for_update=True, populate_existing=True
        )

    def _tell(self, change: Callable[[], None]) -> None:
        try:
            change()
        except RedisError as error:
            log.warning("timetable unreachable, left to the tick: %s", error)


def _registered_jobs(business_id: uuid.UUID) -> list[RegisteredJob]:
    rows = db.session.scalars(
        select(AutomationSchedule)
        .where(
            AutomationSchedule.business_id == business_id,
            AutomationSchedule.is_active.is_(True),
            AutomationSchedule.next_run_at.is_not(None),
        )
        .order_by(AutomationSchedule.next_run_at, AutomationSchedule.id)
    )
    return [RegisteredJob(row.id, row.name, row.next_run_at) for row in rows if row.next_run_at]
