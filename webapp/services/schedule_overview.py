"""What the schedule pages show around the schedules themselves."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from webapp.enums import ClientStatus, LastRunStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client
from webapp.services.access import Actor, Permission, scoped

MAX_BANNERS = 3


@dataclass(frozen=True)
class ScheduleCounts:
    """How many schedules a business has in each state."""

    total: int
    active: int
    paused: int
    failing: int


def count_states(actor: Actor) -> ScheduleCounts:
    """Count the business's schedules by state, in one query."""
    actor.require(Permission.VIEW)
    failed = AutomationSchedule.last_run_status == LastRunStatus.FAILED
    row = db.session.execute(
        select(
            func.count(),
            func.sum(case((AutomationSchedule.is_active, 1), else_=0)),
            func.sum(case((failed, 1), else_=0)),
        ).where(AutomationSchedule.business_id == actor.business_id)
    ).one()
    total, active, failing = row[0], row[1] or 0, row[2] or 0
    return ScheduleCounts(total=total, active=active, paused=total - active, failing=failing)


def switched_off(actor: Actor) -> list[AutomationSchedule]:
    """Return the schedules that failures switched off, latest first."""
    actor.require(Permission.VIEW)
    return list(
        db.session.scalars(
            scoped(AutomationSchedule, actor.business_id)
            .where(AutomationSchedule.is_active.is_(False))
            .where(AutomationSchedule.disabled_reason.is_not(None))
            .order_by(AutomationSchedule.last_error_at.desc(), AutomationSchedule.id)
            .limit(MAX_BANNERS)
        )
    )


def other_schedules(
    actor: Actor, schedule: AutomationSchedule | None
) -> list[tuple[uuid.UUID, str]]:
    """Return id and name of every schedule that another one could wait for, by name."""
    actor.require(Permission.VIEW)
    own = None if schedule is None else schedule.id
    rows = db.session.execute(
        select(AutomationSchedule.id, AutomationSchedule.name)
        .where(
            AutomationSchedule.business_id == actor.business_id,
            AutomationSchedule.id.is_distinct_from(own),
        )
        .order_by(func.lower(AutomationSchedule.name), AutomationSchedule.id)
    )
    return [(row.id, row.name) for row in rows]


def names_waited_for(actor: Actor, schedules: Sequence[AutomationSchedule]) -> dict[uuid.UUID, str]:
    """Return for each schedule that waits for another one the name of that one, in one query."""
    actor.require(Permission.VIEW)
    wanted = {each.id: each.depends_on_schedule_id for each in schedules}
    if not any(wanted.values()):
        return {}
    rows = db.session.execute(
        select(AutomationSchedule.id, AutomationSchedule.name).where(
            AutomationSchedule.business_id == actor.business_id,
            AutomationSchedule.id.in_({each for each in wanted.values() if each}),
        )
    )
    names = {row.id: row.name for row in rows}
    return {child: names[parent] for child, parent in wanted.items() if parent in names}


def watched_clients(actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Return id and name of the business's active clients, by name."""
    actor.require(Permission.VIEW)
    rows = db.session.execute(
        select(Client.id, Client.name)
        .where(Client.business_id == actor.business_id, Client.status == ClientStatus.ACTIVE)
        .order_by(func.lower(Client.name), Client.id)
    )
    return [(row.id, row.name) for row in rows]


def client_names(actor: Actor, client_ids: Iterable[str]) -> list[tuple[uuid.UUID, str]]:
    """Return id and name of those of the given clients that the business has, also archived ones.

    What is no id is passed over.
    """
    actor.require(Permission.VIEW)
    wanted = [each for each in map(_id_or_none, client_ids) if each is not None]
    query = select(Client.id, Client.name).where(
        Client.business_id == actor.business_id, Client.id.in_(wanted)
    )
    rows = db.session.execute(query.order_by(func.lower(Client.name), Client.id))
    return [(row.id, row.name) for row in rows] if wanted else []


def _id_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def watched_count(actor: Actor) -> int:
    """Return how many clients a schedule without a list of clients covers."""
    actor.require(Permission.VIEW)
    active = select(func.count()).where(
        Client.business_id == actor.business_id, Client.status == ClientStatus.ACTIVE
    )
    return db.session.scalar(active) or 0
