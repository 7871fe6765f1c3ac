"""What a schedule will ask of each source on a day, against its quota."""

import pytest

from tests import factories
from tests.doubles.providers import ScriptedSearch
from tests.doubles.world import World
from webapp.config import Settings
from webapp.enums import JobType, ScheduleType, SourceName, WebSearch
from webapp.models import Business, User
from webapp.services.access import Actor
from webapp.services.actors import actor_of
from webapp.services.quota_forecast import PlannedSearches, SourceForecast
from webapp.services.schedule_times import ScheduleTiming

pytestmark = pytest.mark.usefixtures("database")
DAILY = ScheduleTiming(ScheduleType.DAILY, hour=9)


def timing(schedule_type: ScheduleType, cron: str | None = None) -> ScheduleTiming:
    return ScheduleTiming(schedule_type, cron_expression=cron, hour=9, day_of_week=0)


@pytest.fixture
def actor(ana: User) -> Actor:
    return actor_of(ana)


@pytest.fixture
def world(settings: Settings) -> World:
    values = {"serper_daily_quota": 10, "serper_web": WebSearch.NEVER}
    return World(settings.model_copy(update=values))


@pytest.fixture
def clients(business: Business) -> list[str]:
    names = ("Halcyon Health", "Castellan Bank", "Northwind Logistics")
    return [str(factories.client(business, name=name).id) for name in names]


def line(
    world: World, actor: Actor, plan: PlannedSearches, source: SourceName = SourceName.SERPER
) -> SourceForecast:
    found = world.services.forecast.forecast(actor, plan)
    return next(each for each in found if each.source is source)


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize(
    ("when", "calls", "share"),
    [
        (timing(ScheduleType.DAILY), 3, 0.3),
        (timing(ScheduleType.WEEKLY), 3, 0.3),
        (timing(ScheduleType.MANUAL), 3, 0.3),
        (timing(ScheduleType.HOURLY), 12, 1.2),
        (timing(ScheduleType.CUSTOM, "0 8,16 * * 1-5"), 6, 0.6),
        (timing(ScheduleType.CUSTOM, "*/30 * * * *"), 12, 1.2),
        (timing(ScheduleType.CUSTOM, "no cron"), 0, 0.0),
    ],
)
def test_runs_times_clients_less_what_the_cache_answers(
    world: World, actor: Actor, when: ScheduleTiming, calls: int, share: float
) -> None:
    found = world.services.forecast.forecast(actor, PlannedSearches(when))
    assert [(each.calls_a_day, each.share) for each in found] == ([(calls, share)] if calls else [])


def test_only_the_chosen_clients_count(
    world: World, actor: Actor, ana: User, clients: list[str]
) -> None:
    schedule = factories.schedule(ana, client_ids=clients[:2])
    assert world.services.forecast.forecast(actor, schedule)[0].calls_a_day == 2


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize(
    "plan",
    [
        PlannedSearches(DAILY, force_mock=True),
        PlannedSearches(DAILY, job_type=JobType.NOTIFICATION_DIGEST),
    ],
)
def test_what_searches_nothing_real_has_no_line(
    world: World, actor: Actor, plan: PlannedSearches
) -> None:
    assert world.services.forecast.forecast(actor, plan) == []


def test_all_schedules_of_the_business_share_the_cache(
    world: World, actor: Actor, ana: User, cleo: User, clients: list[str]
) -> None:
    factories.schedule(ana, schedule_type="hourly", client_ids=clients[:1])
    factories.schedule(ana, is_active=False)
    factories.schedule(ana, schedule_type="manual")
    factories.schedule(cleo)
    found = line(world, actor, PlannedSearches(DAILY))
    # four times a day the first client, once the two others
    assert (found.calls_a_day, found.total_calls_a_day, found.is_short) == (3, 6, False)
    assert found.total_share == 0.6


def test_a_schedule_that_is_edited_is_not_counted_twice(
    world: World, actor: Actor, ana: User, clients: list[str]
) -> None:
    stored = factories.schedule(ana)
    planned = PlannedSearches(timing(ScheduleType.HOURLY), schedule_id=stored.id)
    found = line(world, actor, planned)
    assert found.total_calls_a_day == found.calls_a_day == 4 * len(clients)
    assert found.is_short


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize(
    ("source", "values", "calls"),
    [
        ("serper", {"serper_web": WebSearch.SPARSE}, (3, 6)),
        ("serper", {"serper_web": WebSearch.ALWAYS}, (6, 6)),
        ("serper", {"serper_web": WebSearch.SPARSE, "serper_pages": 2}, (3, 12)),
        ("news_api", {"news_api_pages": 2}, (3, 6)),
        ("gdelt", {}, (3, 3)),
    ],
)
def test_what_a_search_may_take_further_is_told(
    settings: Settings,
    actor: Actor,
    source: str,
    values: dict[str, object],
    calls: tuple[int, int],
) -> None:
    quota = {"serper_daily_quota": 5, "news_api_daily_quota": 5}
    world = World(settings.model_copy(update={**quota, **values}))
    world.sources[:] = [ScriptedSearch(name=SourceName(source))]
    found = line(world, actor, PlannedSearches(DAILY), SourceName(source))
    assert (found.least_calls_a_day, found.calls_a_day) == calls
    assert found.total_calls_a_day == found.calls_a_day
    assert found.is_short is (source != "gdelt")


def test_each_feed_of_a_client_is_a_call(world: World, actor: Actor, business: Business) -> None:
    feeds = ["https://a.example/feed", "https://b.example/feed"]
    factories.client(business, feed_urls=feeds)
    world.sources[:] = [ScriptedSearch(name=SourceName.RSS)]
    assert line(world, actor, PlannedSearches(DAILY), SourceName.RSS).calls_a_day == len(feeds)


@pytest.mark.usefixtures("clients")
def test_a_source_without_a_quota_comes_last_and_has_no_share(world: World, actor: Actor) -> None:
    world.sources.insert(0, ScriptedSearch(name=SourceName.GDELT))
    found = world.services.forecast.forecast(actor, PlannedSearches(DAILY))
    assert [(each.label, each.quota, each.share) for each in found] == [
        ("Serper", 10, 0.3),
        ("GDELT", None, None),
    ]
