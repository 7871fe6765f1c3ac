"""Turns the filters of the list of events into conditions of a query."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, true

from webapp import clock
from webapp.enums import (
    Category,
    CategoryGroup,
    Provenance,
    RiskLevel,
    SimulationReason,
    Urgency,
)
from webapp.models import Client, ClientMember, Event, EventUserState
from webapp.schemas.events import (
    EventListQuery,
    EventStatus,
    ProvenanceFilter,
    SentimentFilter,
)
from webapp.services.access import Actor
from webapp.taxonomy import RESULTS_SENTIMENT_BAND, groups_of

Condition = ColumnElement[bool]

NEUTRAL_BAND = RESULTS_SENTIMENT_BAND
"""Sentiment within this distance of zero is neutral."""


def visible() -> Condition:
    """Events that default lists show: not hidden, and not invented for a failed source."""
    return and_(Event.hidden_at.is_(None), ~_is_fallback())


def _is_fallback() -> Condition:
    return and_(
        Event.provenance == Provenance.SIMULATED,
        Event.simulation_reason.is_not(None),
        Event.simulation_reason == SimulationReason.FALLBACK,
    )


def pressing() -> Condition:
    """Events that somebody should act upon soon."""
    return or_(
        Event.urgency == Urgency.HIGH,
        Event.risk_level.in_((RiskLevel.HIGH, RiskLevel.CRITICAL)),
    )


def in_group(group: CategoryGroup) -> Condition:
    """Events of a group; a category that belongs to two groups is found under both."""
    return or_(Event.group == group, Event.category.in_(members_of(group)))


def members_of(group: CategoryGroup) -> list[Category]:
    """Return the categories whose every event belongs to a group."""
    return [
        each
        for each in Category
        if each is not Category.FINANCIAL_RESULTS and group in groups_of(each)
    ]


def has_status(status: EventStatus) -> Condition:
    """Where an event stands for the user whose state row is joined."""
    now = clock.now()
    is_open = EventUserState.done_at.is_(None)
    awake = or_(EventUserState.snoozed_until.is_(None), EventUserState.snoozed_until <= now)
    conditions: dict[EventStatus, Condition] = {
        EventStatus.INBOX: and_(is_open, awake),
        EventStatus.UNREAD: and_(is_open, awake, EventUserState.read_at.is_(None)),
        EventStatus.STARRED: EventUserState.starred_at.is_not(None),
        EventStatus.SNOOZED: and_(is_open, EventUserState.snoozed_until > now),
        EventStatus.DONE: EventUserState.done_at.is_not(None),
        EventStatus.ALL: true(),
    }
    return conditions[status]


def assigned_to(user_id: int) -> Condition:
    """Events of clients that the user looks after."""
    return Event.client_id.in_(
        select(ClientMember.client_id).where(ClientMember.user_id == user_id)
    )


def conditions(actor: Actor, query: EventListQuery) -> Iterator[Condition]:
    """Yield every condition that the query asks for, the default hiding included."""
    yield _provenance(query.provenance)
    yield has_status(query.status)
    if query.assigned_only:
        yield assigned_to(actor.user_id)
    if query.needs_action:
        yield pressing()
    for name, make in _SIMPLE.items():
        value = getattr(query, name)
        if value is not None:
            yield make(value)
    if query.start_date is not None:
        yield Event.created_at >= _start(query.start_date, actor.zone)
    if query.end_date is not None:
        yield _until(query.end_date, actor.zone)


def _provenance(wanted: ProvenanceFilter | None) -> Condition:
    if wanted is None:
        return visible()
    if wanted is ProvenanceFilter.ALL:
        return Event.hidden_at.is_(None)
    return and_(Event.hidden_at.is_(None), Event.provenance == Provenance(wanted.value))


def _sentiment(side: SentimentFilter) -> Condition:
    score = Event.sentiment_score
    if side is SentimentFilter.NEGATIVE:
        return score < -NEUTRAL_BAND
    if side is SentimentFilter.POSITIVE:
        return score > NEUTRAL_BAND
    return score.between(-NEUTRAL_BAND, NEUTRAL_BAND)


def _words(text: str) -> Condition:
    """Every word has to occur, in title, summary or the client's name, whatever its capitals."""
    return and_(
        *(
            or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (Event.title, Event.summary, Client.name)
                )
            )
            for word in text.split()
        )
    )


_SIMPLE: dict[str, Callable[[Any], Condition]] = {
    "client_id": lambda value: Event.client_id == value,
    "category": lambda value: Event.category == value,
    "group": in_group,
    "min_relevance": lambda value: Event.relevance_score >= value,
    "risk_level": lambda value: Event.risk_level == value,
    "sentiment": _sentiment,
    "q": _words,
}


def _start(value: date | datetime, zone: str) -> datetime:
    return value if isinstance(value, datetime) else midnight(value, zone)


def _until(value: date | datetime, zone: str) -> Condition:
    if isinstance(value, datetime):
        return Event.created_at <= value
    return Event.created_at < midnight(value + timedelta(days=1), zone)


def midnight(day: date, zone: str) -> datetime:
    """Return the start of a day in a zone."""
    return datetime.combine(day, time(0), ZoneInfo(zone))
