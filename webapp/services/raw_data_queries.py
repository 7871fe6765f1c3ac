"""Which raw rows a filter asks for, and how many of them stand where."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from webapp.enums import RawOutcome
from webapp.extensions import db
from webapp.models import Event, EventRawData
from webapp.schemas.raw_data import RawDataListQuery, RawState
from webapp.services.access import Actor
from webapp.services.email_days import first_moment, last_moment

Condition = ColumnElement[bool]


def state_of(row: EventRawData) -> RawState:
    """Tell where a row stands."""
    return _state(row.outcome, collect_only=row.collect_only)


def matching(actor: Actor, query: RawDataListQuery) -> Iterator[Condition]:
    """Yield every condition that the query asks for; all rows are of the caller's business."""
    if query.state is not None:
        yield _in_state(query.state)
    yield from _but_state(actor, query)


def counts(actor: Actor, query: RawDataListQuery) -> dict[RawState, int]:
    """Count the rows in each state that fit all other filters, in one query."""
    rows = db.session.execute(
        select(EventRawData.outcome, EventRawData.collect_only, func.count())
        .where(*_but_state(actor, query))
        .group_by(EventRawData.outcome, EventRawData.collect_only)
    )
    found: dict[RawState, int] = {}
    for outcome, collect_only, count in rows:
        state = _state(outcome, collect_only=collect_only)
        found[state] = found.get(state, 0) + count
    return found


def shown_events(actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the titles of those events that were not hidden."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Event.id, Event.title).where(
            Event.business_id == actor.business_id, Event.id.in_(ids), Event.hidden_at.is_(None)
        )
    )
    return {event_id: title for event_id, title in rows}  # noqa: C416 -- rows are no pairs to a type checker


def _state(outcome: RawOutcome | None, *, collect_only: bool) -> RawState:
    if outcome is not None:
        return RawState(outcome.value)
    return RawState.COLLECTED if collect_only else RawState.WAITING


def _in_state(state: RawState) -> Condition:
    if state in (RawState.WAITING, RawState.COLLECTED):
        is_collected = EventRawData.collect_only.is_(state is RawState.COLLECTED)
        return and_(EventRawData.outcome.is_(None), is_collected)
    return EventRawData.outcome == RawOutcome(state.value)


def _but_state(actor: Actor, query: RawDataListQuery) -> Iterator[Condition]:
    yield EventRawData.business_id == actor.business_id
    for name, make in _SIMPLE.items():
        value = getattr(query, name)
        if value is not None:
            yield make(value)
    if query.start_date is not None:
        yield EventRawData.created_at >= first_moment(query.start_date, actor.zone)
    if query.end_date is not None:
        yield EventRawData.created_at <= last_moment(query.end_date, actor.zone)


def _words(text: str) -> Condition:
    """Every word has to occur, in title or publisher, whatever its capitals."""
    columns = (EventRawData.title, EventRawData.publisher)
    return and_(
        *(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
            for word in text.split()
        )
    )


_SIMPLE: dict[str, Callable[[Any], Condition]] = {
    "client_id": lambda value: EventRawData.client_id == value,
    "job_run_id": lambda value: EventRawData.job_run_id == value,
    "source": lambda value: EventRawData.source_api == value,
    "provenance": lambda value: EventRawData.provenance == value,
    "outcome": lambda value: EventRawData.outcome == value,
    "is_processed": lambda value: EventRawData.is_processed == value,
    "collect_only": lambda value: EventRawData.collect_only == value,
    "q": _words,
}
