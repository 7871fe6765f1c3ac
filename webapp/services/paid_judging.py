"""Classification within what a business may spend: by models, by rules, or later."""

import uuid
from dataclasses import replace

from webapp.providers.base import ClassifyRequest
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_limits import AiLimits, reached_in_words
from webapp.services.ai_processor import AIProcessorService
from webapp.services.judged import JudgedBatch


class PaidJudging:
    """Asks for verdicts once they are paid for."""

    def __init__(self, *, ai: AIProcessorService, accounts: AiAccounts) -> None:
        self._ai = ai
        self._accounts = accounts

    def classify(
        self,
        request: ClassifyRequest,
        *,
        business_id: uuid.UUID,
        limits: AiLimits,
        is_free: bool,
    ) -> JudgedBatch:
        """Judge a client's reports; `is_free` ones by rules, whatever is left.

        Where a limit is reached the rules judge, or nobody does and the batch is empty: as the
        business wants it. The batch's allowance is to be booked with its calls.
        """
        if is_free or not request.items or not self._ai.is_configured:
            return self._ai.classify_items(request, rules_only=is_free)
        most = self._ai.most(request, limits)
        (allowance,) = self._accounts.reserve(business_id, limits, [most])
        if allowance.refused_by is None:
            batch = self._ai.classify_items(request, closed=self._ai.closed())
            return replace(batch, allowance=allowance)
        reached = reached_in_words(allowance.refused_by, limits)
        if limits.defers:
            count = len(request.items)
            what = "1 report waits" if count == 1 else f"{count} reports wait"
            return JudgedBatch({}, notices=(f"{reached} {what} to be judged.",))
        batch = self._ai.classify_items(request, rules_only=True)
        return replace(batch, notices=(*batch.notices, f"{reached} Rules judged instead."))
