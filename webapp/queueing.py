"""The queues and the timetable in Redis: the only web-side file that knows RQ.

Redis is disposable: whatever is lost here is rebuilt from the database by the tick.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, Worker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from rq_scheduler import Scheduler

from webapp.config import Settings

log = logging.getLogger(__name__)

WEB_TIMEOUT_SECONDS = 1
TICK_JOB_ID = "tick"
TICK_INTERVAL_SECONDS = 15
TICK_TIMEOUT_SECONDS = 300
JOB_TIMEOUT_SECONDS = 3600
RESULT_TTL_SECONDS = 60
FAILURE_TTL_SECONDS = 86_400
KEEP_FOR_EVER = -1
REGISTERED_AT_ONCE = 500
SCHEDULE_JOB_PREFIX = "schedule-"


class QueueName(StrEnum):
    """The queues; a worker process serves some of them, most pressing first."""

    CONTROL = "control"
    DELIVERY = "delivery"
    CHATS = "chats"
    WEBHOOKS = "webhooks"
    MONITORING = "monitoring"


class JobName(StrEnum):
    """Every job by its dotted name; a job takes ids and nothing else, one only its share."""

    TICK = "jobs.periodic.tick"
    FIRE_SCHEDULE = "jobs.monitoring.fire_schedule"
    FIRE_DUE = "jobs.monitoring.fire_due"
    START_RUN = "jobs.monitoring.start_run"
    RUN_SHARD = "jobs.monitoring.run_shard"
    SEND_EMAIL = "jobs.email.send_email"
    WRITE_INSIGHT = "jobs.insights.write_insight"
    SEND_DIGESTS = "jobs.digests.send_digests"
    WORK_ON_TRIAL = "jobs.trials.work_on_trial"
    DELIVER_WEBHOOK = "jobs.webhooks.deliver_webhook"
    POST_CHAT = "jobs.chats.post_chat"


QUEUE_OF: dict[JobName, QueueName] = {
    JobName.TICK: QueueName.CONTROL,
    JobName.FIRE_SCHEDULE: QueueName.CONTROL,
    JobName.FIRE_DUE: QueueName.CONTROL,
    JobName.START_RUN: QueueName.CONTROL,
    JobName.RUN_SHARD: QueueName.MONITORING,
    JobName.SEND_EMAIL: QueueName.DELIVERY,
    JobName.WRITE_INSIGHT: QueueName.DELIVERY,
    JobName.SEND_DIGESTS: QueueName.DELIVERY,
    JobName.WORK_ON_TRIAL: QueueName.MONITORING,
    JobName.DELIVER_WEBHOOK: QueueName.WEBHOOKS,
    JobName.POST_CHAT: QueueName.CHATS,
}


class JsonJob(Job):
    """A job that is only ever JSON: what lies in Redis can be data, never code to unpickle."""

    def __init__(
        self,
        id: str | None = None,  # noqa: A002 -- RQ's signature
        connection: Redis | None = None,
        serializer: Any = None,  # noqa: ANN401, ARG002 -- RQ's signature
    ) -> None:
        super().__init__(id, connection=connection, serializer=JSONSerializer)

    @property
    def func(self) -> Any:  # noqa: ANN401 -- RQ's signature
        """Return the job's function; only ours, whatever was written into Redis."""
        if self.func_name not in set(JobName):
            raise ValueError("this is no job of Beacon's")
        return super().func


class JsonQueue(Queue):
    """A queue whose jobs are JSON, also where RQ or rq-scheduler builds it by name."""

    job_class = JsonJob

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- RQ's signature
        options["serializer"] = JSONSerializer
        options.setdefault("job_class", JsonJob)
        super().__init__(*args, **options)


