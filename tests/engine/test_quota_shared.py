"""A key's quota is parted among the businesses that share it, so that none starves."""

import uuid
from datetime import timedelta

import pytest

from tests import factories
from tests.doubles.world import World
from tests.engine.test_quota_turns import START, answered_on, limited
from webapp import clock
from webapp.config import Settings
from webapp.enums import WebSearch
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client, User
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def short(settings: Settings) -> World:
    return limited(settings, serper_daily_quota=4, shard_size=3, serper_web=WebSearch.NEVER)


@pytest.fixture
def portfolio(ana: User) -> list[Client]:
    return [factories.client(ana.business, name=f"Company {number}") for number in range(10)]


def theirs(cleo: User, count: int) -> list[Client]:
    return [factories.client(cleo.business, name=f"Theirs {number}") for number in range(count)]


def share_days(
    world: World, schedules: list[AutomationSchedule], count: int
) -> list[dict[uuid.UUID, int]]:
    """Run one business's schedule at nine and the other's at noon; count answers a day of each."""
    found = []
    for day in range(count):
        before = {each.business_id: 0 for each in schedules}
        for hour, each in zip((0, 3), schedules, strict=True):
            clock.set_clock(START + timedelta(days=day, hours=hour))
            with atomic() as session:
                for row in session.query(AutomationSchedule):
                    row.next_run_at = START + timedelta(days=day + (hour > 0), hours=3)
            world.run(each, bypass_cache=False)
        for client in answered_on(day):
            before[client.business_id] += 1
        found.append(before)
    return found


@pytest.mark.usefixtures("portfolio")
def test_businesses_that_share_a_key_share_its_quota(short: World, ana: User, cleo: User) -> None:
    clients = theirs(cleo, 2)
    schedules = [factories.schedule(ana), factories.schedule(cleo)]
    found = share_days(short, schedules, 5)
    assert all(sum(day.values()) == 4 for day in found)
    # Two of twelve clients: whoever comes later in the day gets a call all the same
    assert 2 <= sum(day[cleo.business_id] for day in found) <= 6
    answered = {client.id for day in range(5) for client in answered_on(day)}
    assert answered >= {each.id for each in (*clients, *db.session.query(Client))}


@pytest.mark.usefixtures("portfolio")
@pytest.mark.parametrize(
    "values",
    [
        {"is_active": False},
        {"config": {"force_mock": True}},
        {"conditions": [{"type": "weekday", "days": [6]}]},
        {"job_type": "notification_digest"},
    ],
    ids=lambda values: next(iter(values)),
)
def test_nothing_is_kept_for_a_business_that_may_not_search(
    short: World, ana: User, cleo: User, values: dict[str, object]
) -> None:
    theirs(cleo, 8)
    later = START + timedelta(hours=3)
    factories.schedule(cleo, next_run_at=later, **values)
    clock.set_clock(START)
    short.run(factories.schedule(ana))
    assert len(answered_on(0)) == 4


@pytest.mark.usefixtures("portfolio")
def test_who_is_due_in_vain_day_after_day_takes_no_more_than_its_share(
    short: World, ana: User, cleo: User
) -> None:
    theirs(cleo, 10)
    factories.schedule(cleo, next_run_at=START + timedelta(hours=3))
    mine = factories.schedule(ana)
    for day in (-3, -2, -1, 0):
        clock.set_clock(START + timedelta(days=day))
        short.run(mine)
    assert [len(answered_on(day)) for day in (-3, -2, -1, 0)] == [4, 4, 4, 2]
