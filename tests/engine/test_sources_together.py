"""What one source does to the others: a slow one, one that is down, a client that waits."""

from datetime import timedelta
from threading import Event as Signal

import pytest

from tests.doubles.providers import ScriptedSearch, result
from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import Provenance, SimulationReason, SourceName, SourceStatus
from webapp.errors import ProviderQuotaError, ProviderUnavailableError
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client, EventRawData, SourceCheck
from webapp.services.quota_turns import TurnPlan
from webapp.services.search_targets import target_of

pytestmark = pytest.mark.usefixtures("database")
NEWS = "Halcyon Health raises $65M in Series C funding"
DOWN = ProviderUnavailableError("Serper answered 503.")
SIX = [
    SourceName.SERPER,
    SourceName.NEWS_API,
    SourceName.GOOGLE_SEARCH,
    SourceName.GDELT,
    SourceName.RSS,
    SourceName.EDGAR,
]


def waiting_gdelt() -> ScriptedSearch:
    wait = ProviderQuotaError("GDELT takes one search in five seconds.")
    wait.account_wide = False
    return ScriptedSearch(name=SourceName.GDELT, error=wait)


def wait_for(end: Signal) -> None:
    end.wait(10)


def statuses() -> dict[SourceName, SourceStatus]:
    return {row.source: row.status for row in db.session.query(SourceCheck)}


def test_four_slow_sources_do_not_hold_up_two_good_ones(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    values = {"monitor_concurrency": 1, "source_timeout_seconds": 1}
    world = World(settings.model_copy(update=values))
    world.sources = [ScriptedSearch(name=name) for name in SIX]
    end = Signal()
    for source in world.sources[:4]:
        source.before = lambda _target: wait_for(end)
    world.run(schedule)
    end.set()
    assert [statuses()[name] for name in SIX] == [SourceStatus.FAILED] * 4 + [
        SourceStatus.EMPTY
    ] * 2


def test_old_news_takes_no_place_of_a_search_but_feeds_are_kept_whole(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = World(settings)
    world.sources = [ScriptedSearch(name=name) for name in SIX]
    world.run(schedule)
    asked = {source.name: source.since for source in world.sources}
    assert {name for name in SIX if asked[name] is None} == {SourceName.RSS, SourceName.EDGAR}
    windows = {clock.now() - since for since in asked.values() if since is not None}
    assert all(timedelta(days=30) <= window < timedelta(days=31) for window in windows)


def test_a_source_whose_turn_among_the_threads_never_came_did_not_fail(
    settings: Settings, halcyon: Client
) -> None:
    values = {"monitor_concurrency": 1, "source_timeout_seconds": 0.3}
    world = World(settings.model_copy(update=values))
    end = Signal()
    search = world.services.search
    busy = [search.pool.submit(lambda: end.wait(10)) for _ in range(3)]
    outcome = search.search_all_sources(target_of(halcyon, gdelt_enabled=False), since=None)
    end.set()
    assert all(each.result(5) for each in busy)
    answer = outcome.live_answers[0]
    assert "was not asked in time" in (answer.message or "")
    assert (answer.status, answer.seconds, answer.calls) == (SourceStatus.FAILED, 0.0, 0)
    assert world.source.calls == 0
    assert not world.services.health.rows()


def test_where_one_source_is_down_and_another_is_waited_for_the_mock_stands_in(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = DOWN
    world.sources.append(waiting_gdelt())
    world.mock.results = [result(NEWS, source=SourceName.MOCK)]
    world.run(schedule)
    assert db.session.query(EventRawData).one().simulation_reason is SimulationReason.FALLBACK


def test_where_a_client_only_waits_nothing_stands_in(
    world: World, schedule: AutomationSchedule
) -> None:
    world.sources[:] = [waiting_gdelt()]
    world.mock.results = [result(NEWS, source=SourceName.MOCK)]
    world.run(schedule)
    assert (world.mock.calls, db.session.query(EventRawData).count()) == (0, 0)


def test_whose_turn_it_is_not_waits_also_when_the_key_is_spent_meanwhile(
    world: World, halcyon: Client
) -> None:
    target = target_of(halcyon, gdelt_enabled=False)
    world.source.error = ProviderQuotaError("Serper's credits are spent.")
    search = world.services.search
    search.search_all_sources(target, since=None)
    nobody = TurnPlan({SourceName.SERPER: frozenset()})
    outcome = search.search_all_sources(target, since=None, turns=nobody)
    assert (len(outcome.waiting), outcome.failed, outcome.items) == (1, (), ())


def test_entries_of_one_feed_at_places_of_one_page_stay_apart(
    world: World, schedule: AutomationSchedule
) -> None:
    titles = ["Halcyon Health opens a clinic in Oslo", "Halcyon Health names a new finance chief"]
    page = "https://halcyon.example.com/changelog"
    world.source.results = [
        result(title, url=f"{page}#v{number}") for number, title in enumerate(titles)
    ]
    target = target_of(db.session.query(Client).one(), gdelt_enabled=False)
    outcome = world.services.search.search_all_sources(target, since=None)
    assert [item.result.title for item in outcome.items] == titles
    assert {item.provenance for item in outcome.items} == {Provenance.LIVE}
    assert schedule.is_active
