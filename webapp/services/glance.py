"""What every page shows of the whole: one small query, whatever the size of the business."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, or_, select

from webapp import clock
from webapp.enums import ProcessKind
from webapp.extensions import db
from webapp.models import Notification, ProcessHeartbeat
from webapp.services.access import Actor

SCHEDULER_LIMIT = timedelta(seconds=30)
WORKER_LIMIT = timedelta(seconds=60)
MAX_COUNTED = 1000


@dataclass(frozen=True)
class Glance:
    """Unread notifications (counted up to 1000), and when the processes were last alive."""

    unread: int
    scheduler_at: datetime | None
    worker_at: datetime | None

    @property
    def scheduler_is_alive(self) -> bool:
        """Whether schedules run."""
        return _is_fresh(self.scheduler_at, SCHEDULER_LIMIT)

    @property
    def worker_is_alive(self) -> bool:
        """Whether runs are worked on."""
        return _is_fresh(self.worker_at, WORKER_LIMIT)


def glance(actor: Actor) -> Glance:
    """Look, for one user."""
    now = clock.now()
    unread = (
        select(Notification.id)
        .where(
            Notification.user_id == actor.user_id,
            Notification.business_id == actor.business_id,
            Notification.read_at.is_(None),
            Notification.done_at.is_(None),
            or_(Notification.snoozed_until.is_(None), Notification.snoozed_until <= now),
        )
        .limit(MAX_COUNTED)
        .subquery()
    )
    row = db.session.execute(
        select(
            select(func.count()).select_from(unread).scalar_subquery(),
            _last_beat(ProcessKind.SCHEDULER),
            _last_beat(ProcessKind.WORKER),
        )
    ).one()
    return Glance(*row)


def last_beats() -> dict[ProcessKind, datetime]:
    """Return when each kind of process was last alive."""
    rows = db.session.execute(
        select(ProcessHeartbeat.kind, func.max(ProcessHeartbeat.beat_at)).group_by(
            ProcessHeartbeat.kind
        )
    )
    return {kind: at for kind, at in rows}  # noqa: C416 -- rows are no pairs to a type checker


def _last_beat(kind: ProcessKind) -> ScalarSelect[datetime]:
    return (
        select(func.max(ProcessHeartbeat.beat_at))
        .where(ProcessHeartbeat.kind == kind)
        .scalar_subquery()
    )


def _is_fresh(at: datetime | None, limit: timedelta) -> bool:
    return at is not None and clock.now() - at < limit
