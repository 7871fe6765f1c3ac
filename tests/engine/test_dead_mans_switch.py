"""Silence is noticed: of the scheduler, and of the tick that it and a worker do together."""

from datetime import timedelta

import pytest

from tests import factories
from tests.doubles.local_server import Answer, serve
from tests.doubles.queues import ListQueue
from tests.doubles.world import World
from webapp import clock
from webapp.enums import ProcessKind
from webapp.models import AutomationSchedule, ProcessHeartbeat
from webapp.queueing import QueueName
from webapp.services.liveness import liveness, note_tick
from webapp.services.readiness import check_database
from webapp.services.transactions import atomic


def beat(kind: ProcessKind, *, seconds_ago: float, began_seconds_ago: float = 3600) -> None:
    now = clock.now()
    factories.save(
        ProcessHeartbeat(
            name=kind.value,
            kind=kind,
            started_at=now - timedelta(seconds=began_seconds_ago),
            beat_at=now - timedelta(seconds=seconds_ago),
        )
    )


@pytest.mark.parametrize(
    ("tick_seconds_ago", "scheduler_began", "alive"),
    [(170, 3600, True), (190, 3600, False), (None, 3600, False), (None, 100, True), (9e4, 9, True)],
)
@pytest.mark.usefixtures("database")
def test_a_tick_that_stays_away_is_noticed_though_the_scheduler_beats(
    tick_seconds_ago: float | None, scheduler_began: float, *, alive: bool
) -> None:
    beat(ProcessKind.SCHEDULER, seconds_ago=1, began_seconds_ago=scheduler_began)
    if tick_seconds_ago is not None:
        beat(ProcessKind.TICK, seconds_ago=tick_seconds_ago)
    assert liveness().tick_is_alive is alive
    assert check_database()["scheduler"].ok is alive


@pytest.mark.usefixtures("database")
def test_each_tick_moves_its_one_heartbeat() -> None:
    note_tick()
    clock.set_clock(clock.now() + timedelta(minutes=2))
    note_tick()
    age = liveness().age(ProcessKind.TICK)
    assert age is not None
    assert age < timedelta(minutes=1)


def test_who_watches_from_outside_hears_of_each_tick(world: World) -> None:
    with serve(lambda _: Answer("OK")) as watcher:
        world.ping_url = f"{watcher.url}/a-secret-id"
        world.services.tick.tick()
        assert [request.path for request in watcher.requests] == ["/a-secret-id"]


class BrokenQueue(ListQueue):
    def depth(self, name: QueueName) -> int | None:
        raise RuntimeError(name)


def test_who_watches_from_outside_hears_when_a_part_failed(world: World) -> None:
    world.queue = BrokenQueue()
    with serve(lambda _: Answer("OK")) as watcher:
        world.ping_url = f"{watcher.url}/a-secret-id/"
        world.services.tick.tick()
        assert [request.path for request in watcher.requests] == ["/a-secret-id/fail"]


def test_a_watcher_that_is_away_costs_nothing_and_its_address_is_not_logged(
    world: World, schedule: AutomationSchedule, caplog: pytest.LogCaptureFixture
) -> None:
    with atomic() as session:
        due = clock.now() - timedelta(minutes=1)
        session.get_one(AutomationSchedule, schedule.id).next_run_at = due
    world.ping_url = "http://127.0.0.1:1/a-secret-id"
    world.services.tick.tick()
    assert liveness().age(ProcessKind.TICK) is not None
    assert "nobody outside was told" in caplog.text
    assert "a-secret-id" not in caplog.text
