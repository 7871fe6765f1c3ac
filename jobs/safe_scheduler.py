"""rq-scheduler made safe: it outlives Redis, bad entries and a second scheduler."""

import logging
import secrets
import time

from redis import Redis
from redis.exceptions import RedisError
from rq.exceptions import NoSuchJobError
from rq.job import JobStatus
from rq_scheduler import Scheduler

from webapp.queueing import (
    SCHEDULE_JOB_PREFIX,
    JobName,
    JobQueue,
    JsonJob,
    JsonQueue,
    QueueName,
)

log = logging.getLogger(__name__)

POLL_SECONDS = 1
LOCK_SECONDS = 10
BATCH = 1000
RETRY_BROKEN_AFTER_SECONDS = 300
STALE_AFTER_SECONDS = 60
CROWD = 20
CROWD_PARTS = 2
CROWD_WAITS_SECONDS = 60

_RENEW_OWN = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return 1
end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) and 1 or 0
"""
_REMOVE_OWN = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class SafeScheduler(Scheduler):  # type: ignore[misc]  # rq-scheduler ships no types
    """Moves due entries to their queues. The database decides what is really run.

    An entry that is moved twice does no harm (the slot is claimed in the database), and one
    that gets lost is put back by the tick; so nothing here needs to be atomic.
    """

    def __init__(self, connection: Redis) -> None:
        super().__init__(
            QueueName.CONTROL.value,
            interval=POLL_SECONDS,
            connection=connection,
            job_class=JsonJob,
            queue_class=JsonQueue,
        )
        self._token = secrets.token_hex(16)
        self._renew = connection.register_script(_RENEW_OWN)
        self._remove = connection.register_script(_REMOVE_OWN)

    def acquire_lock(self) -> bool:
        """Take or keep the lock; only its owner can. Merely saves work, see the class."""
        keys: list[str] = [self.scheduler_lock_key]
        self._lock_acquired = bool(self._renew(keys=keys, args=[self._token, LOCK_SECONDS]))
        return self._lock_acquired

    def remove_lock(self) -> None:
        """Give the lock back if it is ours."""
        self._remove(keys=[self.scheduler_lock_key], args=[self._token])
        self._lock_acquired = False

    def enqueue_jobs(self) -> list[str]:
        """Move what is due; an entry that cannot be read is parked, not fatal."""
        due = self.connection.zrangebyscore(
            self.scheduled_jobs_key, 0, time.time(), start=0, num=BATCH
        )
        moved = []
        for job_id in self._without_crowd([raw.decode() for raw in due]):
            try:
                self._move(job_id)
                moved.append(job_id)
            except RedisError:
                raise
            except NoSuchJobError:
                self.connection.zrem(self.scheduled_jobs_key, job_id)
            except Exception:
                log.exception("entry %s cannot be read; it is tried again later", job_id)
                later = time.time() + RETRY_BROKEN_AFTER_SECONDS
                self.connection.zadd(self.scheduled_jobs_key, {job_id: later})
        return moved

    def _without_crowd(self, due: list[str]) -> list[str]:
        """Hand many schedules that are due at once to a few jobs; return the other entries.

        A job each would fork twice for every schedule. The entries wait a minute meanwhile; the
        tick sets them to the next slots before that.
        """
        crowd = [each for each in due if each.startswith(SCHEDULE_JOB_PREFIX)]
        if len(crowd) < CROWD:
            return due
        later = time.time() + CROWD_WAITS_SECONDS
        self.connection.zadd(self.scheduled_jobs_key, dict.fromkeys(crowd, later))
        queue = JobQueue(self.connection)
        for part in range(CROWD_PARTS):
            queue.enqueue(JobName.FIRE_DUE, str(part), str(CROWD_PARTS), at_front=True)
        return [each for each in due if not each.startswith(SCHEDULE_JOB_PREFIX)]

    def _move(self, job_id: str) -> None:
        job = self.job_class.fetch(job_id, connection=self.connection)
        if self._waits_already(job):
            self._advance(job)
            return
        self.enqueue_job(job)

    def _waits_already(self, job: JsonJob) -> bool:
        """Tell whether nobody has fetched the job yet; it is not put on the queue twice."""
        if job.get_status(refresh=False) != JobStatus.QUEUED or job.enqueued_at is None:
            return False
        return time.time() - job.enqueued_at.timestamp() < STALE_AFTER_SECONDS

    def _advance(self, job: JsonJob) -> None:
        interval = job.meta.get("interval")
        if interval:
            after = time.time() + int(interval)
            self.connection.zadd(self.scheduled_jobs_key, {job.id: after})
        else:
            self.connection.zrem(self.scheduled_jobs_key, job.id)
