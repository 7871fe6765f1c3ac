"""When a quota is smaller than the portfolio, clients take turns and none starves."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.doubles.providers import ScriptedSearch
from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import (
    ClientTier,
    Provenance,
    RunReason,
    RunStatus,
    SourceName,
    SourceStatus,
    WebSearch,
)
from webapp.errors import ProviderQuotaError, ProviderRequestError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Business,
    Client,
    Event,
    QuotaUse,
    SourceCheck,
    User,
)
from webapp.providers.base import SearchTarget
from webapp.providers.metering import seconds_for_a_call
from webapp.services.quota_turns import Waiting, in_turn
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
TIERS = [*[ClientTier.ENTERPRISE] * 2, *[ClientTier.MID_MARKET] * 3, *[ClientTier.SMB] * 4, None]
ANSWERED = (SourceStatus.FOUND, SourceStatus.EMPTY)


def limited(settings: Settings, **values: object) -> World:
    return World(settings.model_copy(update=values))


@pytest.fixture
def short(settings: Settings) -> World:
    return limited(settings, serper_daily_quota=4, shard_size=3, serper_web=WebSearch.NEVER)


@pytest.fixture
def portfolio(ana: User) -> list[Client]:
    """Ten clients, the biggest last, so that no order of making helps."""
    return [
        factories.client(ana.business, name=f"Company {number}", tier=tier)
        for number, tier in enumerate(reversed(TIERS))
    ]


def answered_on(day: int, source: SourceName = SourceName.SERPER) -> list[Client]:
    start = START + timedelta(days=day)
    rows = db.session.query(SourceCheck).filter(
        SourceCheck.source == source,
        SourceCheck.status.in_(ANSWERED),
        SourceCheck.created_at >= start,
        SourceCheck.created_at < start + timedelta(days=1),
    )
    return [db.session.get_one(Client, row.client_id) for row in rows]


def days(world: World, schedule: AutomationSchedule, count: int) -> list[list[Client]]:
    for day in range(count):
        clock.set_clock(START + timedelta(days=day))
        world.run(schedule, bypass_cache=False)
    return [answered_on(day) for day in range(count)]


def test_ten_clients_with_four_calls_a_day_are_all_checked_in_three_days(
    short: World, portfolio: list[Client], ana: User
) -> None:
    found = days(short, factories.schedule(ana), 3)
    assert [len(day) for day in found] == [4, 4, 4]
    assert {client.id for day in found for client in day} == {each.id for each in portfolio}
    assert short.source.calls == 12


@pytest.mark.usefixtures("portfolio")
def test_the_biggest_accounts_come_first(short: World, ana: User) -> None:
    first, second, _ = days(short, factories.schedule(ana), 3)
    tiers = [client.tier for client in first]
    assert tiers.count(ClientTier.ENTERPRISE) == 2
    assert tiers.count(ClientTier.MID_MARKET) == 2
    assert ClientTier.MID_MARKET in {client.tier for client in second}


@pytest.mark.usefixtures("portfolio")
def test_over_weeks_nobody_waits_for_long(short: World, ana: User) -> None:
    found = days(short, factories.schedule(ana), 14)
    times = {each.id: 0 for each in db.session.query(Client)}
    for day in found:
        for client in day:
            times[client.id] += 1
    assert min(times.values()) >= 2
    assert sum(times.values()) == 14 * 4


@pytest.mark.usefixtures("portfolio")
def test_who_has_to_wait_is_told_so_and_not_asked_about(short: World, ana: User) -> None:
    clock.set_clock(START)
    run = short.run(factories.schedule(ana))
    waiting = db.session.query(SourceCheck).filter_by(status=SourceStatus.OVER_QUOTA).all()
    assert len(waiting) == 6
    assert all("turn comes" in (row.message or "") for row in waiting)
    assert run.status is RunStatus.COMPLETED
    assert db.session.query(QuotaUse).one().calls == 4
    assert not db.session.query(Event).filter_by(provenance=Provenance.SIMULATED).count()


@pytest.mark.usefixtures("portfolio")
def test_a_run_in_which_everybody_waits_is_failed_but_not_the_schedules_fault(
    short: World, ana: User
) -> None:
    clock.set_clock(START)
    schedule = factories.schedule(ana)
    short.run(schedule)
    run = short.run(schedule)
    assert (run.status, run.reason) == (RunStatus.FAILED, RunReason.NO_LIVE_SOURCE)
    db.session.refresh(schedule)
    assert schedule.consecutive_failures == 0


@pytest.mark.usefixtures("portfolio")
def test_a_provider_that_says_it_is_spent_is_not_asked_for_each_client(
    world: World, ana: User
) -> None:
    world.source.error = ProviderQuotaError("Serper's credits are spent.")
    schedule = factories.schedule(ana)
    world.run(schedule)
    asked = world.source.calls
    world.run(schedule)
    assert world.source.calls == asked <= 10
    statuses = {row.status for row in db.session.query(SourceCheck).filter_by(source="serper")}
    assert statuses == {SourceStatus.OVER_QUOTA}


@pytest.mark.usefixtures("portfolio")
def test_clients_whose_search_always_fails_do_not_starve_the_others(
    short: World, ana: User
) -> None:
    broken = {f"Company {number}" for number in range(6, 10)}  # the biggest, so first in turn

    def refuse(target: SearchTarget) -> None:
        if target.name in broken:
            raise ProviderRequestError("Serper cannot search for this name.")

    short.source.before = refuse
    found = days(short, factories.schedule(ana), 4)
    assert len({client.id for day in found for client in day}) == 6


@pytest.mark.usefixtures("portfolio")
def test_searches_of_two_calls_are_each_served_fully(settings: Settings, ana: User) -> None:
    world = limited(settings, serper_daily_quota=10, serper_web=WebSearch.SPARSE)

    def two_calls(_target: SearchTarget) -> None:
        seconds_for_a_call(5)
        seconds_for_a_call(5)

    world.source.before = two_calls
    found = days(world, factories.schedule(ana), 2)
    assert [len(day) for day in found] == [5, 5]
    assert len({client.id for day in found for client in day}) == 10
    assert not db.session.query(Event).count()


@pytest.mark.usefixtures("portfolio")
def test_a_quota_smaller_than_one_search_still_serves_everybody_in_time(
    settings: Settings, ana: User
) -> None:
    world = limited(settings, serper_daily_quota=1, serper_web=WebSearch.ALWAYS)
    found = days(world, factories.schedule(ana), 10)
    assert len({client.id for day in found for client in day}) == 10


@pytest.mark.usefixtures("portfolio")
def test_gdelt_reaches_ten_clients_within_four_runs(settings: Settings, ana: User) -> None:
    world = limited(settings, source_timeout_seconds=20)
    gdelt_over(world, ana)
    found = daily(world, factories.schedule(ana), 4)
    assert [len(day) for day in found] == [3, 3, 3, 3]
    assert len({client.id for day in found for client in day}) == 10
    waiting = db.session.query(SourceCheck).filter_by(
        source=SourceName.GDELT, status=SourceStatus.OVER_QUOTA
    )
    assert all("turn comes" in (row.message or "") for row in waiting)


@pytest.mark.usefixtures("portfolio")
def test_a_client_that_gdelt_cannot_search_for_takes_nobodys_turn(
    settings: Settings, ana: User
) -> None:
    world = limited(settings, source_timeout_seconds=20)
    gdelt = gdelt_over(world, ana)
    unknown = {f"Company {number}" for number in range(7, 10)}
    gdelt.unknown = frozenset(unknown)
    found = daily(world, factories.schedule(ana), 5)
    assert len({client.id for day in found for client in day}) == 7


def gdelt_over(world: World, ana: User) -> ScriptedSearch:
    with atomic():
        db.session.get_one(Business, ana.business_id).gdelt_enabled = True
    gdelt = ScriptedSearch(name=SourceName.GDELT)
    world.sources.append(gdelt)
    return gdelt


def daily(world: World, schedule: AutomationSchedule, count: int) -> list[list[Client]]:
    days(world, schedule, count)
    return [answered_on(day, SourceName.GDELT) for day in range(count)]


def test_who_was_never_asked_for_comes_before_who_was() -> None:
    now = clock.now()
    new = Waiting(uuid.uuid4(), ClientTier.SMB, None)
    old = Waiting(uuid.uuid4(), ClientTier.ENTERPRISE, now - timedelta(days=90))
    assert in_turn([old, new], now) == [new, old]


def test_a_longer_wait_beats_a_bigger_account() -> None:
    now = clock.now()
    small = Waiting(uuid.uuid4(), ClientTier.SMB, now - timedelta(days=9))
    big = Waiting(uuid.uuid4(), ClientTier.ENTERPRISE, now - timedelta(days=2))
    bigger = Waiting(uuid.uuid4(), ClientTier.ENTERPRISE, now - timedelta(days=3))
    assert in_turn([big, small, bigger], now) == [bigger, small, big]
