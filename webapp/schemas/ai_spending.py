"""What models cost a business, as its admins see it."""

from datetime import date

from pydantic import Field

from webapp.enums import AIName, AiPurpose, BudgetPolicy
from webapp.schemas.base import Answer, Schema

MAX_MONTHS = 12


class SpendingQuery(Schema):
    """How many months are wanted."""

    months: int = Field(3, ge=1, le=MAX_MONTHS, description="Months, the one under way included")


class AiLimitsAnswer(Answer):
    """What the business may spend; null is no limit."""

    monthly_usd: float | None
    daily_calls: int | None
    daily_tokens: int | None
    policy: BudgetPolicy = Field(description="What happens once a limit is reached")


class AiStandingAnswer(Answer):
    """What was used of this month and day (UTC), and what calls under way may use."""

    counted_usd: float
    reserved_usd: float
    reserved_calls: int
    day_calls: int
    day_tokens: int


class AiBudgetAnswer(Answer):
    """How the business stands to its limits."""

    limits: AiLimitsAnswer
    standing: AiStandingAnswer
    share: float | None = Field(description="Share of the budget that is spent")
    reached: str | None = Field(description="Which limit is reached, in a sentence")
    waiting: int = Field(description="Reports that wait until the budget has room")


class SpendingLineAnswer(Answer):
    """All calls of one month for one purpose to one model."""

    purpose: AiPurpose
    provider: AIName
    model: str
    calls: int
    failed: int
    unpriced: int = Field(description="Calls to a model whose price is not known")
    input_tokens: int
    cached_tokens: int = Field(description="Part of the input that the vendor had cached")
    output_tokens: int
    reasoning_tokens: int = Field(description="Part of the output that the model thought")
    cost_usd: float = Field(description="US dollars of the calls with a known price")
    counted_usd: float = Field(description="US dollars that the budget counts")


class MonthOfSpendingAnswer(Answer):
    """One month (UTC), its dearest lines first."""

    month: date = Field(description="Its first day")
    cost_usd: float
    counted_usd: float
    unpriced: int
    lines: list[SpendingLineAnswer]


class AiSpendingAnswer(Answer):
    """The budget and the months, the one under way first."""

    budget: AiBudgetAnswer
    months: list[MonthOfSpendingAnswer]
    prices_as_of: date = Field(description="The day of the price list")
