"""What holds for all clients of a trial: read once a slice of work."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from webapp.config import Settings
from webapp.enums import AIName, TrialStatus, TrialStop
from webapp.extensions import db
from webapp.models import Business, ReprocessTrial, User
from webapp.services.ai_limits import AiLimits, limits_of
from webapp.services.calibration_formula import Shifts
from webapp.services.calibrations import shifts_in_force
from webapp.services.notification_audience import Audience
from webapp.services.preferences import UserPreferenceService
from webapp.services.transactions import snapshot
from webapp.services.trials.classifier import TrialClassifier, TrialClassifiers
from webapp.services.trials.ledger import TrialLease
from webapp.services.trials.telling import Telling


@dataclass
class TrialJob:
    """A trial as its worker sees it; plain values that outlive any transaction."""

    lease: TrialLease
    classifier: TrialClassifier
    limits: AiLimits
    shifts: Shifts | None
    audience: Audience
    names: Mapping[int, str]
    tells: bool
    decided_by_user_id: int | None
    cost_cap_usd: float | None
    spent_usd: float
    prompt_version: str | None
    mails_today: dict[int, int]
    max_mails: int
    failures: int = field(default=0)
    """Calls in a row that brought nothing."""
    has_given_up: bool = False
    """Whether this worker left a client out over which others died."""

    @property
    def business_id(self) -> uuid.UUID:
        """Whose trial it is."""
        return self.lease.business_id

    def telling(self, *, has_live_sources: bool) -> Telling:
        """Return what decides whom to tell."""
        return Telling(
            self.audience,
            has_live_sources,
            self.mails_today,
            self.max_mails,
            is_quiet=not self.tells,
        )

    def refusal(self, next_usd: float) -> tuple[TrialStop, str] | None:
        """Say why the next call may not be made, where it would go past the trial's own cap."""
        cap = self.cost_cap_usd
        if cap is None or self.spent_usd + next_usd <= cap:
            return None
        words = (
            f"${self.spent_usd:.4f} of ${cap:.2f} are spent, and the next call would go past it."
        )
        return TrialStop.COST_CAP, words


class TrialJobs:
    """Reads what a trial's worker needs."""

    def __init__(
        self,
        *,
        preferences: UserPreferenceService,
        classifiers: TrialClassifiers,
        settings: Settings,
    ) -> None:
        self._preferences = preferences
        self._classifiers = classifiers
        self._settings = settings

    def _classifier(self, trial: ReprocessTrial) -> TrialClassifier:
        """Return who judges; an adoption asks nobody, whatever became of the classifier."""
        if trial.status is TrialStatus.ADOPTING:
            return self._classifiers.find(AIName.RULES, None)
        return self._classifiers.find(trial.provider, trial.model or None)

    def load(self, lease: TrialLease) -> TrialJob:
        """Return the job of a leased trial. Raises InvalidInputError without its classifier."""
        with snapshot():
            trial = db.session.get_one(ReprocessTrial, lease.trial_id, populate_existing=True)
            business = db.session.get_one(Business, lease.business_id)
            audience = self._preferences.audience(lease.business_id)
            people = select(User.id, User.name).where(User.business_id == lease.business_id)
            return TrialJob(
                lease=lease,
                classifier=self._classifier(trial),
                limits=limits_of(business, self._settings),
                shifts=shifts_in_force(lease.business_id),
                audience=audience,
                names={row.id: row.name for row in db.session.execute(people)},
                tells=trial.tells,
                decided_by_user_id=trial.decided_by_user_id,
                cost_cap_usd=trial.cost_cap_usd,
                spent_usd=trial.cost_usd,
                prompt_version=trial.prompt_version,
                mails_today=dict(self._preferences.instant_mails_today(audience)),
                max_mails=self._settings.max_instant_mails_per_day,
            )
