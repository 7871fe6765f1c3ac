"""Who else wants a source before its quota resets: a key may be shared by several businesses."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp import clock
from webapp.enums import ClientRunStatus, ClientStatus, JobType, RunStatus, SourceName
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, Client, JobRun, JobRunClient

OPEN = (ClientRunStatus.PENDING, ClientRunStatus.RUNNING)
_SEARCHING = (JobType.CLIENT_MONITORING, JobType.SEARCH_ONLY)


@dataclass(frozen=True)
class Demand:
    """A client of any business that a source will be asked about, and when."""

    client_id: uuid.UUID
    business_id: uuid.UUID
    due_at: datetime
    checked_at: datetime | None


def demand_of_others(
    business_id: uuid.UUID, source: SourceName, *, until: datetime
) -> list[Demand]:
    """Return the clients of all other businesses whose runs are under way or due until then.

    Schedules with conditions count only while they run: nobody knows whether they will.
    """
    wanted: dict[uuid.UUID, datetime] = {}
    for client_id, due_at in (*_under_way(business_id), *_planned(business_id, until)):
        wanted[client_id] = min(due_at, wanted.get(client_id, due_at))
    clients = (
        select(Client.id, Client.business_id, Client.last_checked_at)
        .join(Business, Business.id == Client.business_id)
        .where(Client.status == ClientStatus.ACTIVE, Client.business_id != business_id)
    )
    if source is SourceName.GDELT:
        clients = clients.where(Business.gdelt_enabled)
    return [
        Demand(row.id, row.business_id, wanted[row.id], row.last_checked_at)
        for row in (db.session.execute(clients) if wanted else ())
        if row.id in wanted
    ]


def _under_way(but: uuid.UUID) -> Iterator[tuple[uuid.UUID, datetime]]:
    """Yield the clients that other real runs have still to do."""
    now = clock.now()
    rows = db.session.execute(
        select(JobRunClient.client_id, JobRun.config)
        .join(JobRun, JobRun.id == JobRunClient.job_run_id)
        .where(
            JobRun.business_id != but,
            JobRun.status.in_((RunStatus.QUEUED, RunStatus.RUNNING)),
            JobRun.job_type.in_(_SEARCHING),
            JobRunClient.status.in_(OPEN),
        )
    )
    return ((client_id, now) for client_id, config in rows if not config.get("force_mock"))


def _planned(but: uuid.UUID, until: datetime) -> Iterator[tuple[uuid.UUID, datetime]]:
    """Yield the clients of every real schedule that is due until then."""
    due = db.session.scalars(
        select(AutomationSchedule).where(
            AutomationSchedule.business_id != but,
            AutomationSchedule.is_active,
            AutomationSchedule.next_run_at < until,
            AutomationSchedule.job_type.in_(_SEARCHING),
        )
    ).all()
    real = [each for each in due if not each.config.get("force_mock") and not each.conditions]
    whole = {each.business_id for each in real if each.client_ids is None}
    clients: dict[uuid.UUID, list[uuid.UUID]] = {}
    every = select(Client.id, Client.business_id).where(Client.business_id.in_(whole))
    for client_id, business_id in db.session.execute(every) if whole else ():
        clients.setdefault(business_id, []).append(client_id)
    for each in real:
        due_at = each.next_run_at or until
        chosen = each.client_ids
        ids = clients.get(each.business_id, []) if chosen is None else map(uuid.UUID, chosen)
        yield from ((client_id, due_at) for client_id in ids)
