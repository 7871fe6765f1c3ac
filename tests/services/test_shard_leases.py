"""A shard is worked on by one worker at a time, and a worker that lost it writes nothing."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.doubles.queues import ListQueue
from webapp import clock
from webapp.config import Settings
from webapp.enums import ClientRunStatus, PipelineStep, RunTrigger, ShardStatus
from webapp.errors import LeaseLostError
from webapp.extensions import db
from webapp.models import JobRun, JobRunClient, JobRunShard, User
from webapp.queueing import JobName
from webapp.services.run_ledger import RunLedger
from webapp.services.shard_leases import Lease, ShardLeases
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")

StartRun = Callable[[int], JobRun]


@pytest.fixture
def queue() -> ListQueue:
    return ListQueue()


@pytest.fixture
def shards(queue: ListQueue, settings: Settings) -> ShardLeases:
    return ShardLeases(queue=queue, settings=settings)


@pytest.fixture
def started(queue: ListQueue, settings: Settings, ana: User) -> StartRun:
    """Start a run over so many clients."""

    def start(clients: int) -> JobRun:
        for number in range(clients):
            factories.client(ana.business, name=f"Client {number}")
        ledger = RunLedger(queue=queue, settings=settings)
        with atomic():
            run = ledger.create_run(factories.schedule(ana), trigger=RunTrigger.MANUAL)
        begun = ledger.start(run.id)
        assert begun is not None
        return begun

    return start


def lease_of(shards: ShardLeases, run: JobRun) -> Lease:
    shard = db.session.query(JobRunShard).filter_by(job_run_id=run.id).one()
    lease = shards.lease_shard(shard.id)
    assert lease is not None
    return lease


@contextmanager
def impatient_connection() -> Iterator[Connection]:
    """A connection beside the session's that gives up when it has to wait."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        connection.exec_driver_sql(
            "PRAGMA busy_timeout = 50" if is_sqlite else "SET lock_timeout = '50ms'"
        )
        yield connection
        connection.rollback()
        connection.invalidate()


def pass_time(seconds: float) -> None:
    clock.set_clock(clock.now() + timedelta(seconds=seconds))


def test_a_held_shard_is_given_to_nobody_else(shards: ShardLeases, started: StartRun) -> None:
    lease = lease_of(shards, started(1))
    assert shards.lease_shard(lease.shard_id) is None


def test_a_silent_workers_shard_is_taken_over(shards: ShardLeases, started: StartRun) -> None:
    first = lease_of(shards, started(1))
    pass_time(91)
    second = shards.lease_shard(first.shard_id)
    assert second is not None
    assert second.attempt == 2


def test_whoever_lost_the_lease_writes_nothing_more(shards: ShardLeases, started: StartRun) -> None:
    run = started(1)
    lost = lease_of(shards, run)
    client_id = shards.open_clients(lost)[0].client_id
    pass_time(91)
    shards.lease_shard(lost.shard_id)
    with pytest.raises(LeaseLostError):
        shards.begin_clients(lost, [client_id])
    assert db.session.query(JobRunClient).one().status is ClientRunStatus.PENDING


def test_nobody_takes_a_shard_between_a_checkpoint_and_its_commit(
    shards: ShardLeases, started: StartRun
) -> None:
    lease = lease_of(shards, started(1))
    client_id = shards.open_clients(lease)[0].client_id
    pass_time(91)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's way

    def take() -> Lease | None:
        with app.app_context():
            return shards.lease_shard(lease.shard_id)

    with ThreadPoolExecutor(1) as another:
        with atomic():
            shards.checkpoint(lease, client_id, step=PipelineStep.SAVE_RAW)
            taking = another.submit(take)
            with pytest.raises(TimeoutError):
                taking.result(timeout=0.2)
        assert taking.result(timeout=20) is not None
    assert db.session.query(JobRunClient).one().step is PipelineStep.SAVE_RAW


def test_a_lease_is_renewed_while_a_client_has_yet_to_commit(
    shards: ShardLeases, started: StartRun
) -> None:
    lease = lease_of(shards, started(1))
    client_id = shards.open_clients(lease)[0].client_id
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    with atomic():
        shards.checkpoint(lease, client_id, step=PipelineStep.SAVE_RAW)
        with impatient_connection() as other:
            renewed = other.execute(update(JobRunShard).values(lease_expires_at=clock.now()))
            assert renewed.rowcount == 1


def test_clients_of_one_shard_do_not_wait_for_each_other(
    shards: ShardLeases, started: StartRun
) -> None:
    lease = lease_of(shards, started(2))
    one, other = (each.client_id for each in shards.open_clients(lease))
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    with atomic():
        shards.checkpoint(lease, one, step=PipelineStep.NOTIFY)
        with impatient_connection() as connection, Session(connection) as session:
            held = select(JobRunShard.id).with_for_update(read=True, key_share=True)
            assert session.scalar(held) == lease.shard_id
            row = update(JobRunClient).where(JobRunClient.client_id == other)
            session.execute(row.values(step=PipelineStep.NOTIFY))


def test_a_client_that_was_deleted_meanwhile_is_no_lost_shard(
    shards: ShardLeases, started: StartRun
) -> None:
    lease = lease_of(shards, started(1))
    with atomic():
        shards.checkpoint(lease, uuid.uuid4(), step=PipelineStep.NOTIFY)
    shards.begin_clients(lease, [uuid.uuid4()])


def test_renewing_keeps_the_shard(shards: ShardLeases, started: StartRun) -> None:
    lease = lease_of(shards, started(1))
    for _ in range(3):
        pass_time(60)
        shards.renew(lease)
    assert shards.lease_shard(lease.shard_id) is None


def test_an_orderly_stop_gives_the_shard_back_without_counting(
    shards: ShardLeases, started: StartRun, queue: ListQueue
) -> None:
    lease = lease_of(shards, started(2))
    shards.begin_clients(lease, [shards.open_clients(lease)[0].client_id])
    shards.return_shard(lease)
    again = shards.lease_shard(lease.shard_id)
    assert again is not None
    assert again.attempt == 1
    assert [each.attempts for each in shards.open_clients(again)] == [0, 0]
    assert queue.ids_of(JobName.RUN_SHARD)[-1] == str(lease.shard_id)


def test_clients_left_open_in_an_ended_shard_are_skipped(
    shards: ShardLeases, started: StartRun
) -> None:
    lease = lease_of(shards, started(2))
    shards.finish_shard(lease, ShardStatus.CANCELLED)
    states = [row.status for row in db.session.query(JobRunClient)]
    assert states == [ClientRunStatus.SKIPPED, ClientRunStatus.SKIPPED]


def test_a_run_is_cut_into_shards_of_the_set_size(started: StartRun) -> None:
    run = started(120)
    sizes = [
        db.session.query(JobRunClient).filter_by(shard_id=shard.id).count()
        for shard in db.session.query(JobRunShard).order_by(JobRunShard.number)
    ]
    assert sizes == [50, 50, 20]
    assert run.clients_total == 120
