"""Firing what is due: many slots at once where they are plain, else one after the other."""

import logging
import uuid
from collections.abc import Sequence

from webapp.enums import RunStatus
from webapp.models import JobRun
from webapp.services.automation_engine import AutomationEngineService
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.schedules import AutomationScheduleService
from webapp.services.slot_batches import Fired, SlotBatches
from webapp.services.slot_claims import UNPLANNABLE, due_schedules

log = logging.getLogger(__name__)

DUE_AT_ONCE = 500
BATCH = 100
"""Schedules claimed in one transaction: others write to the database meanwhile, too."""


class SlotFiring:
    """Turns due slots into runs that have begun. One schedule that cannot be fired stops none."""

    def __init__(
        self,
        *,
        batches: SlotBatches,
        scheduler: SchedulerIntegrationService,
        schedules: AutomationScheduleService,
        engine: AutomationEngineService,
    ) -> None:
        self._batches = batches
        self._scheduler = scheduler
        self._schedules = schedules
        self._engine = engine

    def fire_due(self, *, part: int = 0, of: int = 1) -> int:
        """Claim everything that is due and start it here; return how many runs were started.

        So many schedules that are due in the same minute take one job and not two each. Several
        processes share the work: each begins at its own part of what is due.
        """
        started = 0
        while due := due_schedules(DUE_AT_ONCE):
            mine = due[part::of] or due
            batches = [mine[at : at + BATCH] for at in range(0, len(mine), BATCH)]
            runs = sum(self._fire_batch(each) for each in batches)
            started += runs
            if not runs:  # what is still due cannot be fired, or somebody else is at it
                break
        return started

    def fire(self, schedule_id: uuid.UUID) -> JobRun | None:
        """Claim what is due of one schedule and start it; None when there is nothing to run.

        A schedule whose times cannot be worked out is switched off and told.
        """
        try:
            run = self._scheduler.fire_due(schedule_id)
            if run is not None and run.status is RunStatus.QUEUED:
                self._engine.start_run(run.id)
        except UNPLANNABLE as error:
            log.exception("schedule %s cannot be planned", schedule_id)
            self._schedules.note_unplannable(schedule_id, f"{type(error).__name__}: {error}")
            return None
        except Exception:
            log.exception("schedule %s could not be fired; a later tick tries again", schedule_id)
            return None
        return run

    def _fire_batch(self, schedule_ids: Sequence[uuid.UUID]) -> int:
        """Fire a batch; whatever hinders all of it, each of its schedules is tried alone."""
        try:
            fired = self._batches.fire(schedule_ids)
        except Exception:
            log.exception("a batch could not be fired; its schedules are fired one by one")
            fired = Fired(left=list(schedule_ids))
        self._scheduler.set_next(fired.following)
        for run_id in fired.queued:
            self._start(run_id)
        alone = [self.fire(each) for each in fired.left]
        return fired.started + len(fired.queued) + sum(run is not None for run in alone)

    def _start(self, run_id: uuid.UUID) -> None:
        try:
            self._engine.start_run(run_id)
        except Exception:
            log.exception("run %s could not be started; the tick puts it on the queue", run_id)
