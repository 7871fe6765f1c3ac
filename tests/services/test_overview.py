"""The overview's figures, its list, its chart and its cost."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import (
    Category,
    CategoryGroup,
    Provenance,
    RiskLevel,
    RunStatus,
    SimulationReason,
    Urgency,
)
from webapp.extensions import db
from webapp.models import Client, Event, User
from webapp.schemas.events import EventListQuery, EventSort, EventStatus, SnoozeInput
from webapp.services.access import Actor
from webapp.services.event_states import StateChange
from webapp.services.events import EventService
from webapp.services.overview import Overview, OverviewService, Scope

pytestmark = pytest.mark.usefixtures("database")

service = OverviewService()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def actor(user: User, zone: str = "UTC") -> Actor:
    return Actor(user.id, user.business_id, user.role, zone)


def seen(user: User, scope: Scope = Scope.TEAM, zone: str = "UTC") -> Overview:
    return service.load(actor(user, zone), scope=scope)


@pytest.fixture(autouse=True)
def _sunday_noon() -> None:
    clock.set_clock(NOW)


@pytest.fixture
def halcyon(ben: User) -> Client:
    renewal = date(2027, 1, 2)
    return factories.client(ben.business, owner=ben, arr=240_000, renewal_on=renewal)


def happened(client: Client, days: float = 0, **values: Any) -> Event:
    calm = {"urgency": Urgency.LOW, "risk_level": RiskLevel.LOW}
    at = clock.now() - timedelta(days=days)
    return factories.event(client, created_at=at, **{**calm, **values})


def mark(user: User, event: Event, change: StateChange) -> None:
    states = EventService().states
    states.change_many(actor(user), [event.id], change, snooze=SnoozeInput())


def test_an_empty_workspace_has_zeros_and_first_steps(ben: User) -> None:
    found = seen(ben)
    figures = found.figures
    assert (figures.needs_action, figures.at_risk_arr, figures.renewals) == (0, 0.0, 0)
    assert not found.first_steps.is_done
    assert [each.count for each in found.per_day] == [0] * 30
    assert found.automation.last_run is None


def test_urgent_and_risky_events_need_action_until_done(ben: User, halcyon: Client) -> None:
    urgent = happened(halcyon, urgency=Urgency.HIGH)
    risky = happened(halcyon, risk_level=RiskLevel.CRITICAL)
    happened(halcyon)
    assert {row.event.id for row in seen(ben).needs} == {urgent.id, risky.id}
    mark(ben, urgent, StateChange.READ)
    figures = seen(ben).figures
    assert (figures.needs_action, figures.needs_action_unread) == (2, 1)
    mark(ben, urgent, StateChange.DONE)
    assert seen(ben).figures.needs_action == 1


def test_what_is_new_today_comes_first_then_what_is_urgent(ben: User, halcyon: Client) -> None:
    def made(**values: Any) -> Event:
        return happened(halcyon, **{"risk_level": RiskLevel.HIGH, **values})

    old_risk = made(days=3, relevance_score=0.99)
    old_urgent = made(days=3, relevance_score=0.4, urgency=Urgency.HIGH)
    read = made(relevance_score=0.95)
    mark(ben, read, StateChange.READ)
    new_risk = made(relevance_score=0.9)
    new_urgent = made(relevance_score=0.3, urgency=Urgency.HIGH)
    shown = [row.event.id for row in seen(ben).needs]
    assert shown == [each.id for each in (new_urgent, new_risk, old_urgent, old_risk, read)]


def test_what_is_new_today_is_never_cut_off(ben: User, halcyon: Client) -> None:
    for _ in range(6):
        happened(halcyon, days=2, urgency=Urgency.HIGH, relevance_score=0.95)
    new = happened(halcyon, risk_level=RiskLevel.HIGH, relevance_score=0.5)
    assert seen(ben).needs[0].event.id == new.id


@pytest.mark.parametrize(("zone", "is_today"), [("UTC", False), ("America/New_York", True)])
def test_today_is_the_users_own(ben: User, halcyon: Client, zone: str, *, is_today: bool) -> None:
    clock.set_clock(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
    urgent = happened(halcyon, days=5, urgency=Urgency.HIGH)
    new = happened(halcyon, days=0.25, risk_level=RiskLevel.HIGH)
    first = seen(ben, zone=zone).needs[0].event.id
    assert first == (new.id if is_today else urgent.id)


@pytest.mark.parametrize("scope", Scope)
def test_the_whole_list_is_the_same_and_in_the_same_order(
    ben: User, halcyon: Client, scope: Scope
) -> None:
    for place in range(8):
        happened(halcyon, days=place * 4.5, urgency=Urgency.HIGH, relevance_score=0.9 - place / 10)
    happened(halcyon)
    overview = seen(ben, scope)
    query = EventListQuery(
        status=EventStatus.INBOX,
        needs_action=True,
        sort=EventSort.PRESSING,
        start_date=overview.needs_since,
        assigned_only=scope is Scope.ME,
    )
    rows, total = EventService().list(actor(ben), query)
    assert total == overview.figures.needs_action == 7
    assert [row.event.id for row in rows][:5] == [row.event.id for row in overview.needs]


def test_the_list_holds_the_five_most_relevant(ben: User, halcyon: Client) -> None:
    for tenth in range(9):
        happened(halcyon, urgency=Urgency.HIGH, relevance_score=tenth / 10)
    scores = [row.event.relevance_score for row in seen(ben).needs]
    assert scores == [0.8, 0.7, 0.6, 0.5, 0.4]


def test_arr_at_risk_counts_each_client_once(ben: User, halcyon: Client) -> None:
    castellan = factories.client(ben.business, name="Castellan Bank", arr=100_000)
    factories.client(ben.business, name="Quillstone Media", arr=5_000)
    happened(castellan, days=20, risk_level=RiskLevel.HIGH)
    happened(halcyon, risk_level=RiskLevel.HIGH)
    happened(halcyon, days=2, risk_level=RiskLevel.CRITICAL)
    happened(halcyon, days=120, risk_level=RiskLevel.CRITICAL)
    figures = seen(ben).figures
    assert (figures.at_risk_arr, figures.at_risk_added) == (340_000, 240_000)


def test_new_events_are_those_of_seven_days(ben: User, halcyon: Client) -> None:
    read = happened(halcyon, days=6)
    happened(halcyon, days=1)
    happened(halcyon, days=8)
    mark(ben, read, StateChange.READ)
    figures = seen(ben).figures
    assert (figures.new_events, figures.new_unread) == (2, 1)


@pytest.mark.parametrize(("days", "counts"), [(0, 1), (90, 1), (91, 0), (-1, 0)])
def test_renewals_within_ninety_days(ben: User, days: int, counts: int) -> None:
    renewal = NOW.date() + timedelta(days=days)
    factories.client(ben.business, renewal_on=renewal, arr=50_000)
    figures = seen(ben).figures
    assert (figures.renewals, figures.renewals_arr) == (counts, 50_000 * counts)


def test_me_is_about_my_clients_and_team_about_all(ana: User, ben: User, halcyon: Client) -> None:
    other = factories.client(ben.business, name="Castellan Bank", owner=ana)
    happened(halcyon, urgency=Urgency.HIGH)
    happened(other, urgency=Urgency.HIGH)
    assert seen(ben, Scope.ME).figures.needs_action == 1
    assert seen(ben, Scope.TEAM).figures.needs_action == 2
    assert service.load(actor(ben)).scope is Scope.ME


@pytest.mark.usefixtures("halcyon")
def test_who_has_no_clients_sees_the_team(ana: User) -> None:
    found = service.load(actor(ana))
    assert (found.scope, found.can_choose_scope) == (Scope.TEAM, False)


def test_stand_ins_for_failed_sources_are_in_no_figure(ben: User, halcyon: Client) -> None:
    stand_in: dict[str, Any] = {
        "provenance": Provenance.SIMULATED,
        "simulation_reason": SimulationReason.FALLBACK,
    }
    happened(halcyon, urgency=Urgency.HIGH, risk_level=RiskLevel.CRITICAL, **stand_in)
    found = seen(ben)
    assert (found.figures.needs_action, found.figures.new_events) == (0, 0)
    assert (found.figures.at_risk_arr, sum(found.by_group.values())) == (0, 0)


def test_groups_are_counted_over_thirty_days(ben: User, halcyon: Client) -> None:
    risk: dict[str, Any] = {"category": Category.NEGATIVE_PRESS, "group": CategoryGroup.RISK}
    happened(halcyon, **risk)
    happened(halcyon, days=29, **risk)
    happened(halcyon, days=31, **risk)
    happened(halcyon, category=Category.FUNDING, group=CategoryGroup.EXPANSION)
    groups = seen(ben).by_group
    assert (groups[CategoryGroup.RISK], groups[CategoryGroup.EXPANSION]) == (2, 1)
    assert groups[CategoryGroup.INFO] == 0


@pytest.mark.parametrize(("zone", "day"), [("UTC", 21), ("Asia/Tokyo", 22)])
def test_days_are_those_of_the_users_zone(ben: User, halcyon: Client, zone: str, day: int) -> None:
    at = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    factories.event(halcyon, created_at=at)
    counts = {each.day: each.count for each in seen(ben, zone=zone).per_day}
    assert counts[date(2026, 11, day)] == 1
    assert len(counts) == 30


def test_automation_tells_last_run_next_run_and_trouble(ben: User) -> None:
    later = factories.schedule(ben, name="Later", next_run_at=NOW + timedelta(hours=9))
    soon = NOW + timedelta(hours=2)
    factories.schedule(ben, name="Soon", next_run_at=soon, consecutive_failures=2)
    factories.schedule(ben, name="Off", is_active=False, disabled_reason="5 failures")
    run = factories.job_run(later, status=RunStatus.PARTIAL, started_at=NOW)
    machine = seen(ben).automation
    assert machine.last_run is not None
    assert (machine.last_run.id, machine.next_run_name) == (run.id, "Soon")
    assert (machine.next_run_at, machine.total, machine.active) == (soon, 3, 2)
    assert (machine.switched_off, machine.failing) == (1, 1)


def test_another_business_counts_for_nothing(ben: User, cleo: User, halcyon: Client) -> None:
    happened(halcyon, urgency=Urgency.HIGH, risk_level=RiskLevel.CRITICAL)
    found = seen(cleo)
    assert (found.figures.needs_action, found.figures.at_risk_arr) == (0, 0)
    assert (found.figures.renewals, sum(found.by_group.values())) == (0, 0)
    assert ben.id


def test_the_overview_costs_the_same_however_much_there_is(ben: User, halcyon: Client) -> None:
    who, costs = actor(ben), []
    for _ in range(2):
        happened(halcyon, urgency=Urgency.HIGH)
        happened(halcyon, days=3, risk_level=RiskLevel.HIGH)
        db.session.rollback()
        with counted() as statements:
            [row.event.client.name for row in service.load(who).needs]
        costs.append(selects(statements))
    assert costs[0] == costs[1] <= 8
