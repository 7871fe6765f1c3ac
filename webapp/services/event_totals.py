"""How many events a filter finds: added up from tallies, so a million cost what a thousand do."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, not_, or_, select

from webapp.enums import CategoryGroup, Provenance
from webapp.extensions import db
from webapp.models import Client, Event, EventTally, EventUserState
from webapp.models.base import table_of
from webapp.models.event_tally import KINDS
from webapp.schemas.events import EventListQuery, EventStatus, ProvenanceFilter, SentimentFilter
from webapp.services import event_filters
from webapp.services.access import Actor, scoped
from webapp.services.transactions import atomic, snapshot, take_turns_over

Condition = ColumnElement[bool]
FOLD_FROM = 500
_COUNTED_BY_ROW = ("client_id", "min_relevance", "q", "start_date", "end_date")
"""Filters that tallies know nothing of: their events are counted along an index."""
_OWN_FEW = (EventStatus.STARRED, EventStatus.SNOOZED, EventStatus.DONE)
"""What a user marked is counted from the marks."""
_SIDES = {SentimentFilter.NEGATIVE: -1, SentimentFilter.NEUTRAL: 0, SentimentFilter.POSITIVE: 1}


def total_of(actor: Actor, query: EventListQuery, found: Select[Any]) -> int:
    """Return how many events match exactly; `found` is the query that finds them."""
    if not _is_tallied(query):
        counted = found.with_only_columns(func.count(), maintain_column_froms=True)
        return db.session.scalar(counted.order_by(None)) or 0
    own = EventTally.business_id == actor.business_id
    sum_of = func.coalesce(func.sum(EventTally.amount), 0)
    total = int(db.session.scalar(select(sum_of).where(own, *_conditions(query))) or 0)
    return total - (0 if query.status is EventStatus.ALL else _marked_otherwise(actor, query))


def _is_tallied(query: EventListQuery) -> bool:
    if query.assigned_only or query.status in _OWN_FEW:
        return False
    return all(getattr(query, name) is None for name in _COUNTED_BY_ROW)


def _marked_otherwise(actor: Actor, query: EventListQuery) -> int:
    """Count the events that the user's own marks take out of the inbox, or make read."""
    everything = query.model_copy(update={"status": EventStatus.ALL})
    marked = (
        scoped(Event, actor.business_id)
        .join(EventUserState, EventUserState.event_id == Event.id)
        .join(Client, Client.id == Event.client_id)
        .where(
            EventUserState.user_id == actor.user_id,
            not_(event_filters.has_status(query.status)),
            *event_filters.conditions(actor, everything),
        )
    )
    counted = marked.with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(counted) or 0


def _conditions(query: EventListQuery) -> Iterator[Condition]:
    """Yield what `event_filters` asks of events, asked of tallies."""
    yield EventTally.is_hidden.is_(False)
    if query.provenance is None:
        yield EventTally.is_fallback.is_(False)
    elif query.provenance is not ProvenanceFilter.ALL:
        yield EventTally.provenance == Provenance(query.provenance.value)
    if query.needs_action:
        yield EventTally.is_pressing.is_(True)
    for name, make in _MAKERS.items():
        value = getattr(query, name)
        if value is not None:
            yield make(value)


def _in_group(group: CategoryGroup) -> Condition:
    members = event_filters.members_of(group)
    return or_(EventTally.group == group, EventTally.category.in_(members))


_MAKERS: dict[str, Callable[[Any], Condition]] = {
    "category": lambda value: EventTally.category == value,
    "group": _in_group,
    "risk_level": lambda value: EventTally.risk_level == value,
    "sentiment": lambda value: EventTally.sentiment_side == _SIDES[value],
}


def fold_tallies() -> None:
    """Fold the tallies of each business that has many new ones into one row a kind."""
    new = select(EventTally.business_id).where(EventTally.is_folded.is_(False))
    many = new.group_by(EventTally.business_id).having(func.count() >= FOLD_FROM)
    with snapshot() as session:
        businesses = session.scalars(many).all()
    for business_id in businesses:
        _fold(business_id)


def _fold(business_id: uuid.UUID) -> None:
    table = table_of(EventTally)
    kinds = [table.c[name] for name in KINDS]
    with atomic() as session:
        take_turns_over(f"event_tallies/{business_id}")
        gone = session.execute(
            delete(EventTally)
            .where(EventTally.business_id == business_id)
            .returning(*kinds, EventTally.amount)
            .execution_options(synchronize_session=False)
        )
        sums: Counter[tuple[Any, ...]] = Counter()
        for *kind, amount in gone:
            sums[tuple(kind)] += amount
        rows = [
            {**dict(zip(KINDS, kind, strict=True)), "amount": amount, "is_folded": True}
            for kind, amount in sums.items()
            if amount
        ]
        if rows:
            session.connection().execute(insert(table), rows)
