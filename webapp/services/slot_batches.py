"""Many slots that are due at once: claimed and started in a few statements for all of them.

Only what is plain goes this way: one slot, in time, no conditions, no run under way. The rest is
handed back, to be claimed schedule by schedule (see `slot_claims`).
"""

import logging
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from webapp import clock
from webapp.enums import ClientStatus, JobType, RunTrigger
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, Client, JobRun
from webapp.models.base import run, table_of
from webapp.services.ai_budget_stop import AiBudgetStop
from webapp.services.run_ledger import ACTIVE, RunLedger
from webapp.services.slot_claims import UNPLANNABLE, slots_until
from webapp.services.transactions import atomic

log = logging.getLogger(__name__)

_SCHEDULES = table_of(AutomationSchedule).c
_MOVE_ON = (
    update(table_of(AutomationSchedule))
    .where(_SCHEDULES.id == bindparam("schedule"), _SCHEDULES.next_run_at == bindparam("slot"))
    .values(next_run_at=bindparam("following"), updated_at=bindparam("now"))
)


class OvertakenError(Exception):
    """Somebody else moved a schedule on in the midst of it: nothing of the batch is kept."""


@dataclass(frozen=True)
class Fired:
    """What became of a batch."""

    started: int = 0
    queued: list[uuid.UUID] = field(default_factory=list)
    """Runs that are claimed and still to be started: large ones, and those that may not start."""
    left: list[uuid.UUID] = field(default_factory=list)
    """Schedules that want to be looked at one by one."""
    following: dict[uuid.UUID, datetime | None] = field(default_factory=dict)
    """When the schedules that were claimed are due again."""


@dataclass(frozen=True)
class _Claim:
    schedule: AutomationSchedule
    slot: datetime
    following: datetime | None


class SlotBatches:
    """Claims and starts plain slots by the hundred, with the promises of a single claim.

    The same compare-and-set moves each schedule on and the same unique constraint keeps a slot
    from getting two runs. Everything of a batch stands in one transaction, or nothing does.
    """

    def __init__(self, *, ledger: RunLedger, stop: AiBudgetStop, shard_size: int) -> None:
        self._ledger = ledger
        self._stop = stop
        self._shard_size = shard_size

    def fire(self, schedule_ids: Sequence[uuid.UUID]) -> Fired:
        """Claim what is due of these schedules and start the small runs; see `Fired`.

        What another process has locked is passed over: it is being fired there.
        """
        now = clock.now()
        with atomic():
            due = _lock_due(schedule_ids, now)
            claims, left = _sort_out(due, now)
            _move_on(claims, now)
            runs = [
                self._ledger.new_run(each.schedule, trigger=RunTrigger.SCHEDULE, slot_at=each.slot)
                for each in claims
            ]
            starting = self._startable(runs)
            self._ledger.start_new([each for each in runs if each.id in starting])
            queued = [each for each in runs if each.id not in starting]
            db.session.add_all(queued)
        return Fired(
            started=len(starting),
            queued=[each.id for each in queued],
            left=left,
            following={each.schedule.id: each.following for each in claims},
        )

    def _startable(self, runs: Sequence[JobRun]) -> set[uuid.UUID]:
        """Return the runs that may start and have few enough clients to do so with the others."""
        businesses = {each.business_id for each in runs}
        # Kept until the end of this, so that the budgets find them in the session
        loaded = db.session.scalars(select(Business).where(Business.id.in_(businesses))).all()
        counted = _active_clients(businesses)
        stopped: dict[tuple[object, ...], bool] = {}
        startable = set()
        for each in runs:
            kind = (each.business_id, each.job_type, bool(each.config.get("force_mock")))
            if kind not in stopped:
                stopped[kind] = self._stop.reason(each) is not None
            if not stopped[kind] and _size(each, counted) <= self._shard_size:
                startable.add(each.id)
        del loaded
        return startable


def _lock_due(schedule_ids: Sequence[uuid.UUID], now: datetime) -> list[AutomationSchedule]:
    query = (
        select(AutomationSchedule)
        .where(
            AutomationSchedule.id.in_(schedule_ids),
            AutomationSchedule.is_active.is_(True),
            AutomationSchedule.next_run_at <= now,
        )
        .order_by(AutomationSchedule.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def _sort_out(
    due: Sequence[AutomationSchedule], now: datetime
) -> tuple[list[_Claim], list[uuid.UUID]]:
    """Return the claims of what is plain, and the ids of the rest."""
    plain = [each for each in (_plain_claim(schedule, now) for schedule in due) if each]
    ids = [each.schedule.id for each in plain]
    slots = select(JobRun.schedule_id, JobRun.slot_at).where(
        JobRun.schedule_id.in_(ids), JobRun.slot_at.in_({each.slot for each in plain})
    )
    taken = {(row[0], row[1]) for row in db.session.execute(slots)}
    under_way = set(
        db.session.scalars(
            select(JobRun.schedule_id).where(JobRun.schedule_id.in_(ids), JobRun.status.in_(ACTIVE))
        )
    )
    claims = [
        each
        for each in plain
        if each.schedule.id not in under_way and (each.schedule.id, each.slot) not in taken
    ]
    claimed = {each.schedule.id for each in claims}
    return claims, [each.id for each in due if each.id not in claimed]


def _plain_claim(schedule: AutomationSchedule, now: datetime) -> _Claim | None:
    if schedule.conditions:
        return None
    try:
        slots, following = slots_until(schedule, now)
    except UNPLANNABLE:
        return None
    if len(slots) != 1 or now - slots[0] > timedelta(minutes=schedule.grace_minutes):
        return None
    return _Claim(schedule, slots[0], following)


def _move_on(claims: Sequence[_Claim], now: datetime) -> None:
    if not claims:
        return
    rows = [
        {
            "schedule": each.schedule.id,
            "slot": each.slot,
            "following": each.following,
            "now": now,
        }
        for each in claims
    ]
    if run(_MOVE_ON, rows).rowcount != len(claims):
        raise OvertakenError


def _active_clients(businesses: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    query = (
        select(Client.business_id, func.count())
        .where(Client.business_id.in_(businesses), Client.status == ClientStatus.ACTIVE)
        .group_by(Client.business_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _size(each: JobRun, counted: dict[uuid.UUID, int]) -> int:
    """Return how many clients a run has at most."""
    if each.job_type is JobType.NOTIFICATION_DIGEST:
        return 0
    everyone = counted.get(each.business_id, 0)
    return everyone if each.client_ids is None else len(each.client_ids)
