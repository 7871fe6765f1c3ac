"""A run keeps a few lines of what it did, for whoever asks later."""

from datetime import timedelta

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp import clock
from webapp.enums import RunTrigger
from webapp.errors import ProviderError
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, User
from webapp.services import run_log
from webapp.services.transactions import atomic

NEWS = "Halcyon Health raises $65M in Series C funding"


def lines(run: JobRun) -> list[str]:
    return [line.text for line in run_log.lines_of(run)]


def test_it_says_how_a_run_began_and_ended(world: World, schedule: AutomationSchedule) -> None:
    world.source.results = [result(NEWS)]
    run = world.run(schedule)
    assert lines(run) == [
        "Started: 1 client in 1 shard",
        "Ended completed: 1 done, 0 failed, 1 event",
    ]
    assert all(line.at.utcoffset() == timedelta(0) for line in run_log.lines_of(run))


def test_the_same_notice_of_many_clients_is_one_line(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    factories.client(ana.business, name="Castellan Bank")
    world.source.error = ProviderError("Serper does not answer")
    run = world.run(schedule)
    (notice,) = [each for each in lines(run) if "Serper does not answer" in each]
    assert notice.endswith("(2 clients)")


def test_what_was_capped_is_told(world: World, schedule: AutomationSchedule) -> None:
    titles = [
        "Halcyon Health raises $65M in Series C funding",
        "Halcyon Health sued over a data breach in Ohio",
        "Halcyon Health names Dana Reyes chief executive",
        "Halcyon Health opens clinics across Portugal",
        "Halcyon Health recalls its insulin pump",
        "Halcyon Health partners with Northwind Logistics",
        "Halcyon Health wins the national award for nursing",
    ]
    world.source.results = [result(title) for title in titles]
    run = world.run(schedule)
    assert run.deferred == 2
    assert any(each.startswith("Capped: 2 finds left to the next run") for each in lines(run))


def test_a_wish_to_stop_and_a_repeated_shard_are_told(
    world: World, schedule: AutomationSchedule
) -> None:
    with atomic():
        run = world.services.ledger.create_run(schedule, trigger=RunTrigger.MANUAL)
    engine, ledger = world.services.engine, world.services.ledger
    engine.start_run(run.id)
    (shard_id,) = ledger.open_shards(run.id)
    world.services.engine._shards.lease_shard(shard_id)
    clock.set_clock(clock.now() + timedelta(minutes=10))
    ledger.request_cancel(run.id)
    engine.run_shard(shard_id)
    said = lines(db.session.get_one(JobRun, run.id, populate_existing=True))
    assert said[1] == "Asked to stop at the next client"
    assert "Shard 1 was begun 2 times" in said[2]
    assert said[-1].startswith("Ended cancelled (cancelled by user)")


def test_a_long_log_keeps_its_end(world: World, schedule: AutomationSchedule) -> None:
    run = world.run(schedule)
    with atomic() as session:
        kept = session.get_one(JobRun, run.id, populate_existing=True)
        run_log.note(kept, *(f"line {n}" for n in range(200)))
        run_log.note_end(kept)
    assert len(lines(kept)) == run_log.MAX_LINES
    assert lines(kept)[-1].startswith("Ended completed")
