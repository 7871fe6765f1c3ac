"""What holds for all clients of a shard: read once, shared by the threads that work on it."""

import uuid
from dataclasses import dataclass

from webapp.config import Settings
from webapp.enums import JobType, RunTrigger
from webapp.errors import LeaseLostError
from webapp.extensions import db
from webapp.models import Business, JobRun
from webapp.services.ai_limits import AiLimits, limits_of
from webapp.services.calibration_formula import Shifts
from webapp.services.calibrations import shifts_in_force
from webapp.services.notification_audience import Audience
from webapp.services.preferences import UserPreferenceService
from webapp.services.quota_turns import EVERYBODY, QuotaTurns, TurnPlan
from webapp.services.shard_leases import Lease
from webapp.services.transactions import snapshot

SECOND_LOOK = {"second_look": True}
"""What a run is told to reprocess that only judges such events anew."""


@dataclass(frozen=True)
class RunContext:
    """A run as the pipeline sees it; plain values that outlive any transaction."""

    lease: Lease
    run_id: uuid.UUID
    business_id: uuid.UUID
    job_type: JobType
    force_mock: bool
    triggered_by_user_id: int | None
    limits: AiLimits
    gdelt_enabled: bool
    audience: Audience
    bypass_cache: bool = False
    turns: TurnPlan = EVERYBODY
    is_reprocess: bool = False
    """Whether stored rows are judged and nothing is searched."""
    is_second_look: bool = False
    """Whether only events are judged anew that rules judged while no model answered."""
    shifts: Shifts | None = None
    """What the team's feedback does to relevance, where an admin switched that on."""

    @property
    def collect_only(self) -> bool:
        """Whether the run stops once the raw rows are stored."""
        return self.job_type is JobType.SEARCH_ONLY


class RunContextLoader:
    """Reads a run's context."""

    def __init__(
        self,
        *,
        preferences: UserPreferenceService,
        turns: QuotaTurns,
        settings: Settings,
    ) -> None:
        self._preferences = preferences
        self._turns = turns
        self._settings = settings

    def load(self, lease: Lease) -> RunContext:
        """Return the context of the run that a leased shard belongs to."""
        with snapshot():
            run = db.session.get(JobRun, lease.run_id)
            if run is None:
                raise LeaseLostError(f"run {lease.run_id} is gone")
            business = db.session.get_one(Business, run.business_id)
            return RunContext(
                lease=lease,
                run_id=run.id,
                business_id=run.business_id,
                job_type=run.job_type,
                force_mock=run.config.get("force_mock") is True,
                triggered_by_user_id=(
                    run.triggered_by_user_id if run.trigger is not RunTrigger.SCHEDULE else None
                ),
                limits=limits_of(business, self._settings),
                gdelt_enabled=business.gdelt_enabled,
                audience=self._preferences.audience(run.business_id),
                bypass_cache=_bypasses_cache(run),
                turns=self._plan_turns(run),
                is_reprocess=run.trigger is RunTrigger.REPROCESS,
                is_second_look=run.config.get("reprocess") == SECOND_LOOK,
                shifts=shifts_in_force(run.business_id),
            )

    def _plan_turns(self, run: JobRun) -> TurnPlan:
        asks_nobody = run.config.get("force_mock") is True or run.trigger is RunTrigger.REPROCESS
        if asks_nobody or run.job_type is JobType.NOTIFICATION_DIGEST:
            return EVERYBODY
        return self._turns.plan(run.id, run.business_id)


def _bypasses_cache(run: JobRun) -> bool:
    """Tell whether every source is asked anew; only who starts a run by hand may want that."""
    return run.trigger is RunTrigger.MANUAL and run.config.get("bypass_cache") is True
