"""Which stored rows a trial is about."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from webapp.enums import AIName, ClientStatus, Provenance, RawOutcome
from webapp.errors import InvalidInputError
from webapp.extensions import db
from webapp.models import Client, Event, EventRawData
from webapp.schemas.trials import TrialSelection

SNIPPET_READ = 1500
"""Characters of a snippet that a model is shown."""
_COLUMNS: tuple[Any, ...] = (
    *(EventRawData.id, EventRawData.client_id, EventRawData.title),
    EventRawData.processed_into_event_id.label("event_id"),
)


@dataclass(frozen=True)
class Batch:
    """The rows of one client: how many, and how much there is to read."""

    rows: int
    characters: int


def check_clients(business_id: uuid.UUID, selection: TrialSelection) -> None:
    """Raise InvalidInputError for a client that is not the business's."""
    wanted = set(selection.client_ids)
    if not wanted:
        return
    query = select(Client.id).where(Client.business_id == business_id, Client.id.in_(wanted))
    if set(db.session.scalars(query)) != wanted:
        raise InvalidInputError.of("client_ids", "There is no such client.")


def selected_rows(
    business_id: uuid.UUID, selection: TrialSelection, provider: AIName
) -> Sequence[Any]:
    """Return id, client, title and event of each row, a client's together, newest first."""
    found = _newest(business_id, selection, provider).subquery()
    rows = (
        select(*_COLUMNS)
        .where(EventRawData.id.in_(select(found.c.id)))
        .order_by(EventRawData.client_id, EventRawData.created_at.desc(), EventRawData.id.desc())
    )
    return db.session.execute(rows).all()


def measure(business_id: uuid.UUID, selection: TrialSelection, provider: AIName) -> list[Batch]:
    """Return how much there is to judge, client by client: one query."""
    found = _newest(business_id, selection, provider).subquery()
    snippet = func.length(EventRawData.snippet)
    read = func.length(EventRawData.title) + case(
        (snippet > SNIPPET_READ, SNIPPET_READ), else_=snippet
    )
    query = (
        select(func.count(), func.sum(read))
        .where(EventRawData.id.in_(select(found.c.id)))
        .group_by(EventRawData.client_id)
    )
    return [Batch(rows, int(characters)) for rows, characters in db.session.execute(query)]


def _newest(business_id: uuid.UUID, selection: TrialSelection, provider: AIName) -> Select[Any]:
    return (
        select(EventRawData.id)
        .outerjoin(Event, Event.id == EventRawData.processed_into_event_id)
        .where(*_conditions(business_id, selection, provider))
        .order_by(EventRawData.created_at.desc(), EventRawData.id.desc())
        .limit(selection.limit)
    )


def _conditions(
    business_id: uuid.UUID, selection: TrialSelection, provider: AIName
) -> list[ColumnElement[bool]]:
    watched = select(Client.id).where(
        Client.business_id == business_id, Client.status == ClientStatus.ACTIVE
    )
    conditions = [
        EventRawData.business_id == business_id,
        EventRawData.client_id.in_(watched),
        _has_outcome(selection),
    ]
    if selection.client_ids:
        conditions.append(EventRawData.client_id.in_(selection.client_ids))
    if selection.since is not None:
        conditions.append(EventRawData.created_at >= selection.since)
    if selection.until is not None:
        conditions.append(EventRawData.created_at < selection.until)
    if selection.categories:
        conditions.append(Event.category.in_(selection.categories))
    if provider is not AIName.RULES:  # what was invented is worth no paid call
        conditions.append(EventRawData.provenance != Provenance.SIMULATED)
    return conditions


def _has_outcome(selection: TrialSelection) -> ColumnElement[bool]:
    """Select rows that became a visible event, or became none, or were only collected."""
    others = [each for each in selection.outcomes if each is not RawOutcome.CREATED]
    ways: list[ColumnElement[bool]] = []
    if RawOutcome.CREATED in selection.outcomes:
        ways.append(
            and_(
                EventRawData.outcome == RawOutcome.CREATED,
                Event.hidden_at.is_(None),
                Event.id.is_not(None),
            )
        )
    if others:
        ways.append(
            and_(
                EventRawData.outcome.in_(others),
                EventRawData.is_processed.is_(True),
                EventRawData.processed_into_event_id.is_(None),
            )
        )
    if selection.collected:
        ways.append(and_(EventRawData.collect_only.is_(True), EventRawData.is_processed.is_(False)))
    return or_(*ways)
