"""The statements behind coverage: a constant number of them, whatever the number of clients."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    func,
    select,
)

from webapp import clock
from webapp.enums import JobType, ScheduleType, SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, Event, SourceCheck
from webapp.schemas.coverage import CoverageStatus
from webapp.schemas.raw_data import RawDataListQuery
from webapp.services import event_filters, raw_data_queries
from webapp.services.access import Actor
from webapp.services.coverage_days import Period
from webapp.services.coverage_words import Cell

LATEST_WITHIN = timedelta(days=90)
ANSWERED = (SourceStatus.FOUND, SourceStatus.EMPTY, SourceStatus.CACHED)
FAILED = (SourceStatus.FAILED, SourceStatus.OVER_QUOTA)


def cells(
    actor: Actor, client_ids: Sequence[uuid.UUID], wanted: Period, *, source: SourceName | None
) -> dict[uuid.UUID, list[Cell]]:
    """Return what each source did for some clients on each day that it was asked."""
    if not client_ids:
        return {}
    is_bad = SourceCheck.status.in_(FAILED)
    was_asked = SourceCheck.status != SourceStatus.NOT_CONFIGURED
    statement: Any = (
        select(
            SourceCheck.client_id,
            SourceCheck.source,
            wanted.day_number(SourceCheck.created_at).label("day_number"),
            func.sum(SourceCheck.found),
            count_if(was_asked),
            count_if(SourceCheck.status.in_(ANSWERED)),
            count_if(is_bad),
            count_if(SourceCheck.status == SourceStatus.OVER_QUOTA),
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


def scheduled(actor: Actor) -> set[uuid.UUID] | None:
    """Return whom the active schedules look at by themselves; None is every client."""
    rows = db.session.scalars(
        select(AutomationSchedule.client_ids).where(
            AutomationSchedule.business_id == actor.business_id,
            AutomationSchedule.is_active,
            AutomationSchedule.schedule_type != ScheduleType.MANUAL,
            AutomationSchedule.job_type.in_((JobType.CLIENT_MONITORING, JobType.SEARCH_ONLY)),
        )
    )
    found: set[uuid.UUID] = set()
    for client_ids in rows:
        if client_ids is None:
            return None
        found.update(uuid.UUID(each) for each in client_ids)
    return found


def outcomes(actor: Actor, client_id: uuid.UUID, wanted: Period) -> dict[str, int]:
    """Count what became of the results of these days, in the states of raw rows."""
    days = RawDataListQuery(
        client_id=client_id, start_date=wanted.days[0], end_date=wanted.days[-1]
    )
    return {str(state): count for state, count in raw_data_queries.counts(actor, days).items()}


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the rows for which something holds."""
    return func.sum(one_if(condition))


def one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return 1 where something holds, else 0."""
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
