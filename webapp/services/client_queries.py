"""Turns the filters of the list of clients into a query, and adds up what lists show beside it."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
)

from webapp import clock
from webapp.enums import ClientStatus, MemberRole
from webapp.extensions import db
from webapp.models import Client, ClientMember, Event, User
from webapp.schemas.clients import ClientListQuery, ClientSort, StatusFilter
from webapp.services import event_filters
from webapp.services.access import Actor, scoped
from webapp.services.list_order import Key, Order

RECENT = timedelta(days=30)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ClientFigures:
    """What happened at a client: visible events of 30 days, and the last one ever."""

    events: int = 0
    last_event_at: datetime | None = None


@dataclass(frozen=True)
class ClientCounts:
    """How many clients a business has, by status; `assigned` are the caller's active ones."""

    active: int
    archived: int
    assigned: int


def matching(actor: Actor, query: ClientListQuery) -> Select[Client]:
    """Return the query of all clients that fit, without order."""
    found = scoped(Client, actor.business_id)
    return found.where(*_conditions(actor, query))


def order_of(sort: ClientSort) -> Order:
    """Return the order of a list; the name and then the id settle what is equal."""
    firsts: dict[ClientSort, Order] = {
        ClientSort.NAME: (),
        ClientSort.NEWEST: (Key(Client.created_at, "created_at", descending=True),),
        ClientSort.LAST_CHECKED: (_or(Client.last_checked_at, _NEVER),),
        ClientSort.EVENTS: (Key(_recent_events(), _events_of, descending=True),),
        ClientSort.RENEWAL: (_or(Client.renewal_on, date.max),),
        ClientSort.ARR: (_or(Client.arr, -1.0, descending=True),),
    }
    return (*firsts[sort], Key(Client.name, "name", lowered=True), Key(Client.id, "id"))


def _or(column: Any, unknown: Any, *, descending: bool = False) -> Key:  # noqa: ANN401 -- a column and a value of its type
    """Sort by a column, and what has no value there as if it had this one."""
    known = func.coalesce(column, literal(unknown, column.type), type_=column.type)
    return Key(known, lambda row: _given(getattr(row, column.key), unknown), descending=descending)


def _given(value: Any, unknown: Any) -> Any:  # noqa: ANN401 -- a column's value
    return unknown if value is None else value


def _events_of(client: Client) -> int:
    found = figures([client.id]).get(client.id)
    return found.events if found else 0


def figures(client_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, ClientFigures]:
    """Add up the events of some clients in one query; who has none is left out."""
    if not client_ids:
        return {}
    rows = db.session.execute(
        select(
            Event.client_id,
            func.count().filter(Event.created_at >= clock.now() - RECENT),
            func.max(Event.created_at),
        )
        .where(Event.client_id.in_(client_ids), event_filters.visible())
        .group_by(Event.client_id)
    )
    return {client_id: ClientFigures(events, last) for client_id, events, last in rows}


def counts(actor: Actor) -> ClientCounts:
    """Count the business's clients in one query."""
    mine = select(ClientMember.client_id).where(ClientMember.user_id == actor.user_id)
    is_active = Client.status == ClientStatus.ACTIVE
    row = db.session.execute(
        select(
            func.count().filter(is_active),
            func.count().filter(Client.status == ClientStatus.ARCHIVED),
            func.count().filter(is_active, Client.id.in_(mine)),
        ).where(Client.business_id == actor.business_id)
    ).one()
    return ClientCounts(*row)


def owner_names(client_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Return the names of who looks after some clients, owners first, in one query."""
    if not client_ids:
        return {}
    rows = db.session.execute(
        select(ClientMember.client_id, User.name)
        .join(User, User.id == ClientMember.user_id)
        .where(ClientMember.client_id.in_(client_ids))
        .order_by(ClientMember.role != MemberRole.OWNER, User.name, User.id)
    )
    found: dict[uuid.UUID, list[str]] = {}
    for client_id, name in rows:
        found.setdefault(client_id, []).append(name)
    return found


def names(actor: Actor, client_ids: Collection[uuid.UUID] | None = None) -> dict[uuid.UUID, str]:
    """Return the names of some clients, else of all, archived ones too, in their order."""
    wanted = select(Client.id, Client.name).where(Client.business_id == actor.business_id)
    if client_ids is not None:
        wanted = wanted.where(Client.id.in_(client_ids))
    rows = db.session.execute(wanted.order_by(func.lower(Client.name), Client.id))
    return {client_id: name for client_id, name in rows}  # noqa: C416 -- rows are no pairs to a type checker


def people(actor: Actor, client: Client | None = None) -> list[User]:
    """Return the active users of the business and all who look after the client, by name."""
    assigned = [each.user_id for each in client.members] if client else []
    return list(
        db.session.scalars(
            scoped(User, actor.business_id)
            .where(or_(User.is_active, User.id.in_(assigned)))
            .order_by(func.lower(User.name), User.id)
        )
    )


def _conditions(actor: Actor, query: ClientListQuery) -> list[ColumnElement[bool]]:
    found = [_word(word) for word in (query.q or "").split()]
    if query.status is not StatusFilter.ALL:
        found.append(Client.status == ClientStatus(query.status.value))
    if query.tier is not None:
        found.append(Client.tier == query.tier)
    if query.owner is not None:
        found.append(_looked_after_by(query.owner))
    if query.assigned_only:
        found.append(_looked_after_by(actor.user_id))
    if query.renews_within is not None:
        today = clock.now().astimezone(ZoneInfo(actor.zone)).date()
        last = today + timedelta(days=query.renews_within)
        found.append(and_(Client.renewal_on >= today, Client.renewal_on <= last))
    return found


def _word(word: str) -> ColumnElement[bool]:
    """Find a word in any of the names that a client goes by."""
    columns: tuple[Any, ...] = (
        Client.name,
        Client.legal_name,
        Client.domain,
        Client.ticker,
        cast(Client.aliases, String),
    )
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _looked_after_by(user_id: int) -> ColumnElement[bool]:
    return Client.id.in_(select(ClientMember.client_id).where(ClientMember.user_id == user_id))


def _recent_events() -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(
            Event.client_id == Client.id,
            Event.created_at >= clock.now() - RECENT,
            event_filters.visible(),
        )
        .correlate(Client)
        .scalar_subquery()
    )
