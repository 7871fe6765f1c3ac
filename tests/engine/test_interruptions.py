"""What interrupts a run from outside (a cut connection, a killed process) is no client's fault."""

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp.enums import ClientRunStatus, RunStatus, RunTrigger, ShardStatus, SourceStatus
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Client,
    Event,
    EventRawData,
    JobRun,
    JobRunClient,
    JobRunShard,
    SourceCheck,
    User,
)
from webapp.providers.base import SearchTarget
from webapp.queueing import JobName
from webapp.services import automation_engine, transactions
from webapp.services.shard_leases import Lease
from webapp.services.transactions import atomic

NEWS = "Halcyon Health raises $65M in Series C funding"
CUT = OperationalError("", None, ConnectionError("terminating connection"))
EACH = [11, pytest.param(1, marks=pytest.mark.long)]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(automation_engine, "CHECK_SECONDS", 0.01)


@contextmanager
def cut_after(statements: int, *, times: int = 1) -> Iterator[list[str]]:
    """End the transaction after so many statements, once or again and again."""
    seen: list[str] = []

    def cut(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)
        if statements <= len(seen) < statements + times and not statement.startswith("BEGIN"):
            raise CUT

    event.listen(Engine, "after_cursor_execute", cut)
    try:
        yield seen
    finally:
        event.remove(Engine, "after_cursor_execute", cut)


def queued_run(world: World, schedule: AutomationSchedule) -> uuid.UUID:
    with atomic():
        run_id = world.services.ledger.create_run(
            schedule, trigger=RunTrigger.MANUAL, config={"bypass_cache": True}
        ).id
    world.services.engine.start_run(run_id)
    return run_id


def shard() -> JobRunShard:
    return db.session.query(JobRunShard).populate_existing().one()


def states() -> dict[str, ClientRunStatus]:
    return {row.client_name: row.status for row in db.session.query(JobRunClient)}


@pytest.mark.slow
@pytest.mark.parametrize("step", EACH)
def test_a_connection_cut_at_any_statement_costs_nothing(
    world: World, schedule: AutomationSchedule, step: int
) -> None:
    world.source.results = [result(NEWS)]
    with cut_after(10**9) as seen:
        queued_run(world, schedule)
        world.services.engine.run_shard(shard().id)
    total = len(seen)
    for point in range(4, total, step):
        with atomic() as session:
            for table in (JobRun, Event, EventRawData):
                session.query(table).delete()
        run_id = queued_run(world, schedule)
        with cut_after(point):
            world.services.engine.run_shard(shard().id)
        world.services.engine.run_shard(shard().id)  # if it went back to the queue
        world.services.engine.rescue()
        run = db.session.get_one(JobRun, run_id, populate_existing=True)
        assert (run.status, run.clients_failed) == (RunStatus.COMPLETED, 0), f"statement {point}"
        assert db.session.query(Event).count() == 1, f"statement {point}"


