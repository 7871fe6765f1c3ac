"""Claiming the slots of schedules: the database decides who claims, and every slot gets a row."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select, update

from webapp import clock
from webapp.enums import RunReason, RunStatus, RunTrigger
from webapp.errors import AppError
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun
from webapp.models.base import rows_changed
from webapp.services.run_ledger import RunLedger
from webapp.services.run_starting import RunStarting
from webapp.services.schedule_alerts import ScheduleAlerts
from webapp.services.schedule_times import next_run, timing_of
from webapp.services.transactions import atomic, snapshot

MAX_SLOTS_RECORDED = 200
"""Missed slots that get a row of their own after a long stop; older ones are only counted."""
UNPLANNABLE = (AppError, ValueError, KeyError, OverflowError)
"""What working out the times of a schedule raises that stands wrong in the database."""


def due_schedules(limit: int) -> list[uuid.UUID]:
    """Return schedules whose time has come, longest overdue first."""
    with snapshot() as session:
        query = (
            select(AutomationSchedule.id)
            .where(
                AutomationSchedule.is_active.is_(True),
                AutomationSchedule.next_run_at <= clock.now(),
            )
            .order_by(AutomationSchedule.next_run_at)
            .limit(limit)
        )
        return list(session.scalars(query))


class SlotClaims:
    """Turns what is due into runs, with any number of processes doing the same."""

    def __init__(self, *, ledger: RunLedger, starting: RunStarting, alerts: ScheduleAlerts) -> None:
        self._ledger = ledger
        self._starting = starting
        self._alerts = alerts

    def claim(self, schedule_id: uuid.UUID) -> JobRun | None:
        """Claim the slot that is due; None when there is none, or nothing is to be run.

        Slots that passed meanwhile become one late run inside the grace period, and rows that
        say "missed" for the rest. The caller starts the run; should it die before, the tick
        enqueues it.
        """
        now = clock.now()
        with atomic():
            schedule = db.session.get(
                AutomationSchedule, schedule_id, with_for_update=True, populate_existing=True
            )
            if schedule is None or not schedule.is_active or schedule.next_run_at is None:
                return None
            if schedule.next_run_at > now:
                return None
            slots, following = slots_until(schedule, now)
            claimed = rows_changed(
                update(AutomationSchedule)
                .where(
                    AutomationSchedule.id == schedule_id,
                    AutomationSchedule.next_run_at == schedule.next_run_at,
                )
                .values(next_run_at=following)
            )
            if claimed != 1:
                return None
            open_slots = self._ledger.without_run(schedule_id, slots)
            if not open_slots:
                return None
            return self._run_or_record(schedule, open_slots, now=now)

    def _run_or_record(
        self, schedule: AutomationSchedule, slots: list[datetime], *, now: datetime
    ) -> JobRun | None:
        *earlier, latest = slots
        grace = timedelta(minutes=schedule.grace_minutes)
        too_late = now - latest > grace
        missed = slots if too_late else earlier
        for slot in missed:
            self._ledger.record_unrun(
                schedule, slot, status=RunStatus.MISSED, reason=RunReason.GRACE_PASSED
            )
        if missed:
            self._alerts.missed(schedule, missed)
        if too_late:
            return None
        return self._starting.start(
            schedule, trigger=RunTrigger.SCHEDULE, at=latest, slot_at=latest, enqueue=False
        )


def slots_until(
    schedule: AutomationSchedule, now: datetime
) -> tuple[list[datetime], datetime | None]:
    """Return every slot that has passed, oldest first, and the first one still to come."""
    timing = timing_of(schedule)
    slot = schedule.next_run_at
    slots: list[datetime] = []
    while slot is not None and slot <= now:
        slots.append(slot)
        slot = next_run(timing, slot)
    return slots[-MAX_SLOTS_RECORDED:], slot
