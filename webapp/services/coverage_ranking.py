"""Which clients were covered worst: their states, in order, with a count of each."""

import uuid
from collections import Counter
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
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from webapp import clock
from webapp.enums import ClientStatus, SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import Client, SourceCheck
from webapp.models.client import CLIENT_TIMES
from webapp.schemas.coverage import ClientCoverageState, CoverageQuery
from webapp.services.access import Actor
from webapp.services.coverage_days import Period
from webapp.services.coverage_queries import ANSWERED, FAILED, one_if

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
    """Return a page of active clients, worst covered first, and how many there are a state.

    Of all sources together and up to now, each client's last times tell it. A period that is
    past, and one source alone, need every check of these days added up.
    """
    is_up_to_now = wanted.bounds[-1] > clock.now()
    if query.source is None and is_up_to_now and _are_times_whole(actor):
        page, numbers = _few_rows(_told_by_times(actor, query, wanted), query)
    else:
        page, numbers = _all_rows(_told_by_checks(actor, query, wanted), query)
    found = db.session.scalars(select(Client).where(Client.id.in_([each for each, _ in page])))
    clients = {client.id: client for client in found}
    counts = Counter[ClientCoverageState]()
    for number, count in numbers.items():
        counts[_STATES[number]] += count
    return [RankedClient(clients[each], _STATES[number]) for each, number in page], dict(counts)


_Rows = list[tuple[uuid.UUID, int]]


def _few_rows(table: Subquery, query: CoverageQuery) -> tuple[_Rows, dict[int, int]]:
    """Return a page and the counts of a table that costs little: two statements."""
    counted = select(table.c.rank, func.count()).group_by(table.c.rank)
    numbers = [(number, count) for number, count in db.session.execute(counted)]
    wanted = [number for number, state in _STATES.items() if query.state in (None, state)]
    page = (
        select(table.c.client_id, table.c.rank)
        .where(table.c.rank.in_(wanted))
        .order_by(table.c.rank, table.c.name, table.c.client_id)
        .offset(query.skip)
        .limit(query.limit)
    )
    return [(each, number) for each, number in db.session.execute(page)], dict(numbers)


def _all_rows(table: Subquery, query: CoverageQuery) -> tuple[_Rows, dict[int, int]]:
    """Return the same of a table that is dear: every row of it, in one statement."""
    every = select(table.c.client_id, table.c.rank).order_by(
        table.c.rank, table.c.name, table.c.client_id
    )
    rows = [(each, number) for each, number in db.session.execute(every)]
    fitting = [row for row in rows if query.state in (None, _STATES[row[1]])]
    page = fitting[query.skip : query.skip + query.limit]
    return page, dict(Counter(number for _, number in rows))


def _clients(actor: Actor, query: CoverageQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Client.business_id == actor.business_id]
    if query.client_id is not None:
        return [*found, Client.id == query.client_id]
    found.append(Client.status == ClientStatus.ACTIVE)
    found += [Client.name.icontains(word, autoescape=True) for word in (query.q or "").split()]
    return found


def _are_times_whole(actor: Actor) -> bool:
    """Tell whether every check moved its client's times; a worker of an older version moves none.

    The newest check tells it: one look into an index for each source.
    """
    own = SourceCheck.business_id == actor.business_id
    newest = union_all(
        *(
            select(func.max(SourceCheck.created_at).label("at")).where(
                own, SourceCheck.source == source
            )
            for source in SourceName
        )
    ).subquery()
    checked = select(func.max(newest.c.at)).scalar_subquery()
    last = (func.max(getattr(Client, name)) for name in CLIENT_TIMES)
    times = select(checked, *last).where(Client.business_id == actor.business_id)
    at, *moved = db.session.execute(times).one()
    return at is None or max((each for each in moved if each), default=at - timedelta(1)) >= at


def _told_by_times(actor: Actor, query: CoverageQuery, wanted: Period) -> Subquery:
    """Rank clients by when each kind of answer came last: one row a client is read."""

    def since(column: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- a column of times
        return func.coalesce(column >= wanted.bounds[0], false())

    answered, failed = since(Client.last_answered_at), since(Client.last_failed_at)
    rank = _rank(
        is_checked=or_(answered, failed, since(Client.last_simulated_at)),
        is_answered=answered,
        is_failed=failed,
        is_found=since(Client.last_found_at),
        unchecked=0,
    )
    name = func.lower(Client.name).label("name")
    rows = select(Client.id.label("client_id"), name, rank.label("rank"))
    return rows.where(*_clients(actor, query)).subquery()


def _told_by_checks(actor: Actor, query: CoverageQuery, wanted: Period) -> Subquery:
    """Rank clients by their checks of some days, added up."""
    sums = _sums(actor, query, wanted).c
    rank = _rank(
        is_checked=sums.checks > 0,
        is_answered=sums.answered > 0,
        is_failed=sums.failed > 0,
        is_found=sums.found > 0,
        unchecked=0 if query.source is None else _LAST,
    )
    return select(sums.client_id, sums.name, rank.label("rank")).subquery()


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
        one_if(and_(is_live, SourceCheck.status.in_(ANSWERED))).label("answered"),
        one_if(and_(is_live, SourceCheck.status.in_(FAILED))).label("failed"),
        one_if(and_(is_live, SourceCheck.found > 0)).label("found"),
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


def _rank(
    *,
    is_checked: ColumnElement[bool],
    is_answered: ColumnElement[bool],
    is_failed: ColumnElement[bool],
    is_found: ColumnElement[bool],
    unchecked: int,
) -> ColumnElement[int]:
    """Return the number of a client's state, worst first."""
    state = ClientCoverageState
    return case(
        (not_(is_checked), unchecked),
        (not_(or_(is_answered, is_failed)), _RANKS[state.SIMULATED]),
        (not_(is_answered), _RANKS[state.FAILED]),
        (is_failed, _RANKS[state.PARTLY]),
        (not_(is_found), _RANKS[state.QUIET]),
        else_=_RANKS[state.FOUND],
    )