def test_a_database_that_is_away_is_not_held_against_the_source_that_was_asked(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.results = [result(NEWS)]
    world.source.before = raising_once()
    run = world.run(schedule)
    assert run.status is RunStatus.COMPLETED
    assert [row.status for row in db.session.query(SourceCheck)] == [SourceStatus.FOUND]


def raising_once() -> Callable[[SearchTarget], None]:
    raised: list[SearchTarget] = []

    def before(target: SearchTarget) -> None:
        if not raised:
            raised.append(target)
            raise CUT

    return before


def test_a_shard_goes_back_uncharged_while_the_database_is_away(
    world: World, schedule: AutomationSchedule
) -> None:
    queued_run(world, schedule)
    world.queue.jobs.clear()
    shard_id = shard().id

    def away(_target: SearchTarget) -> None:
        event.listen(Engine, "before_cursor_execute", refuse)
        raise CUT

    refused = []

    def refuse(*_anything: object) -> None:
        refused.append(1)
        if len(refused) > 12:
            event.remove(Engine, "before_cursor_execute", refuse)
        raise CUT

    world.source.before = away
    world.services.engine.run_shard(shard_id)
    assert shard().status is ShardStatus.QUEUED
    client = db.session.query(JobRunClient).one()
    assert (client.status, client.attempts) == (ClientRunStatus.PENDING, 0)
    assert world.queue.ids_of(JobName.RUN_SHARD) == [str(shard_id)]


def test_a_client_that_alone_meets_such_an_error_again_and_again_is_failed(
    world: World, schedule: AutomationSchedule, halcyon: Client, ana: User
) -> None:
    factories.client(ana.business, name="Sound Systems")

    deadly = halcyon.name

    def before(target: SearchTarget) -> None:
        if target.name == deadly:
            raise CUT

    world.source.before = before
    run = world.run(schedule)
    assert run.status is RunStatus.PARTIAL
    assert states() == {
        halcyon.name: ClientRunStatus.FAILED,
        "Sound Systems": ClientRunStatus.DONE,
    }


def test_what_a_dead_process_held_is_free_at_once_and_its_only_client_is_charged(
    world: World, schedule: AutomationSchedule, halcyon: Client
) -> None:
    queued_run(world, schedule)
    shards = world.services.engine._shards
    lease = shards.lease_shard(shard().id)
    assert lease is not None
    shards.begin_clients(lease, [halcyon.id])
    world.queue.jobs.clear()
    deaths = world.services.tick.deaths
    assert deaths.note([lease.shard_id], pid=os.getpid() + 1) == []
    assert deaths.note([lease.shard_id], pid=os.getpid()) == [lease.shard_id]
    assert (shard().status, shard().lease_token) == (ShardStatus.QUEUED, None)
    assert db.session.query(JobRunClient).one().deaths == 1
    assert world.queue.ids_of(JobName.RUN_SHARD) == [str(lease.shard_id)]


def test_of_several_in_flight_none_is_charged_and_each_is_tried_alone(
    world: World,
    schedule: AutomationSchedule,
    halcyon: Client,
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = factories.client(ana.business, name="Sound Systems")
    queued_run(world, schedule)
    shards = world.services.engine._shards
    lease = shards.lease_shard(shard().id)
    assert lease is not None
    shards.begin_clients(lease, [halcyon.id, other.id])
    world.services.tick.deaths.note([lease.shard_id], pid=os.getpid())
    assert {row.deaths for row in db.session.query(JobRunClient)} == {0}
    begun: list[int] = []
    begin = shards.begin_clients

    def note_and_begin(held: Lease, ids: Sequence[uuid.UUID]) -> None:
        begun.append(len(ids))
        begin(held, ids)

    monkeypatch.setattr(shards, "begin_clients", note_and_begin)
    world.services.engine.run_shard(lease.shard_id)
    assert begun == [1, 1]
    assert states() == dict.fromkeys((halcyon.name, other.name), ClientRunStatus.DONE)


def test_a_client_that_kills_its_process_three_times_is_left_out_and_the_others_are_done(
    world: World, schedule: AutomationSchedule, halcyon: Client, ana: User
) -> None:
    factories.client(ana.business, name="Sound Systems")
    run_id = queued_run(world, schedule)
    shards = world.services.engine._shards
    for _ in range(3):
        lease = shards.lease_shard(shard().id)
        assert lease is not None
        shards.begin_clients(lease, [halcyon.id])
        world.services.tick.deaths.note([lease.shard_id], pid=os.getpid())
    world.services.engine.run_shard(shard().id)
    run = db.session.get_one(JobRun, run_id, populate_existing=True)
    assert run.status is RunStatus.PARTIAL
    assert states() == {
        halcyon.name: ClientRunStatus.FAILED,
        "Sound Systems": ClientRunStatus.DONE,
    }
    assert "ended its worker again and again" in (run.error_message or "")
