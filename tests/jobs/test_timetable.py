"""The timetable in a real Valkey keeps a schedule's entry over any number of firings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from rq.job import JobStatus
from rq.worker import SimpleWorker

from jobs.safe_scheduler import SafeScheduler
from tests.doubles.redis_server import running_redis
from webapp.queueing import JobName, JsonJob, JsonQueue, QueueName, Timetable

SCHEDULE = "01a00000-0000-7000-8000-000000000000"
JOB_ID = f"schedule-{SCHEDULE}"


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running_redis() as server:
        yield server.url


@pytest.fixture
def connection(redis_url: str) -> Iterator[Redis]:
    connection = Redis.from_url(redis_url)
    connection.flushall()
    yield connection
    connection.close()


def soon() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


def fetch(connection: Redis) -> JsonJob:
    job = JsonJob.fetch(JOB_ID, connection=connection)
    assert isinstance(job, JsonJob)
    return job


def test_the_entry_for_the_next_slot_outlives_the_job_of_this_one(connection: Redis) -> None:
    timetable = Timetable(connection)
    for _ in range(2):
        timetable.register(SCHEDULE, soon())
        SafeScheduler(connection).enqueue_jobs()
        assert fetch(connection).get_status() is JobStatus.QUEUED
        queue = JsonQueue(QueueName.CONTROL.value, connection=connection)
        connection.delete(queue.key)
        timetable.register(SCHEDULE, datetime.now(UTC) + timedelta(hours=1))
        assert connection.ttl(JsonJob.key_for(JOB_ID)) == -1


def test_a_removed_schedule_leaves_nothing_behind(connection: Redis) -> None:
    timetable = Timetable(connection)
    timetable.register(SCHEDULE, soon())
    timetable.unregister(SCHEDULE)
    assert timetable.entries() == {}
    assert not connection.exists(JsonJob.key_for(JOB_ID))


def test_an_entry_that_cannot_be_read_is_parked_and_the_others_go_on(connection: Redis) -> None:
    timetable = Timetable(connection)
    timetable.register(SCHEDULE, soon())
    broken = "schedule-broken"
    connection.hset(JsonJob.key_for(broken), "data", b"\x80not json")
    connection.zadd("rq:scheduler:scheduled_jobs", {broken: 1})
    moved = SafeScheduler(connection).enqueue_jobs()
    assert JOB_ID in moved
    assert fetch(connection).func_name == JobName.FIRE_SCHEDULE


def test_only_one_scheduler_holds_the_lock(connection: Redis) -> None:
    first, second = SafeScheduler(connection), SafeScheduler(connection)
    assert first.acquire_lock()
    assert not second.acquire_lock()
    second.remove_lock()
    assert first.acquire_lock()


def test_a_function_that_is_none_of_ours_is_refused(connection: Redis) -> None:
    queue = JsonQueue(QueueName.CONTROL.value, connection=connection)
    job = queue.enqueue_call("os.getcwd")
    worker = SimpleWorker([queue], connection=connection, job_class=JsonJob, queue_class=JsonQueue)
    worker.work(burst=True, logging_level="CRITICAL")
    assert job.get_status() is JobStatus.FAILED
