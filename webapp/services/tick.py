"""What is done every few seconds so that no promise is forgotten, whatever died meanwhile."""

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from redis.exceptions import RedisError
from sqlalchemy import or_, select, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import RunStatus, ShardStatus
from webapp.models import JobRun, JobRunShard
from webapp.models.base import rows_changed
from webapp.providers.ping import Ping
from webapp.queueing import QUEUE_OF, JobName, JobQueue, QueueName
from webapp.services.ai_backlog import AiBacklog
from webapp.services.automation_engine import AutomationEngineService
from webapp.services.chats.service import ChatService
from webapp.services.email import EmailService
from webapp.services.event_totals import fold_tallies
from webapp.services.insight_requests import InsightRequestService
from webapp.services.liveness import note_tick
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.shard_deaths import ShardDeaths
from webapp.services.slot_firing import SlotFiring
from webapp.services.transactions import atomic, snapshot
from webapp.services.trials.service import TrialService
from webapp.services.webhooks.service import WebhookService

log = logging.getLogger(__name__)

DISPATCH_AGAIN_AFTER = timedelta(seconds=30)
"""Something queued in the database this long without a worker is put on its queue again."""
BATCH = 500
MAX_WAITING = 50
"""With more jobs than this on a queue of deliveries, the sweep adds none."""


class TickService:
    """Finds what is due, lost or stuck, and sets it going. Every part may run at any time."""

    def __init__(
        self,
        *,
        scheduler: SchedulerIntegrationService,
        firing: SlotFiring,
        deaths: ShardDeaths,
        engine: AutomationEngineService,
        trials: TrialService,
        backlog: AiBacklog,
        wishes: InsightRequestService,
        email: EmailService,
        webhooks: WebhookService,
        chats: ChatService,
        queue: JobQueue,
        ping: Ping,
        settings: Settings,
    ) -> None:
        self._scheduler = scheduler
        self.firing = firing
        self.deaths = deaths
        self._engine = engine
        self._trials = trials
        self._backlog = backlog
        self._wishes = wishes
        self._email = email
        self._webhooks = webhooks
        self._chats = chats
        self._queue = queue
        self._ping = ping
        self._run_timeout = timedelta(minutes=settings.run_timeout_minutes)

    def tick(self) -> None:
        """Do one round: due schedules, lost runs and shards, overdue runs, waiting mails.

        One schedule, run or stage that cannot be handled is logged and never stops the others.
        Whoever watches from outside hears how the round went.
        """
        parts: list[Callable[[], object]] = [
            self.firing.fire_due,
            self.dispatch_runs,
            self.dispatch_shards,
            self._end_overdue,
            self._engine.rescue,
            self._trials.dispatch,
            self.dispatch_emails,
            self.dispatch_webhooks,
            self.dispatch_chats,
            self._backlog.take_up,
            self._wishes.dispatch,
            self._tell_timetable,
            fold_tallies,
            note_tick,
        ]
        went_well = [_try(part) for part in parts]
        self._ping.send(ok=all(went_well))

    def _tell_timetable(self) -> None:
        """Bring Redis up to what the database says; while it is away a later tick does."""
        self._queue.enqueue(JobName.SEND_DIGESTS)
        try:
            self._scheduler.reconcile()
        except RedisError as error:
            log.warning("timetable could not be reconciled: %s", error)

    def dispatch_runs(self) -> int:
        """Put queued runs on the queue again whose job was lost; return how many."""
        old = clock.now() - DISPATCH_AGAIN_AFTER
        with atomic() as session:
            found = list(
                session.scalars(
                    select(JobRun.id)
                    .where(JobRun.status == RunStatus.QUEUED, JobRun.enqueued_at < old)
                    .order_by(JobRun.enqueued_at)
                    .limit(BATCH)
                )
            )
            rows_changed(update(JobRun).where(JobRun.id.in_(found)).values(enqueued_at=clock.now()))
        return self._dispatch(JobName.START_RUN, found)

    def dispatch_shards(self) -> int:
        """Put shards on the queue again whose worker died or whose job was lost.

        Returns how many.
        """
        now = clock.now()
        with atomic() as session:
            found = list(
                session.scalars(
                    select(JobRunShard.id)
                    .where(
                        or_(
                            (JobRunShard.status == ShardStatus.QUEUED)
                            & (JobRunShard.enqueued_at < now - DISPATCH_AGAIN_AFTER),
                            (JobRunShard.status == ShardStatus.RUNNING)
                            & (JobRunShard.lease_expires_at < now)
                            & (JobRunShard.enqueued_at < now - DISPATCH_AGAIN_AFTER),
                        )
                    )
                    .order_by(JobRunShard.enqueued_at)
                    .limit(BATCH)
                )
            )
            rows_changed(
                update(JobRunShard).where(JobRunShard.id.in_(found)).values(enqueued_at=now)
            )
        return self._dispatch(JobName.RUN_SHARD, found)

    def _dispatch(self, job: JobName, found: list[uuid.UUID]) -> int:
        """Enqueue what is not on the queue: a long queue must not grow while it waits."""
        waiting = self._queue.ids_waiting(QUEUE_OF[job]) if found else set()
        if waiting is None:
            return 0  # nothing can be enqueued either; a later round looks again
        lost = [str(each) for each in found if str(each) not in waiting]
        self._queue.enqueue_each(job, lost)
        return len(lost)

    def dispatch_emails(self) -> int:
        """Put mails on the queue that are due, also those that a crash left."""
        waiting = self._queue.depth(QueueName.DELIVERY)
        if waiting is None or waiting > MAX_WAITING:
            return 0  # the mails that wait there are the same ones; a later round looks again
        on_queue = self._queue.ids_waiting(QueueName.DELIVERY) or set()
        due = [each for each in self._email.due(BATCH) if str(each) not in on_queue]
        self._email.outbox.hand_out(due)
        return len(due)

    def dispatch_webhooks(self) -> int:
        """Put messages to webhooks on the queue that are due, also those that a crash left."""
        return self._dispatch_due(JobName.DELIVER_WEBHOOK, self._webhooks.due)

    def dispatch_chats(self) -> int:
        """Put messages into chats on the queue that are due, also those that a crash left."""
        return self._dispatch_due(JobName.POST_CHAT, self._chats.due)

    def _dispatch_due(self, job: JobName, find: Callable[[int], Sequence[uuid.UUID]]) -> int:
        waiting = self._queue.depth(QUEUE_OF[job])
        if waiting is None or waiting > MAX_WAITING:
            return 0
        due = find(BATCH)
        self._queue.enqueue_each(job, [str(each) for each in due])
        return len(due)

    def _end_overdue(self) -> None:
        """End the runs that take longer than they may; one that cannot be ended stops none."""
        with snapshot() as session:
            query = select(JobRun.id).where(
                JobRun.status == RunStatus.RUNNING,
                JobRun.started_at < clock.now() - self._run_timeout,
            )
            overdue = list(session.scalars(query))
        for run_id in overdue:
            _try(partial(self._engine.end_overdue, run_id))


def _try(part: Callable[[], object]) -> bool:
    """Do a part; False when it failed."""
    try:
        part()
    except Exception:
        log.exception("a part of the tick failed; the others go on")
        return False
    return True
