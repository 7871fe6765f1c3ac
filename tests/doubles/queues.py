"""Queues without Redis: what was enqueued is kept in a list."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp.queueing import QUEUE_OF, JobName, JobQueue, QueueName, Timetable

NO_REDIS = Redis(port=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))
"""A connection that fails at once."""


class ListQueue(JobQueue):
    """Remembers each job with its ids."""

    def __init__(self) -> None:
        super().__init__(NO_REDIS)
        self.jobs: list[tuple[JobName, tuple[str, ...]]] = []
        self.waiting: int | None = 0

    def enqueue(self, job: JobName, *ids: str, at_front: bool = False) -> bool:  # noqa: ARG002 -- the real one's signature
        """Remember the job."""
        self.jobs.append((job, ids))
        return True

    def enqueue_each(self, job: JobName, ids: Iterable[str]) -> bool:
        """Remember a job for each id."""
        self.jobs.extend((job, (each,)) for each in ids)
        return True

    def enqueue_all(self, job: JobName, calls: Iterable[tuple[str, ...]]) -> bool:
        """Remember a job for each group of ids."""
        self.jobs.extend((job, ids) for ids in calls)
        return True

    def ids_waiting(self, name: QueueName) -> set[str] | None:
        """Count every job that was put and not taken away by the test as waiting."""
        return {each for job, ids in self.jobs if QUEUE_OF[job] is name for each in ids}

    def depth(self, name: QueueName) -> int | None:  # noqa: ARG002 -- the real one's signature
        """Say what the test says."""
        return self.waiting

    def depths(self) -> dict[str, int]:
        """Say how many jobs there are in all."""
        return {"control": len(self.jobs)}

    def ids_of(self, job: JobName) -> list[str]:
        """Return the ids of all jobs of a name."""
        return [each for name, ids in self.jobs if name is job for each in ids]


class DictTimetable(Timetable):
    """A timetable in a dictionary."""

    def __init__(self) -> None:
        super().__init__(NO_REDIS)
        self.times: dict[str, datetime] = {}
        self.has_tick = False

    def register_all(self, due: Mapping[str, datetime]) -> None:
        """Remember the due times."""
        self.times.update(due)

    def unregister(self, schedule_id: str) -> None:
        """Forget the due time."""
        self.times.pop(schedule_id, None)

    def entries(self) -> dict[str, datetime]:
        """Return what is registered."""
        return dict(self.times)

    def ensure_tick(self) -> None:
        """Remember that the tick was asked for."""
        self.has_tick = True
