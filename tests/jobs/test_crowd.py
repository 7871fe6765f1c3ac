"""Many schedules due at once: a few jobs fire them all, and none waits for a fork of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from jobs.safe_scheduler import CROWD, SafeScheduler
from tests.doubles.redis_server import running_redis
from webapp.queueing import JobName, JsonQueue, QueueName, Timetable


@pytest.fixture
def connection() -> Iterator[Redis]:
    with running_redis() as server:
        connection = Redis.from_url(server.url)
        yield connection
        connection.close()


def register(connection: Redis, count: int) -> None:
    timetable = Timetable(connection)
    for number in range(count):
        timetable.register(f"number-{number}", datetime.now(UTC) - timedelta(seconds=1))


def queued(connection: Redis) -> list[str]:
    queue = JsonQueue(QueueName.CONTROL.value, connection=connection)
    return [str(job.func_name) for job in queue.jobs]


def test_a_few_that_are_due_get_a_job_each(connection: Redis) -> None:
    register(connection, CROWD - 1)
    SafeScheduler(connection).enqueue_jobs()
    assert queued(connection) == [JobName.FIRE_SCHEDULE] * (CROWD - 1)


def test_a_crowd_gets_two_jobs_and_keeps_its_entries(connection: Redis) -> None:
    register(connection, CROWD)
    Timetable(connection).ensure_tick()
    SafeScheduler(connection).enqueue_jobs()
    assert sorted(queued(connection)) == sorted([JobName.FIRE_DUE] * 2 + [JobName.TICK])
    entries = Timetable(connection).entries()
    assert len(entries) == CROWD
    assert min(entries.values()) > datetime.now(UTC) + timedelta(seconds=30)
