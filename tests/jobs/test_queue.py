"""Jobs on their queues, over a real Valkey."""

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.doubles.queues import NO_REDIS
from tests.doubles.redis_server import running_redis
from webapp.queueing import JobName, JobQueue, JsonQueue, QueueName


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    with running_redis() as server, Redis.from_url(server.url) as connection:
        yield JobQueue(connection)


def _waiting(queue: JobQueue, name: QueueName) -> list[tuple[str | None, tuple[str, ...]]]:
    jobs = JsonQueue(name.value, connection=queue.connection).jobs
    return [(job.func_name, tuple(job.args)) for job in jobs]


def test_a_job_of_each_id_waits_in_the_order_given(queue: JobQueue) -> None:
    assert queue.enqueue_each(JobName.SEND_EMAIL, ["one", "two"])
    expected = [(JobName.SEND_EMAIL.value, (each,)) for each in ("one", "two")]
    assert _waiting(queue, QueueName.DELIVERY) == expected


def test_a_job_at_the_front_goes_before_the_others(queue: JobQueue) -> None:
    queue.enqueue(JobName.SEND_EMAIL, "later")
    queue.enqueue(JobName.SEND_EMAIL, "now", at_front=True)
    assert [args for _, args in _waiting(queue, QueueName.DELIVERY)] == [("now",), ("later",)]


def test_what_waits_can_be_told_from_what_is_gone(queue: JobQueue) -> None:
    queue.enqueue(JobName.RUN_SHARD, "one")
    queue.enqueue_each(JobName.RUN_SHARD, ["two", "three"])
    queue.enqueue(JobName.START_RUN, "elsewhere")
    assert queue.ids_waiting(QueueName.MONITORING) == {"one", "two", "three"}
    queue.connection.flushall()
    assert queue.ids_waiting(QueueName.MONITORING) == set()


def test_each_of_several_ids_in_one_job_counts_as_waiting(queue: JobQueue) -> None:
    queue.enqueue_all(JobName.RUN_SHARD, [("one", "two"), ("three",)])
    assert queue.ids_waiting(QueueName.MONITORING) == {"one", "two", "three"}
    assert [args for _, args in _waiting(queue, QueueName.MONITORING)] == [
        ("one", "two"),
        ("three",),
    ]


def test_without_redis_it_is_said_and_nothing_raises() -> None:
    queue = JobQueue(NO_REDIS)
    assert not queue.enqueue(JobName.SEND_EMAIL, "one")
    assert not queue.enqueue_each(JobName.SEND_EMAIL, ["one", "two"])
    assert queue.ids_waiting(QueueName.DELIVERY) is None
