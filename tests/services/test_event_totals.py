"""Totals of events: exact after whatever happened to them, by whichever way."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import (
    Category,
    CategoryGroup,
    Provenance,
    RiskLevel,
    SimulationReason,
    Urgency,
)
from webapp.extensions import db
from webapp.models import Business, Client, Event, EventTally, EventUserState, User, event_tally
from webapp.schemas.events import EventListQuery, EventStatus, ProvenanceFilter, SentimentFilter
from webapp.services import event_filters, event_totals
from webapp.services.actors import actor_of
from webapp.services.event_rows import with_state
from webapp.services.event_totals import fold_tallies, total_of
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def halcyon(ben: User, business: Business) -> Client:
    """A client with 24 events of many kinds, some of them marked by ben."""
    client = factories.client(business, owner=ben)
    kinds = product(
        (Category.FUNDING, Category.LEGAL_REGULATORY, Category.FINANCIAL_RESULTS),
        (RiskLevel.LOW, RiskLevel.CRITICAL),
        (-0.8, 0.3),
        (Provenance.LIVE, Provenance.SIMULATED),
    )
    for number, (category, risk, sentiment, provenance) in enumerate(kinds):
        reason = (SimulationReason.FALLBACK, SimulationReason.FORCED)[number % 3 == 0]
        event = factories.event(
            client,
            category=category,
            group=(CategoryGroup.RISK, CategoryGroup.INFO)[number % 2],
            risk_level=risk,
            urgency=(Urgency.LOW, Urgency.HIGH)[number % 4 == 0],
            sentiment_score=sentiment,
            provenance=provenance,
            simulation_reason=reason if provenance is Provenance.SIMULATED else None,
            hidden_at=clock.now() if number % 5 == 0 else None,
        )
        _mark(ben, event, number)
    return client


def _mark(user: User, event: Event, number: int) -> None:
    marks: dict[int, dict[str, Any]] = {
        1: {"read_at": clock.now()},
        2: {"done_at": clock.now()},
        3: {"starred_at": clock.now()},
    }
    if number % 6 in marks:
        own = {"business_id": user.business_id, "user_id": user.id, "event_id": event.id}
        with atomic() as session:
            session.add(EventUserState(**own, **marks[number % 6]))


def queries() -> Iterator[EventListQuery]:
    for status, provenance in product(EventStatus, (None, *ProvenanceFilter)):
        yield EventListQuery(status=status, provenance=provenance)
    for status in (EventStatus.ALL, EventStatus.UNREAD):
        for name, values in FILTERS.items():
            yield from (EventListQuery(status=status, **{name: each}) for each in values)
    yield EventListQuery(group=CategoryGroup.RISK, risk_level=RiskLevel.CRITICAL, needs_action=True)


FILTERS: dict[str, tuple[Any, ...]] = {
    "category": tuple(Category),
    "group": tuple(CategoryGroup),
    "risk_level": tuple(RiskLevel),
    "sentiment": tuple(SentimentFilter),
    "needs_action": (True,),
    "min_relevance": (0.5, 0.9),
    "q": ("halcyon",),
}


def check(user: User) -> int:
    """Compare every total with what counting says; return that of the plain list."""
    actor = actor_of(user)
    for query in queries():
        found = with_state(actor).where(*event_filters.conditions(actor, query))
        rows = db.session.scalar(found.with_only_columns(func.count(), maintain_column_froms=True))
        assert total_of(actor, query, found) == rows, query
    query = EventListQuery()
    return total_of(actor, query, with_state(actor))


def test_every_filter_has_the_total_that_counting_has(ben: User, halcyon: Client) -> None:
    assert check(ben) > 10
    assert halcyon.business_id == ben.business_id


@pytest.mark.usefixtures("halcyon")
def test_totals_follow_whatever_changes_events(ben: User) -> None:
    before = check(ben)
    with atomic() as session:
        session.execute(update(Event).values(category=Category.PARTNERSHIP, sentiment_score=0))
        session.execute(
            update(Event).where(Event.risk_level == RiskLevel.LOW).values(hidden_at=clock.now())
        )
    changed = check(ben)
    assert changed < before
    with atomic() as session:
        session.execute(text("DELETE FROM events WHERE risk_level = 'critical'"))
    assert check(ben) == 0


@pytest.mark.usefixtures("halcyon")
def test_what_is_rolled_back_never_counted(ben: User) -> None:
    before = check(ben)
    with atomic() as session:
        session.execute(delete(Event))
        session.flush()
        session.rollback()
    assert check(ben) == before


@pytest.mark.usefixtures("halcyon")
def test_folding_changes_no_total(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    before, rows = check(ben), db.session.query(EventTally).count()
    monkeypatch.setattr(event_totals, "FOLD_FROM", 2)
    with atomic() as session:
        session.execute(update(Event).values(risk_level=RiskLevel.LOW))
    fold_tallies()
    assert check(ben) == before
    assert db.session.query(EventTally).count() < rows
    assert db.session.query(EventTally).filter(EventTally.amount <= 0).count() == 0


def test_a_business_that_goes_takes_its_tallies_along(ben: User, cleo: User) -> None:
    for user in (ben, cleo):
        business = db.session.get_one(Business, user.business_id)
        factories.event(factories.client(business))
    with atomic() as session:
        session.execute(delete(Business).where(Business.id == ben.business_id))
    assert set(db.session.scalars(select(EventTally.business_id))) == {cleo.business_id}


@pytest.mark.usefixtures("halcyon")
def test_triggers_that_were_lost_come_back_with_right_figures(ben: User) -> None:
    with db.engine.begin() as connection:
        dialect = connection.dialect.name
        there = event_tally.triggers_of(connection)
        for name in there:
            connection.exec_driver_sql(event_tally.REMOVERS[dialect].format(name=name))
        connection.exec_driver_sql("UPDATE events SET category = 'funding'")
        event_tally.install(connection)
        assert event_tally.triggers_of(connection) == there
    assert check(ben) > 10


def test_a_total_reads_no_events(ben: User, halcyon: Client) -> None:
    actor = actor_of(ben)
    with counted() as statements:
        total_of(actor, EventListQuery(category=Category.FUNDING), with_state(actor))
    assert selects(statements) == 1
    assert "FROM event_tallies" in statements[-1]
    assert halcyon.name
