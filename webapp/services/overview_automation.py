"""How the schedules of a business are doing, in three queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun
from webapp.services.access import Actor, scoped


@dataclass(frozen=True)
class Automation:
    """How the schedules are doing."""

    last_run: JobRun | None
    next_run_at: datetime | None
    next_run_name: str | None
    active: int
    total: int
    switched_off: int
    failing: int


def automation(actor: Actor) -> Automation:
    """Return how the business's schedules are doing."""
    schedules = db.session.execute(
        select(
            func.count().label("total"),
            func.count().filter(AutomationSchedule.is_active).label("active"),
            func.count().filter(AutomationSchedule.disabled_reason.is_not(None)).label("off"),
            func.count()
            .filter(AutomationSchedule.is_active, AutomationSchedule.consecutive_failures > 0)
            .label("failing"),
        ).where(AutomationSchedule.business_id == actor.business_id)
    ).one()
    upcoming = db.session.scalar(
        scoped(AutomationSchedule, actor.business_id)
        .where(AutomationSchedule.is_active, AutomationSchedule.next_run_at.is_not(None))
        .order_by(AutomationSchedule.next_run_at, AutomationSchedule.id)
        .limit(1)
    )
    last_run = db.session.scalar(
        scoped(JobRun, actor.business_id)
        .where(JobRun.started_at.is_not(None))
        .order_by(JobRun.created_at.desc(), JobRun.id.desc())
        .limit(1)
    )
    return Automation(
        last_run=last_run,
        next_run_at=upcoming.next_run_at if upcoming else None,
        next_run_name=upcoming.name if upcoming else None,
        active=schedules.active,
        total=schedules.total,
        switched_off=schedules.off,
        failing=schedules.failing,
    )
