"""The same search is not made twice within six hours, and old answers stand in before invented."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.doubles.providers import ScriptedSearch, result
from tests.doubles.world import World
from tests.statements import counted, selects
from webapp import clock
from webapp.config import Settings
from webapp.enums import (
    Provenance,
    RunStatus,
    RunTrigger,
    SimulationReason,
    SourceName,
    SourceStatus,
    WebSearch,
)
from webapp.errors import ProviderRequestError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Client,
    Event,
    EventRawData,
    JobRun,
    SourceCheck,
    User,
)
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")
NEWS = "Halcyon Health raises $65M in Series C funding"
DOWN = ProviderRequestError("Serper refused this search.")


def again(world: World, schedule: AutomationSchedule) -> JobRun:
    return world.run(schedule, bypass_cache=False)


def later(**time: float) -> None:
    clock.set_clock(clock.now() + timedelta(**time))


def checks() -> list[tuple[SourceStatus, int]]:
    rows = db.session.scalars(select(SourceCheck).order_by(SourceCheck.created_at, SourceCheck.id))
    return [(row.status, row.found) for row in rows]


@pytest.mark.parametrize(("hours", "calls"), [(1, 1), (5.9, 1), (6.1, 2), (30, 2)])
def test_within_six_hours_the_source_is_not_asked_again(
    world: World, schedule: AutomationSchedule, hours: float, calls: int
) -> None:
    world.source.results = [result(NEWS)]
    again(world, schedule)
    later(hours=hours)
    run = again(world, schedule)
    assert (world.source.calls, run.status) == (calls, RunStatus.COMPLETED)
    second = (SourceStatus.CACHED if calls == 1 else SourceStatus.FOUND, 1)
    assert checks() == [(SourceStatus.FOUND, 1), second]


def test_finding_nothing_is_an_answer_too(world: World, schedule: AutomationSchedule) -> None:
    again(world, schedule)
    again(world, schedule)
    assert checks() == [(SourceStatus.EMPTY, 0), (SourceStatus.CACHED, 0)]


def test_a_cached_answer_does_not_prolong_the_cache(
    world: World, schedule: AutomationSchedule
) -> None:
    for _ in range(3):
        again(world, schedule)
        later(hours=4)
    assert world.source.calls == 2


def test_a_run_by_hand_may_ask_anew(world: World, schedule: AutomationSchedule) -> None:
    again(world, schedule)
    world.run(schedule, bypass_cache=True)
    assert world.source.calls == 2


def test_a_schedule_never_asks_anew_whatever_its_config(world: World, ana: User) -> None:
    factories.client(ana.business)
    schedule = factories.schedule(ana, config={"bypass_cache": True})
    for _ in range(2):
        with atomic():
            run = world.services.ledger.create_run(schedule, trigger=RunTrigger.SCHEDULE)
        world.services.engine.execute_client_monitoring_job(run.id)
    assert world.source.calls == 1


def test_another_query_is_another_search(
    world: World, schedule: AutomationSchedule, halcyon: Client
) -> None:
    again(world, schedule)
    with atomic():
        halcyon.must_not_terms = ["halcyon days"]
    again(world, schedule)
    assert world.source.calls == 2


def test_a_new_feed_makes_only_the_feeds_be_read_anew(
    world: World, schedule: AutomationSchedule, halcyon: Client
) -> None:
    feeds = ScriptedSearch(name=SourceName.RSS)
    world.sources.append(feeds)
    again(world, schedule)
    with atomic():
        halcyon.feed_urls = ["https://halcyon.example.com/feed"]
    again(world, schedule)
    assert (world.source.calls, feeds.calls) == (1, 2)


@pytest.mark.parametrize(
    ("name", "changed", "calls"),
    [("serper_pages", 2, 2), ("serper_web", WebSearch.NEVER, 2), ("news_api_pages", 1, 1)],
)
def test_a_source_that_is_set_to_find_more_is_asked_anew(
    world: World, schedule: AutomationSchedule, name: str, changed: object, calls: int
) -> None:
    again(world, schedule)
    other = World(world.settings.model_copy(update={name: changed}), sources=world.sources)
    again(other, schedule)
    assert world.source.calls == calls


def test_a_failure_is_no_answer(world: World, schedule: AutomationSchedule) -> None:
    world.source.error = DOWN
    again(world, schedule)
    world.source.error = None
    again(world, schedule)
    assert checks()[-1] == (SourceStatus.EMPTY, 0)


def test_every_sixth_hour_is_never_within_six_hours(world: World, ana: User) -> None:
    """A search is made a little after its slot, so the next slot is a little less than six away."""
    factories.client(ana.business)
    schedule = factories.schedule(ana)
    slot = clock.now()
    for at in (slot, slot + timedelta(hours=6)):
        with atomic():
            run = world.services.ledger.create_run(
                schedule, trigger=RunTrigger.SCHEDULE, slot_at=at
            )
        clock.set_clock(at + timedelta(minutes=4 if at == slot else 1))
        world.services.engine.execute_client_monitoring_job(run.id)
    assert world.source.calls == 2


def test_the_cache_can_be_switched_off(settings: Settings, schedule: AutomationSchedule) -> None:
    world = World(settings.model_copy(update={"search_cache_hours": 0}))
    again(world, schedule)
    again(world, schedule)
    assert world.source.calls == 2


def test_what_was_only_collected_becomes_an_event_from_the_cache(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    world.source.results = [result(NEWS)]
    again(world, factories.schedule(ana, job_type="search_only"))
    run = again(world, schedule)
    assert (world.source.calls, run.events) == (1, 1)
    assert db.session.query(Event).one().provenance is Provenance.CACHED
    assert db.session.query(EventRawData).one().provenance is Provenance.CACHED


def test_an_answer_of_today_stands_in_before_an_invented_one(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    world.source.results = [result(NEWS)]
    again(world, factories.schedule(ana, job_type="search_only"))
    later(hours=10)
    world.source.error = DOWN
    world.mock.results = [result("Halcyon Health is invented", source=SourceName.MOCK)]
    run = again(world, schedule)
    assert (world.mock.calls, run.events) == (0, 1)
    assert db.session.query(Event).one().provenance is Provenance.CACHED


def test_an_answer_of_the_day_before_yesterday_does_not(
    world: World, schedule: AutomationSchedule
) -> None:
    again(world, schedule)
    later(hours=25)
    world.source.error = DOWN
    world.mock.results = [result(NEWS, source=SourceName.MOCK)]
    again(world, schedule)
    row = db.session.query(EventRawData).one()
    assert (row.provenance, row.simulation_reason) == (
        Provenance.SIMULATED,
        SimulationReason.FALLBACK,
    )


def test_another_live_source_comes_before_any_old_or_invented_answer(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = DOWN
    world.sources.append(ScriptedSearch([result(NEWS, source=SourceName.RSS)], name=SourceName.RSS))
    world.mock.results = [result("Halcyon Health is invented", source=SourceName.MOCK)]
    again(world, schedule)
    assert world.mock.calls == 0
    assert db.session.query(EventRawData).one().provenance is Provenance.LIVE


def test_an_invented_answer_is_never_taken_for_an_earlier_one(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = DOWN
    world.mock.results = [result(NEWS, source=SourceName.MOCK)]
    again(world, schedule)
    again(world, schedule)
    assert (world.source.calls, world.mock.calls) == (2, 2)


def test_the_memory_of_a_client_costs_one_query(
    world: World, schedule: AutomationSchedule, halcyon: Client
) -> None:
    again(world, schedule)
    client_id = halcyon.id
    with counted() as statements:
        assert len(world.services.search.recall(client_id).answers) == 1
    assert selects(statements) == 1
