"""Whether a run starts at all in a business that stops once its AI budget is spent."""

from webapp.enums import BudgetPolicy, JobType
from webapp.extensions import db
from webapp.models import Business, JobRun
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_limits import AiLimit, reached_in_words
from webapp.services.ai_processor import AIProcessorService


class AiBudgetStop:
    """Knows which runs would only search for what nobody judges."""

    def __init__(self, *, ai: AIProcessorService, accounts: AiAccounts) -> None:
        self._ai = ai
        self._accounts = accounts

    def reason(self, run: JobRun) -> str | None:
        """Return why a run is not started, or None when it is.

        Runs without models (collecting, digests, simulated ones) always start; so do all while
        only a day's limit is reached.
        """
        is_paid = run.job_type is JobType.CLIENT_MONITORING and not run.config.get("force_mock")
        if not is_paid or not self._ai.is_configured:
            return None
        limits = self._accounts.limits_of(db.session.get_one(Business, run.business_id))
        if limits.policy is not BudgetPolicy.STOP:
            return None
        if self._accounts.standing(run.business_id).reached(limits) is not AiLimit.BUDGET:
            return None
        return reached_in_words(AiLimit.BUDGET, limits)
