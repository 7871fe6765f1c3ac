"""Whether scheduler, tick and workers are alive, by the heartbeats that they leave.

The tick has a heartbeat of its own, because it is what everything depends on: the scheduler
puts it on the queue and a worker does it, so it falls silent when either of them hangs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from webapp import clock
from webapp.enums import ProcessKind
from webapp.extensions import db
from webapp.models import ProcessHeartbeat
from webapp.models.base import insert_or_ignore, rows_changed
from webapp.services.transactions import atomic

RUNNING_LIMIT = timedelta(seconds=30)
"""A scheduler heard of within this time is running, as the status says."""
SILENT_LIMIT = timedelta(minutes=3)
"""A scheduler or tick silent for this long is an alarm; a restart takes less."""
WORKER_LIMIT = timedelta(seconds=60)
TICK_NAME = "tick"


@dataclass(frozen=True)
class Beat:
    """When something was last alive, and since when it lives."""

    at: datetime
    since: datetime


@dataclass(frozen=True)
class Liveness:
    """The last beats, and what they mean now."""

    beats: Mapping[ProcessKind, Beat]

    @property
    def scheduler_is_alive(self) -> bool:
        """Whether the scheduler process was heard of within three minutes."""
        return self._is_fresh(ProcessKind.SCHEDULER, SILENT_LIMIT)

    @property
    def worker_is_alive(self) -> bool:
        """Whether a worker process was heard of within a minute."""
        return self._is_fresh(ProcessKind.WORKER, WORKER_LIMIT)

    @property
    def tick_is_alive(self) -> bool:
        """Whether what is due was looked for within three minutes.

        A scheduler that began less than three minutes ago has that long for its first tick.
        """
        scheduler = self.beats.get(ProcessKind.SCHEDULER)
        has_just_begun = scheduler is not None and clock.now() - scheduler.since < SILENT_LIMIT
        return has_just_begun or self._is_fresh(ProcessKind.TICK, SILENT_LIMIT)

    def age(self, kind: ProcessKind) -> timedelta | None:
        """Return how long ago something was last alive; None when it never was."""
        beat = self.beats.get(kind)
        return None if beat is None else max(clock.now() - beat.at, timedelta())

    def _is_fresh(self, kind: ProcessKind, limit: timedelta) -> bool:
        age = self.age(kind)
        return age is not None and age < limit


def liveness() -> Liveness:
    """Read the last beat of each kind; when several processes are of one kind, the newest."""
    rows = db.session.execute(
        select(
            ProcessHeartbeat.kind,
            func.max(ProcessHeartbeat.beat_at),
            func.max(ProcessHeartbeat.started_at),
        ).group_by(ProcessHeartbeat.kind)
    )
    return Liveness({kind: Beat(at, since) for kind, at, since in rows})


def note_tick() -> None:
    """Write down that a tick came to its end."""
    now = clock.now()
    with atomic():
        known = rows_changed(
            update(ProcessHeartbeat).where(ProcessHeartbeat.name == TICK_NAME).values(beat_at=now)
        )
        if not known:
            row = {"name": TICK_NAME, "kind": ProcessKind.TICK, "started_at": now, "beat_at": now}
            insert_or_ignore(ProcessHeartbeat, [row], conflict=["name"])