def connect(settings: Settings, *, patient: bool) -> Redis:
    """Return a connection pool to Redis. It connects at the first command, not here.

    A patient one (worker, scheduler) waits and tries again; the other answers or fails within
    about a second, so that no page ever hangs on a Redis that swallows what it is sent.
    """
    options: dict[str, Any] = {}
    if settings.redis_url.startswith("rediss://") and not settings.redis_ssl_verify:
        options["ssl_cert_reqs"] = "none"
    if not patient:
        options.update(
            socket_timeout=WEB_TIMEOUT_SECONDS,
            socket_connect_timeout=WEB_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
    return Redis.from_url(settings.redis_url, **options)


class JobQueue:
    """Puts jobs on their queues and schedules on the timetable."""

    def __init__(self, connection: Redis) -> None:
        self.connection = connection

    def enqueue(self, job: JobName, *ids: str, at_front: bool = False) -> bool:
        """Put a job on its queue; False, with a log line, when Redis cannot take it.

        Whoever calls this has already written the promise to the database, so a False is no
        loss: the tick finds the promise and tries again.
        """
        return self._put(job, [ids], at_front=at_front)

    def enqueue_each(self, job: JobName, ids: Iterable[str]) -> bool:
        """Put one job an id on its queue, all in one round trip; see `enqueue`."""
        return self._put(job, [(each,) for each in ids], at_front=False)

    def enqueue_all(self, job: JobName, calls: Iterable[tuple[str, ...]]) -> bool:
        """Put a job on its queue for each group of ids, in one round trip; see `enqueue`."""
        return self._put(job, calls, at_front=False)

    def _put(self, job: JobName, calls: Iterable[tuple[str, ...]], *, at_front: bool) -> bool:
        wanted = [
            JsonQueue.prepare_data(
                job.value,
                args=ids,
                job_id=_job_id(ids),
                timeout=JOB_TIMEOUT_SECONDS,
                result_ttl=RESULT_TTL_SECONDS,
                failure_ttl=FAILURE_TTL_SECONDS,
                at_front=at_front,
            )
            for ids in calls
        ]
        try:
            self._queue(QUEUE_OF[job]).enqueue_many(wanted)
        except RedisError as error:
            log.warning("queue unreachable, %s left to the tick: %s", job.value, error)
            return False
        return True

    def is_reachable(self) -> bool:
        """Tell whether Redis answers."""
        try:
            return bool(self.connection.ping())
        except RedisError:
            return False

    def depths(self) -> dict[str, int]:
        """Return how many jobs wait on each queue. Raises RedisError."""
        return {name.value: self._queue(name).count for name in QueueName}

    def depth(self, name: QueueName) -> int | None:
        """Return how many jobs wait on one queue; None when Redis cannot say."""
        try:
            return self._queue(name).count
        except RedisError:
            return None

    def ids_waiting(self, name: QueueName) -> set[str] | None:
        """Return what the jobs that wait on a queue are about; None when Redis cannot say."""
        try:
            waiting = self._queue(name).job_ids
        except RedisError:
            return None
        return {one for each in waiting for one in each.split("_")[1:]}

    def worker_count(self) -> int:
        """Return how many workers RQ knows. Raises RedisError."""
        return Worker.count(connection=self.connection)

    def _queue(self, name: QueueName) -> JsonQueue:
        return JsonQueue(name.value, connection=self.connection)


def _job_id(ids: tuple[str, ...]) -> str:
    """Return an id for a job that is like no other and tells what it is about."""
    return "_".join((uuid.uuid4().hex, *ids))


class Timetable:
    """The due times that rq-scheduler watches: one entry a schedule and one repeating tick."""

    def __init__(self, connection: Redis) -> None:
        self._scheduler = Scheduler(
            QueueName.CONTROL.value,
            connection=connection,
            job_class=JsonJob,
            queue_class=JsonQueue,
        )

    @property
    def _key(self) -> str:
        return str(self._scheduler.scheduled_jobs_key)

    def register(self, schedule_id: str, at: datetime) -> None:
        """Set the one entry of a schedule to a time, whatever was there. Raises RedisError."""
        self.register_all({schedule_id: at})

    def _entry(self, schedule_id: str) -> Job:
        """Return the job that rq-scheduler moves to its queue when the schedule is due."""
        return JsonJob.create(
            JobName.FIRE_SCHEDULE.value,
            args=(schedule_id,),
            id=SCHEDULE_JOB_PREFIX + schedule_id,
            connection=self._scheduler.connection,
            result_ttl=KEEP_FOR_EVER,  # the same job serves the next slot
            timeout=JOB_TIMEOUT_SECONDS,
            origin=QueueName.CONTROL.value,
            status=JobStatus.SCHEDULED,
        )

    def register_all(self, due: Mapping[str, datetime]) -> None:
        """Register many schedules with a few round trips for all. Raises RedisError."""
        rows = list(due.items())
        for at in range(0, len(rows), REGISTERED_AT_ONCE):
            part = rows[at : at + REGISTERED_AT_ONCE]
            with self._scheduler.connection.pipeline() as pipeline:
                for schedule_id, _ in part:
                    self._entry(schedule_id).save(pipeline=pipeline)
                scores = {SCHEDULE_JOB_PREFIX + each: when.timestamp() for each, when in part}
                pipeline.zadd(self._key, scores)
                pipeline.execute()

    def unregister(self, schedule_id: str) -> None:
        """Take a schedule's entry away. Raises RedisError."""
        job_id = SCHEDULE_JOB_PREFIX + schedule_id
        self._scheduler.cancel(job_id)
        self._scheduler.connection.delete(JsonJob.key_for(job_id))

    def entries(self) -> dict[str, datetime]:
        """Return each registered schedule id with its due time. Raises RedisError."""
        rows = self._scheduler.connection.zrange(self._key, 0, -1, withscores=True)
        return {
            key.decode().removeprefix(SCHEDULE_JOB_PREFIX): datetime.fromtimestamp(score, UTC)
            for key, score in rows
            if key.startswith(SCHEDULE_JOB_PREFIX.encode())
        }

    def registered(self, schedule_ids: Iterable[str]) -> set[str]:
        """Return those of the given schedules that have an entry. Raises RedisError."""
        ids = list(schedule_ids)
        if not ids:
            return set()
        scores = self._scheduler.connection.zmscore(
            self._key, [SCHEDULE_JOB_PREFIX + each for each in ids]
        )
        return {each for each, score in zip(ids, scores, strict=True) if score is not None}

    def ensure_tick(self) -> None:
        """Register the repeating tick if it is not there. Raises RedisError."""
        if TICK_JOB_ID in self._scheduler:
            return
        self._scheduler.schedule(
            datetime.now(UTC).replace(tzinfo=None),
            JobName.TICK.value,
            interval=TICK_INTERVAL_SECONDS,
            id=TICK_JOB_ID,
            queue_name=QueueName.CONTROL.value,
            timeout=TICK_TIMEOUT_SECONDS,
        )
