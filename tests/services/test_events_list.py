"""The list of events: what it hides, what each filter keeps, its order, its cost."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import (
    Category,
    CategoryGroup,
    Provenance,
    RiskLevel,
    Severity,
    SimulationReason,
)
from webapp.extensions import db
from webapp.models import Client, User
from webapp.schemas.events import EventListQuery, SnoozeInput
from webapp.services.access import Actor
from webapp.services.event_states import StateChange
from webapp.services.events import EventService

pytestmark = pytest.mark.usefixtures("database")

service = EventService()
FALLBACK = {
    "provenance": Provenance.SIMULATED,
    "simulation_reason": SimulationReason.FALLBACK,
}
FORCED = {"provenance": Provenance.SIMULATED, "simulation_reason": SimulationReason.FORCED}


def actor(user: User, zone: str = "UTC") -> Actor:
    return Actor(user.id, user.business_id, user.role, zone)


def titles(user: User, *, zone: str = "UTC", **filters: Any) -> list[str]:
    query = EventListQuery.model_validate(filters)
    rows, total = service.list(actor(user, zone), query)
    assert total >= len(rows)
    return [row.event.title for row in rows]


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


def test_newest_come_first_and_ties_stay_in_order(ben: User, halcyon: Client) -> None:
    at = clock.now()
    rows = (("old", 5), ("tie 1", 2), ("tie 2", 2), ("new", 0))
    for number, (title, hours) in enumerate(rows):
        made = {"id": UUID(int=number + 1), "created_at": at - timedelta(hours=hours)}
        factories.event(halcyon, title=title, **made)
    assert titles(ben) == ["new", "tie 2", "tie 1", "old"]
    assert titles(ben, sort="oldest") == ["old", "tie 1", "tie 2", "new"]


def test_orders_by_relevance_and_severity(ben: User, halcyon: Client) -> None:
    factories.event(halcyon, title="a", relevance_score=0.9, severity=Severity.LOW)
    factories.event(halcyon, title="b", relevance_score=0.5, severity=Severity.CRITICAL)
    factories.event(halcyon, title="c", relevance_score=0.7, severity=Severity.HIGH)
    assert titles(ben, sort="relevance") == ["a", "c", "b"]
    assert titles(ben, sort="severity") == ["b", "c", "a"]


def test_pages_add_up_to_the_total(ben: User, halcyon: Client) -> None:
    for number in range(7):
        factories.event(halcyon, title=str(number))
    seen = titles(ben, limit=3) + titles(ben, limit=3, skip=3) + titles(ben, limit=3, skip=6)
    assert sorted(seen) == [str(number) for number in range(7)]
    assert service.list(actor(ben), EventListQuery(limit=3))[1] == 7


def test_another_businesss_events_are_never_seen(cleo: User, halcyon: Client) -> None:
    factories.event(halcyon)
    assert titles(cleo) == []
    assert titles(cleo, client_id=halcyon.id) == []


def test_stand_ins_for_failed_sources_are_hidden_until_asked_for(
    ben: User, halcyon: Client
) -> None:
    for title, origin in (("live", {}), ("forced", FORCED), ("stand-in", FALLBACK)):
        factories.event(halcyon, title=title, **origin)
    assert set(titles(ben)) == {"live", "forced"}
    assert set(titles(ben, provenance="simulated")) == {"forced", "stand-in"}
    assert set(titles(ben, provenance="all")) == {"live", "forced", "stand-in"}
    assert titles(ben, provenance="live") == ["live"]


def test_hidden_events_stay_hidden(ben: User, halcyon: Client) -> None:
    factories.event(halcyon, hidden_at=clock.now())
    assert titles(ben, provenance="all") == []


def test_a_group_holds_categories_that_belong_to_two(ben: User, halcyon: Client) -> None:
    both = {"category": Category.ACQUIRED_OR_MERGED, "group": CategoryGroup.RISK}
    factories.event(halcyon, title="both", **both)
    good = {"category": Category.FINANCIAL_RESULTS, "group": CategoryGroup.EXPANSION}
    factories.event(halcyon, title="good results", sentiment_score=0.6, **good)
    assert titles(ben, group="risk") == ["both"]
    assert titles(ben, group="relationship") == ["both"]
    assert titles(ben, group="expansion") == ["good results"]
    assert titles(ben, group="info") == []


FILTERS = [
    ({"category": "funding"}, {"category": Category.FUNDING}),
    ({"min_relevance": 0.85}, {"relevance_score": 0.85}),
    ({"risk_level": "critical"}, {"risk_level": RiskLevel.CRITICAL}),
    ({"sentiment": "negative"}, {"sentiment_score": -0.31}),
    ({"sentiment": "positive"}, {"sentiment_score": 0.31}),
    ({"sentiment": "neutral"}, {"sentiment_score": 0.3}),
    ({"q": "rail OPERATOR"}, {"title": "A bid for a rail operator"}),
    ({"q": "transbaltic"}, {"summary": "The bid values TransBaltic at 310 million."}),
]
PLAIN = {"relevance_score": 0.4, "title": "x", "summary": "y", "sentiment_score": 0.9}


@pytest.mark.parametrize(("filters", "values"), FILTERS)
def test_a_filter_keeps_what_fits_and_nothing_else(
    ben: User, halcyon: Client, filters: dict[str, Any], values: dict[str, Any]
) -> None:
    opposite = {"sentiment_score": -0.9} if filters.get("sentiment") == "positive" else {}
    factories.event(halcyon, **{**PLAIN, **opposite, "risk_level": RiskLevel.LOW})
    kept = factories.event(halcyon, **values)
    assert titles(ben, **filters) == [kept.title]


def test_words_are_taken_as_they_are(ben: User, halcyon: Client) -> None:
    factories.event(halcyon, title="Margins fell by 40%")
    factories.event(halcyon, title="Margins fell")
    assert titles(ben, q="40%") == ["Margins fell by 40%"]
    assert titles(ben, q="_") == []


def test_words_also_find_the_client(ben: User, halcyon: Client) -> None:
    factories.event(halcyon, title="found")
    factories.event(factories.client(ben.business, name="Castellan Bank"), title="other")
    assert titles(ben, q="halcyon") == ["found"]


def test_one_client_or_only_mine(ben: User, halcyon: Client) -> None:
    other = factories.client(ben.business, name="Castellan Bank")
    factories.event(halcyon, title="mine")
    factories.event(other, title="not mine")
    assert titles(ben, client_id=other.id) == ["not mine"]
    assert titles(ben, assigned_only=True) == ["mine"]


@pytest.mark.parametrize(
    ("zone", "filters", "kept"),
    [
        ("UTC", {"end_date": "2026-11-21"}, ["early"]),
        ("UTC", {"start_date": "2026-11-22"}, ["late"]),
        ("America/New_York", {"end_date": "2026-11-21"}, ["late", "early"]),
        ("America/New_York", {"start_date": "2026-11-22"}, []),
        ("UTC", {"end_date": "2026-11-21T23:30:00Z"}, ["early"]),
        ("UTC", {"end_date": "2026-11-22T02:00:00+02:00"}, ["early"]),
        ("UTC", {"start_date": "2026-11-22T03:00:00"}, ["late"]),
    ],
)
def test_a_bare_date_means_the_users_own_day(
    ben: User, halcyon: Client, zone: str, filters: dict[str, str], kept: Sequence[str]
) -> None:
    at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    factories.event(halcyon, title="early", created_at=at)
    factories.event(halcyon, title="late", created_at=at + timedelta(hours=3, minutes=30))
    assert titles(ben, zone=zone, **filters) == kept


def test_the_status_is_each_users_own(ana: User, ben: User, halcyon: Client) -> None:
    events = {name: factories.event(halcyon, title=name) for name in ("new", "read", "star")}
    events |= {name: factories.event(halcyon, title=name) for name in ("later", "done")}
    for name, change in (
        ("read", StateChange.READ),
        ("star", StateChange.STAR),
        ("later", StateChange.SNOOZE),
        ("done", StateChange.DONE),
    ):
        service.states.change_many(actor(ben), [events[name].id], change, snooze=SnoozeInput())
    assert set(titles(ben, status="inbox")) == {"new", "read", "star"}
    assert set(titles(ben, status="unread")) == {"new", "star"}
    assert titles(ben, status="starred") == ["star"]
    assert titles(ben, status="snoozed") == ["later"]
    assert titles(ben, status="done") == ["done"]
    assert set(titles(ben)) == set(events)
    assert set(titles(ana, status="unread")) == set(events)


def test_a_snoozed_event_comes_back_by_itself(ben: User, halcyon: Client) -> None:
    event = factories.event(halcyon)
    service.states.change_many(actor(ben), [event.id], StateChange.SNOOZE, snooze=SnoozeInput())
    assert titles(ben, status="inbox") == []
    clock.set_clock(clock.now() + timedelta(days=2))
    assert titles(ben, status="inbox") == [event.title]
    assert titles(ben, status="snoozed") == []


def test_counts_agree_with_the_lists(ben: User, halcyon: Client) -> None:
    risk = {"category": Category.NEGATIVE_PRESS, "group": CategoryGroup.RISK}
    read = factories.event(halcyon, **risk)
    factories.event(factories.client(ben.business, name="Castellan Bank"), **risk)
    factories.event(halcyon, **FALLBACK)
    service.states.change_many(actor(ben), [read.id], StateChange.READ, snooze=SnoozeInput())
    counts = service.counts(actor(ben))
    assert (counts.inbox, counts.unread, counts.assigned) == (2, 1, 1)
    assert (counts.risk, counts.expansion) == (2, 0)
    assert service.unread_count(actor(ben)) == 1


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_costs_two_queries_however_long(ben: User, halcyon: Client, number: int) -> None:
    for _ in range(number):
        factories.event(halcyon)
    asker = actor(ben)
    db.session.remove()
    with counted() as statements:
        rows, _ = service.list(asker, EventListQuery())
        names = [(row.event.client.name, row.state) for row in rows]
    assert len(names) == number
    assert selects(statements) == 2


def test_the_ids_of_a_list_can_be_had_alone(ben: User, halcyon: Client) -> None:
    made = [factories.event(halcyon) for _ in range(3)]
    ids = service.ids(actor(ben), EventListQuery(), most=2)
    assert list(ids) == [made[2].id, made[1].id]
