"""What a business may spend on models, and the sentences about a limit that was reached."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from webapp import clock
from webapp.config import Settings
from webapp.enums import BudgetPolicy
from webapp.models import Business


class AiLimit(StrEnum):
    """What can be used up."""

    BUDGET = "budget"
    DAILY_CALLS = "daily_calls"
    DAILY_TOKENS = "daily_tokens"


@dataclass(frozen=True)
class AiLimits:
    """A business's limits; None is no limit."""

    monthly_usd: float | None
    daily_calls: int | None
    daily_tokens: int | None
    policy: BudgetPolicy

    @property
    def is_unlimited(self) -> bool:
        """Whether nothing has to be asked before a call."""
        return self.monthly_usd is self.daily_calls is self.daily_tokens is None

    @property
    def defers(self) -> bool:
        """Whether reports wait for a judgement once a limit is reached."""
        return self.policy is not BudgetPolicy.RULE_BASED


@dataclass(frozen=True)
class AiStanding:
    """What was used of the month and of the day so far, and what calls under way may use."""

    counted_usd: float = 0.0
    reserved_usd: float = 0.0
    reserved_calls: int = 0
    day_calls: int = 0
    day_tokens: int = 0

    def reached(self, limits: AiLimits, *, with_reserved: bool = False) -> AiLimit | None:
        """Return the limit that is reached, the budget first; None while a call may be made."""
        usd = self.counted_usd + (self.reserved_usd if with_reserved else 0)
        calls = self.day_calls + (self.reserved_calls if with_reserved else 0)
        used = (
            (AiLimit.BUDGET, limits.monthly_usd, usd),
            (AiLimit.DAILY_CALLS, limits.daily_calls, calls),
            (AiLimit.DAILY_TOKENS, limits.daily_tokens, self.day_tokens),
        )
        return next((name for name, most, now in used if most is not None and now >= most), None)


def limits_of(business: Business, settings: Settings) -> AiLimits:
    """Return what holds for a business: its own budget, else the installation's; 0 is none."""
    own = business.ai_monthly_budget_usd
    return AiLimits(
        monthly_usd=(settings.ai_monthly_budget_usd if own is None else own) or None,
        daily_calls=settings.ai_daily_calls or None,
        daily_tokens=settings.ai_daily_tokens or None,
        policy=business.ai_budget_policy,
    )


def month_of(moment: datetime) -> date:
    """Return the first day of a moment's month in UTC: what a budget is for."""
    return moment.date().replace(day=1)


def reached_in_words(limit: AiLimit, limits: AiLimits) -> str:
    """Return the sentence that says what is used up, and until when."""
    today = clock.now().date()
    if limit is AiLimit.BUDGET:
        return f"The AI budget of {today:%B} (${limits.monthly_usd:,.2f}) is spent."
    count = limits.daily_calls if limit is AiLimit.DAILY_CALLS else limits.daily_tokens
    noun = "calls to models" if limit is AiLimit.DAILY_CALLS else "tokens of models"
    tomorrow = today + timedelta(days=1)
    return f"The day's {count:,} {noun} are used up until {tomorrow:%d %b} 00:00 UTC."
