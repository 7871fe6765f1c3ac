"""Whose events and clients the overview is about, and how far back it looks."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from webapp import clock
from webapp.models import ClientMember, Event
from webapp.services import event_filters
from webapp.services.access import Actor

RECENT_DAYS = 30


def recent_since(actor: Actor) -> date:
    """Return the first day, in the actor's zone, whose events can still need somebody."""
    return clock.now().astimezone(ZoneInfo(actor.zone)).date() - timedelta(days=RECENT_DAYS)


def of_clients(column: Any, user_id: int | None) -> ColumnElement[bool] | None:  # noqa: ANN401 -- a column of ids
    """Limit a column of client ids to the user's clients; None is everybody's."""
    if user_id is None:
        return None
    mine = select(ClientMember.client_id).where(ClientMember.user_id == user_id)
    found: ColumnElement[bool] = column.in_(mine)
    return found


def conditions(actor: Actor, user_id: int | None) -> list[ColumnElement[bool]]:
    """Return what narrows a query of events down to what the overview is about."""
    mine = of_clients(Event.client_id, user_id)
    shared = [Event.business_id == actor.business_id, event_filters.visible()]
    return shared if mine is None else [*shared, mine]
