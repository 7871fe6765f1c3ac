"""Starting what a schedule wants to run: overlap and conditions decide, and a row says so."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from webapp.enums import RunReason, RunStatus, RunTrigger
from webapp.models import AutomationSchedule, JobRun
from webapp.services import run_log
from webapp.services.run_ledger import RunLedger
from webapp.services.schedule_conditions import ScheduleConditions


class RunStarting:
    """What starts by itself comes through here; a person's "Run now" asks no conditions."""

    def __init__(self, *, ledger: RunLedger, conditions: ScheduleConditions) -> None:
        self._ledger = ledger
        self._conditions = conditions

    def start(
        self,
        schedule: AutomationSchedule,
        *,
        trigger: RunTrigger,
        at: datetime,
        slot_at: datetime | None = None,
        chained_from: uuid.UUID | None = None,
        because: Sequence[str] = (),
        enqueue: bool = True,
    ) -> JobRun:
        """Return a queued run, or one that is recorded as skipped with the reason.

        Works inside the caller's transaction, with the schedule's row locked. `at` is the time
        that conditions are looked at for; `because` are the first lines of the run's log.
        """
        if self._ledger.active_run(schedule.id) is not None:
            run = self._ledger.record_unrun(
                schedule, slot_at, status=RunStatus.SKIPPED, reason=RunReason.OVERLAP
            )
            verdict = None
        elif not (verdict := self._conditions.evaluate(schedule, at)).met:
            run = self._ledger.record_unrun(
                schedule, slot_at, status=RunStatus.SKIPPED, reason=RunReason.CONDITION_NOT_MET
            )
        else:
            run = self._ledger.create_run(
                schedule,
                trigger=trigger,
                slot_at=slot_at,
                client_ids=verdict.client_ids,
                enqueue=enqueue,
            )
        run.trigger, run.chained_from_id = trigger, chained_from
        run_log.note(run, *because, *(verdict.lines if verdict else ()))
        return run
