"""The four figures of the overview and the list of what needs somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import contains_eager

from webapp import clock
from webapp.enums import ClientStatus, RiskLevel
from webapp.extensions import db
from webapp.models import Client, Event, EventUserState
from webapp.schemas.events import EventSort, EventStatus
from webapp.services import event_filters, event_rows
from webapp.services.access import Actor
from webapp.services.event_order import sorted_by
from webapp.services.event_rows import EventRow
from webapp.services.overview_scope import conditions, of_clients, recent_since

NEW_DAYS = 7
RENEWAL_DAYS = 90
RISK_DAYS = 90
NEEDS_SHOWN = 5


@dataclass(frozen=True)
class Figures:
    """The four figures at the top; amounts are sums of ARR in the clients' own currency."""

    needs_action: int
    needs_action_unread: int
    at_risk_arr: float
    at_risk_added: float
    new_events: int
    new_unread: int
    renewals: int
    renewals_arr: float
    currency: str


def needs(actor: Actor, user_id: int | None) -> Sequence[EventRow]:
    """Return the first events of the inbox that need somebody, most pressing first: one query."""
    since = event_filters.midnight(recent_since(actor), actor.zone)
    query = (
        event_rows.with_state(actor)
        .where(*conditions(actor, user_id), event_filters.has_status(EventStatus.INBOX))
        .where(event_filters.pressing(), Event.created_at >= since)
        .options(contains_eager(Event.client))
        .order_by(*sorted_by(EventSort.PRESSING, actor.zone))
        .limit(NEEDS_SHOWN)
    )
    return [EventRow(event, state) for event, state in db.session.execute(query)]


def figures(actor: Actor, user_id: int | None) -> tuple[Figures, int]:
    """Count events in one query and weigh clients in another."""
    now = clock.now()
    inbox, unread = (
        event_filters.has_status(each) for each in (EventStatus.INBOX, EventStatus.UNREAD)
    )
    recent = Event.created_at >= now - timedelta(days=NEW_DAYS)
    since = event_filters.midnight(recent_since(actor), actor.zone)
    wanting = and_(inbox, event_filters.pressing())
    counted = event_rows.with_state(actor).where(
        *conditions(actor, user_id), Event.created_at >= since
    )
    events = db.session.execute(
        counted.with_only_columns(
            func.count().filter(wanting),
            func.count().filter(and_(wanting, EventUserState.read_at.is_(None))),
            func.count().filter(recent),
            func.count().filter(and_(recent, unread)),
            maintain_column_froms=True,
        )
    ).one()
    money = _money(actor, user_id)
    found = Figures(
        needs_action=events[0],
        needs_action_unread=events[1],
        at_risk_arr=money.at_risk or 0.0,
        at_risk_added=money.added or 0.0,
        new_events=events[2],
        new_unread=events[3],
        renewals=money.renewals,
        renewals_arr=money.renewals_arr or 0.0,
        currency=money.currency or "USD",
    )
    return found, money.clients


def _money(actor: Actor, user_id: int | None) -> Any:  # noqa: ANN401 -- a row of sums
    now = clock.now()
    today = now.astimezone(ZoneInfo(actor.zone)).date()
    at_risk = Client.id.in_(_at_risk(actor, now - timedelta(days=RISK_DAYS)))
    before = Client.id.in_(
        _at_risk(actor, now - timedelta(days=RISK_DAYS), until=now - timedelta(days=NEW_DAYS))
    )
    renewing = Client.renewal_on.between(today, today + timedelta(days=RENEWAL_DAYS))
    query = select(
        func.count().label("clients"),
        func.sum(Client.arr).filter(at_risk).label("at_risk"),
        func.sum(Client.arr).filter(and_(at_risk, ~before)).label("added"),
        func.count().filter(renewing).label("renewals"),
        func.sum(Client.arr).filter(renewing).label("renewals_arr"),
        func.min(Client.currency).label("currency"),
    ).where(Client.business_id == actor.business_id, Client.status == ClientStatus.ACTIVE)
    mine = of_clients(Client.id, user_id)
    return db.session.execute(query if mine is None else query.where(mine)).one()


def _at_risk(actor: Actor, since: datetime, *, until: datetime | None = None) -> Any:  # noqa: ANN401 -- a select of ids
    """Clients with an event of high risk that the actor has not put away."""
    query = (
        select(Event.client_id)
        .outerjoin(
            EventUserState,
            and_(EventUserState.event_id == Event.id, EventUserState.user_id == actor.user_id),
        )
        .where(
            *conditions(actor, None),
            Event.created_at >= since,
            Event.risk_level.in_((RiskLevel.HIGH, RiskLevel.CRITICAL)),
            EventUserState.done_at.is_(None),
        )
    )
    return query if until is None else query.where(Event.created_at < until)
