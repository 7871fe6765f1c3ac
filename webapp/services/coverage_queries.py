"""The statements behind coverage: a constant number of them, whatever the number of clients."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from webapp import clock
from webapp.enums import ClientStatus, SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import Client, Event, EventRawData, SourceCheck
from webapp.schemas.coverage import ClientCoverageState, CoverageQuery, CoverageStatus
from webapp.services import event_filters
from webapp.services.access import Actor
from webapp.services.coverage_days import Period
from webapp.services.coverage_words import Cell

LATEST_WITHIN = timedelta(days=90)
_ANSWERED = (SourceStatus.FOUND, SourceStatus.EMPTY, SourceStatus.CACHED)
_FAILED = (SourceStatus.FAILED, SourceStatus.OVER_QUOTA)
_SUMMED = ("answered", "failed", "found", "checks")
_RANKS = {state: rank for rank, state in enumerate(ClientCoverageState)}
_LAST = len(_RANKS)
_STATES = {**dict(enumerate(ClientCoverageState)), _LAST: ClientCoverageState.UNCHECKED}
"""Of one source alone most clients may have nothing to say: unchecked comes last there."""


@dataclass(frozen=True)
class RankedClient:
    """A client with how it was covered."""

    client: Client
    state: ClientCoverageState


def ranked(
    actor: Actor, query: CoverageQuery, wanted: Period
) -> tuple[list[RankedClient], dict[ClientCoverageState, int]]:
    """Return a page of active clients, worst covered first, and how many there are a state."""
    sums = _sums(actor, query, wanted)
    rank = _rank(sums, unchecked=0 if query.source is None else _LAST)
    # One aggregation serves counts and page: all clients are read, as pairs of id and number
    every = select(sums.c.client_id, rank.label("rank")).order_by(
        "rank", sums.c.name, sums.c.client_id
    )
    states = [(each, _STATES[number]) for each, number in db.session.execute(every)]
    counts = dict(Counter(state for _, state in states))
    fitting = [pair for pair in states if query.state in (None, pair[1])]
    page = fitting[query.skip : query.skip + query.limit]
    found = db.session.scalars(select(Client).where(Client.id.in_([each for each, _ in page])))
    clients = {client.id: client for client in found}
    return [RankedClient(clients[each], state) for each, state in page], counts


def cells(
    actor: Actor, client_ids: Sequence[uuid.UUID], wanted: Period, *, source: SourceName | None
) -> dict[uuid.UUID, list[Cell]]:
    """Return what each source did for some clients on each day that it was asked."""
    if not client_ids:
        return {}
    is_bad = SourceCheck.status.in_(_FAILED)
    was_asked = SourceCheck.status != SourceStatus.NOT_CONFIGURED
    statement: Any = (
        select(
            SourceCheck.client_id,
            SourceCheck.source,
            wanted.day_number(SourceCheck.created_at).label("day_number"),
            func.sum(SourceCheck.found),
            _count(was_asked),
            _count(SourceCheck.status.in_(_ANSWERED)),
            _count(is_bad),
            _count(SourceCheck.status == SourceStatus.OVER_QUOTA),
            func.max(case((was_asked, SourceCheck.created_at))),
            # One of the reasons: which one does not matter, and the latest costs a sort
            func.max(case((is_bad, SourceCheck.message))),
        )
        .where(
            SourceCheck.business_id == actor.business_id,
            SourceCheck.client_id.in_(client_ids),
            wanted.within(SourceCheck.created_at),
        )
        .group_by(SourceCheck.client_id, SourceCheck.source, "day_number")
    )
    if source is not None:
        statement = statement.where(SourceCheck.source == source)
    found: dict[uuid.UUID, list[Cell]] = {}
    for row in db.session.execute(statement):
        found.setdefault(row[0], []).append(_cell(row, wanted))
    return found


def latest(actor: Actor, client_id: uuid.UUID) -> list[SourceCheck]:
    """Return the newest check of each source for one client within ninety days."""
    newest = (
        select(SourceCheck.source, func.max(SourceCheck.created_at).label("at"))
        .where(
            SourceCheck.client_id == client_id,
            SourceCheck.created_at >= clock.now() - LATEST_WITHIN,
        )
        .group_by(SourceCheck.source)
        .subquery()
    )
    rows = db.session.scalars(
        select(SourceCheck)
        .join(
            newest,
            and_(newest.c.source == SourceCheck.source, newest.c.at == SourceCheck.created_at),
        )
        .where(SourceCheck.business_id == actor.business_id, SourceCheck.client_id == client_id)
        .order_by(SourceCheck.id)
    )
    return list({row.source: row for row in rows}.values())


def events(actor: Actor, client_ids: Sequence[uuid.UUID], wanted: Period) -> dict[uuid.UUID, int]:
    """Count the visible events that these days brought some clients."""
    if not client_ids:
        return {}
    rows = db.session.execute(
        select(Event.client_id, func.count())
        .where(
            Event.business_id == actor.business_id,
            Event.client_id.in_(client_ids),
            wanted.within(Event.created_at),
            event_filters.visible(),
        )
        .group_by(Event.client_id)
    )
    return {client_id: count for client_id, count in rows}  # noqa: C416 -- rows are no pairs to a type checker


def outcomes(actor: Actor, client_id: uuid.UUID, wanted: Period) -> dict[str, int]:
    """Count what became of the results of these days; `waiting` are not processed yet."""
    rows = db.session.execute(
        select(EventRawData.outcome, func.count())
        .where(
            EventRawData.business_id == actor.business_id,
            EventRawData.client_id == client_id,
            wanted.within(EventRawData.created_at),
        )
        .group_by(EventRawData.outcome)
    )
    return {"waiting" if outcome is None else outcome.value: count for outcome, count in rows}


def _clients(actor: Actor, query: CoverageQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Client.business_id == actor.business_id]
    if query.client_id is not None:
        return [*found, Client.id == query.client_id]
    found.append(Client.status == ClientStatus.ACTIVE)
    found += [Client.name.icontains(word, autoescape=True) for word in (query.q or "").split()]
    return found


def _sums(actor: Actor, query: CoverageQuery, wanted: Period) -> Subquery:
    """Add up the checks of each client, also of those without any.

    Clients and checks are put below each other instead of joined: a database that has no
    statistics yet may join them row by row, which takes minutes.
    """
    nothing = literal(0)
    clients = select(
        Client.id.label("client_id"),
        func.lower(Client.name).label("name"),
        *(nothing.label(name) for name in _SUMMED),
    ).where(*_clients(actor, query))
    # Naming the sources lets the index on (business, source, time) serve
    sources = list(SourceName) if query.source is None else [query.source]
    is_live = SourceCheck.source != SourceName.MOCK
    checks = select(
        SourceCheck.client_id,
        cast(null(), String).label("name"),
        _one(and_(is_live, SourceCheck.status.in_(_ANSWERED))).label("answered"),
        _one(and_(is_live, SourceCheck.status.in_(_FAILED))).label("failed"),
        _one(and_(is_live, SourceCheck.found > 0)).label("found"),
        literal(1).label("checks"),
    ).where(
        SourceCheck.business_id == actor.business_id,
        SourceCheck.source.in_(sources),
        wanted.within(SourceCheck.created_at),
        SourceCheck.status != SourceStatus.NOT_CONFIGURED,
    )
    if query.client_id is not None:
        checks = checks.where(SourceCheck.client_id == query.client_id)
    rows = union_all(clients, checks).subquery()
    return (
        select(
            rows.c.client_id,
            func.max(rows.c.name).label("name"),
            *(func.sum(rows.c[name]).label(name) for name in _SUMMED),
        )
        .group_by(rows.c.client_id)
        .having(func.max(rows.c.name).is_not(None))  # others are not asked for
        .subquery()
    )


def _rank(sums: Subquery, *, unchecked: int) -> ColumnElement[int]:
    """Return the number of a client's state, worst first."""
    state = ClientCoverageState
    return case(
        (sums.c.checks == 0, unchecked),
        (and_(sums.c.answered == 0, sums.c.failed == 0), _RANKS[state.SIMULATED]),
        (sums.c.answered == 0, _RANKS[state.FAILED]),
        (sums.c.failed > 0, _RANKS[state.PARTLY]),
        (sums.c.found == 0, _RANKS[state.QUIET]),
        else_=_RANKS[state.FOUND],
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(_one(condition))


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _cell(row: Any, wanted: Period) -> Cell:  # noqa: ANN401 -- a row of `cells`
    _, source, number, found, checks, answered, failures, over_quota, last_at, message = row
    if not checks:
        status = CoverageStatus.NOT_CONFIGURED
    elif found:
        status = CoverageStatus.FOUND
    elif answered:
        status = CoverageStatus.EMPTY
    else:
        status = CoverageStatus.OVER_QUOTA if over_quota == failures else CoverageStatus.FAILED
    return Cell(source, status, wanted.days[number], found, checks, failures, last_at, message)
