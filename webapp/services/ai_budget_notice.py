"""Telling admins, once each, that the AI budget is nearly spent, or that a limit is reached."""

import uuid
from datetime import date

from webapp import clock
from webapp.enums import BudgetPolicy, Severity
from webapp.services.admin_alerts import AdminAlerts
from webapp.services.ai_limits import AiLimit, AiLimits, month_of, reached_in_words

NEARLY = 0.8
PAGE = "/business/ai"
_THEN = {
    BudgetPolicy.RULE_BASED: "Fixed rules judge until then and cost nothing.",
    BudgetPolicy.DEFER: "New reports are kept and judged once there is room again.",
    BudgetPolicy.STOP: "Monitoring stops until then; what was found already is kept.",
}


class AiBudgetNotice:
    """Writes the alerts. A larger budget that is reached again is told of again."""

    def __init__(self, alerts: AdminAlerts) -> None:
        self._alerts = alerts

    def tell_spent(
        self, business_id: uuid.UUID, limits: AiLimits, *, before: float, after: float
    ) -> None:
        """Tell what a booking reached, if it reached anything; joins the caller's transaction."""
        budget = limits.monthly_usd
        if budget is None:
            return
        earlier, now = (round(spent / budget, 6) for spent in (before, after))
        if earlier < 1 <= now:
            self.tell_reached(business_id, AiLimit.BUDGET, limits)
        elif earlier < NEARLY <= now < 1:
            title = f"AI budget: {NEARLY:.0%} of {_month():%B}'s ${budget:,.2f} is spent"
            body = (
                f"When the rest is spent: {_then(limits)} Raise the budget if that is not enough."
            )
            key = f"ai-budget:{_month()}:{budget:g}:nearly"
            self._alerts.tell(
                business_id, key=key, title=title, body=body, link=PAGE, severity=Severity.MEDIUM
            )

    def tell_reached(self, business_id: uuid.UUID, limit: AiLimit, limits: AiLimits) -> None:
        """Tell that a limit is used up, once a month and budget, or once a day."""
        is_budget = limit is AiLimit.BUDGET
        now = clock.now()
        key = f"ai-budget:{_month()}:{limits.monthly_usd:g}" if is_budget else f"{limit}:{now:%F}"
        body = f"{_then(limits)} Raise the budget to go on with models at once."
        if not is_budget:
            body = (
                f"{_then(limits)} So many questions in a day are unusual: look at which clients "
                "bring so much before you raise the limit."
            )
        title = reached_in_words(limit, limits).removesuffix(".")
        self._alerts.tell(business_id, key=key, title=title, body=body, link=PAGE)


def _month() -> date:
    return month_of(clock.now())


def _then(limits: AiLimits) -> str:
    return _THEN[limits.policy]
