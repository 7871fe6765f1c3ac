"""Whose events and clients the overview is about, and which of them are pressing."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from webapp.enums import RiskLevel, Urgency
from webapp.models import ClientMember, Event
from webapp.services import event_filters
from webapp.services.access import Actor


def of_clients(column: Any, user_id: int | None) -> ColumnElement[bool] | None:  # noqa: ANN401 -- a column of ids
    """Limit a column of client ids to the user's clients; None is everybody's."""
    if user_id is None:
        return None
    mine = select(ClientMember.client_id).where(ClientMember.user_id == user_id)
    found: ColumnElement[bool] = column.in_(mine)
    return found


def pressing() -> ColumnElement[bool]:
    """Events that somebody should act upon soon."""
    return or_(
        Event.urgency == Urgency.HIGH,
        Event.risk_level.in_((RiskLevel.HIGH, RiskLevel.CRITICAL)),
    )


def conditions(actor: Actor, user_id: int | None) -> list[ColumnElement[bool]]:
    """Return what narrows a query of events down to what the overview is about."""
    mine = of_clients(Event.client_id, user_id)
    shared = [Event.business_id == actor.business_id, event_filters.visible()]
    return shared if mine is None else [*shared, mine]
