"""An event beside what one user did with it: the row that lists are made of."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_

from webapp.models import Client, Event, EventUserState
from webapp.services.access import Actor, scoped


@dataclass(frozen=True)
class EventRow:
    """An event with what the asking user did with it; `state` is None if nothing."""

    event: Event
    state: EventUserState | None


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
