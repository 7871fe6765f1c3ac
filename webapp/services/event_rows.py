"""An event beside what one user did with it: the row that lists are made of."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from webapp.extensions import db
from webapp.models import Client, Event, EventRawData, EventUserState, RawDataSighting
from webapp.services.access import Actor, scoped


@dataclass(frozen=True)
class EventRow:
    """An event with what the asking user did with it; `state` is None if nothing.

    `source_count` is how many reports it rests on, the one that it was made from included.
    """

    event: Event
    state: EventUserState | None
    source_count: int = 1


def with_state(actor: Actor) -> Select[Any]:
    """Select events of the business, joined to their client and the actor's own state."""
    return (
        scoped(Event, actor.business_id)
        .add_columns(EventUserState)
        .join(Client, Client.id == Event.client_id)
        .outerjoin(
            EventUserState,
            and_(EventUserState.event_id == Event.id, EventUserState.user_id == actor.user_id),
        )
    )


def read_rows(query: Select[Any]) -> list[EventRow]:
    """Run a query that `with_state` began, and count each event's sources in it: one query."""
    found = db.session.execute(query.add_columns(_source_count()))
    # Raw rows go after half a year, the event stays
    return [EventRow(event, state, max(sources, 1)) for event, state, sources in found]


def _source_count() -> ColumnElement[int]:
    """Count raw rows and sightings of the selected event."""
    reports = (
        select(func.count())
        .select_from(EventRawData)
        .where(EventRawData.processed_into_event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    sightings = (
        select(func.count())
        .select_from(RawDataSighting)
        .join(EventRawData, EventRawData.id == RawDataSighting.raw_data_id)
        .where(EventRawData.processed_into_event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    return reports + sightings
