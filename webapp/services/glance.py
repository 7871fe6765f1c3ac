"""What every page shows of the whole: one small query, whatever the size of the business."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, func, or_, select

from webapp import clock
from webapp.enums import ProcessKind, SourceName
from webapp.extensions import db
from webapp.models import Notification, ProcessHeartbeat, ProviderHealth
from webapp.services.access import Actor
from webapp.services.inbox_scope import speaks_of_nothing_hidden

SCHEDULER_LIMIT = timedelta(seconds=30)
WORKER_LIMIT = timedelta(seconds=60)
MAX_COUNTED = 1000


@dataclass(frozen=True)
class Glance:
    """Unread notifications (counted up to 1000), and when the processes were last alive.

    `refused` is a source that is paused because it refused its key.
    """

    unread: int
    scheduler_at: datetime | None
    worker_at: datetime | None
    refused: str | None = None

    @property
    def scheduler_is_alive(self) -> bool:
        """Whether schedules run."""
        return _is_fresh(self.scheduler_at, SCHEDULER_LIMIT)

    @property
    def worker_is_alive(self) -> bool:
        """Whether runs are worked on."""
        return _is_fresh(self.worker_at, WORKER_LIMIT)


def glance(actor: Actor, keys: Collection[str] = ()) -> Glance:
    """Look, for one user; `keys` are the fingerprints of the keys that are set."""
    now = clock.now()
    unread = (
        select(Notification.id)
        .where(
            Notification.user_id == actor.user_id,
            Notification.business_id == actor.business_id,
            Notification.read_at.is_(None),
            Notification.done_at.is_(None),
            or_(Notification.snoozed_until.is_(None), Notification.snoozed_until <= now),
            speaks_of_nothing_hidden(),
        )
        .limit(MAX_COUNTED)
        .subquery()
    )
    row = db.session.execute(
        select(
            select(func.count()).select_from(unread).scalar_subquery(),
            _last_beat(ProcessKind.SCHEDULER),
            _last_beat(ProcessKind.WORKER),
            _refused(keys),
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


def _refused(keys: Collection[str]) -> ScalarSelect[str]:
    """Select the first provider that is not asked with a key that is set."""
    return (
        select(func.min(ProviderHealth.provider))
        .where(
            ProviderHealth.refused_key_fingerprint.in_(keys),
            ProviderHealth.provider.in_(tuple(SourceName)),
        )
        .scalar_subquery()
    )


def _is_fresh(at: datetime | None, limit: timedelta) -> bool:
    return at is not None and clock.now() - at < limit
