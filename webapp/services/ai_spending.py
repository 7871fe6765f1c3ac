"""What a business spent on models: by month, purpose and model, beside its limits."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select

from webapp import clock
from webapp.enums import AIName, AiPurpose
from webapp.extensions import db
from webapp.models import AiCall, Business, EventRawData
from webapp.providers.ai.pricing import prices_as_of
from webapp.services.access import Actor, Permission
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_limits import AiLimits, AiStanding, month_of, reached_in_words

NEARLY = 0.8


@dataclass(frozen=True)
class SpendingLine:
    """All calls of one month for one purpose to one model.

    `cost_usd` adds up the calls whose price is known, `counted_usd` what the budget counts.
    """

    purpose: AiPurpose
    provider: AIName
    model: str
    calls: int
    failed: int
    unpriced: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_usd: float
    counted_usd: float


@dataclass(frozen=True)
class MonthOfSpending:
    """One month (UTC), its dearest lines first."""

    month: date
    lines: Sequence[SpendingLine]

    @property
    def cost_usd(self) -> float:
        """What the calls with a known price cost."""
        return sum(each.cost_usd for each in self.lines)

    @property
    def counted_usd(self) -> float:
        """What the budget counts."""
        return sum(each.counted_usd for each in self.lines)

    @property
    def unpriced(self) -> int:
        """How many calls went to a model without a known price."""
        return sum(each.unpriced for each in self.lines)


@dataclass(frozen=True)
class AiBudget:
    """How a business stands to its limits now. `waiting` are reports that await the budget."""

    limits: AiLimits
    standing: AiStanding
    waiting: int

    @property
    def share(self) -> float | None:
        """The share of the budget that is spent; None without a budget."""
        most = self.limits.monthly_usd
        return None if most is None else round(self.standing.counted_usd / most, 6)

    @property
    def reached(self) -> str | None:
        """The sentence that says which limit is reached, or None."""
        limit = self.standing.reached(self.limits)
        return None if limit is None else reached_in_words(limit, self.limits)

    @property
    def is_nearly_spent(self) -> bool:
        """Whether four fifths of the budget or more are gone."""
        return self.share is not None and self.share >= NEARLY


@dataclass(frozen=True)
class AiSpending:
    """The budget and the months, the one under way first; prices are those of a day."""

    budget: AiBudget
    months: Sequence[MonthOfSpending]
    prices_as_of: date


class AiSpendingService:
    """Shows a business what its models cost."""

    def __init__(self, *, accounts: AiAccounts) -> None:
        self._accounts = accounts

    def spending(self, actor: Actor, *, months: int) -> AiSpending:
        """Return the budget and so many months, for the admins of the business."""
        actor.require(Permission.ADMINISTER)
        first = month_of(clock.now())
        wanted = [first := first if not number else _before(first) for number in range(months)]
        found = [MonthOfSpending(each, _lines(actor.business_id, each)) for each in wanted]
        return AiSpending(self.budget(actor.business_id), found, prices_as_of())

    def budget(self, business_id: uuid.UUID) -> AiBudget:
        """Return how a business stands to its limits."""
        business = db.session.get_one(Business, business_id)
        limits = self._accounts.limits_of(business)
        return AiBudget(limits, self._accounts.standing(business_id), waiting_reports(business_id))


def waiting_reports(business_id: uuid.UUID) -> int:
    """Count the reports of a business that nobody could be paid to judge."""
    query = select(func.count()).where(
        EventRawData.business_id == business_id, EventRawData.awaits_budget.is_(True)
    )
    return db.session.scalar(query) or 0


def _before(month: date) -> date:
    year, number = divmod(month.year * 12 + month.month - 2, 12)
    return date(year, number + 1, 1)


def _after(month: date) -> date:
    year, number = divmod(month.year * 12 + month.month, 12)
    return date(year, number + 1, 1)


def _lines(business_id: uuid.UUID, month: date) -> list[SpendingLine]:
    grouped = (AiCall.purpose, AiCall.provider, AiCall.model)
    sums = (
        *("input_tokens", "cached_tokens", "output_tokens"),
        *("reasoning_tokens", "cost_usd", "counted_usd"),
    )
    rows = db.session.execute(
        select(
            *grouped,
            func.count(),
            func.count().filter(AiCall.error.is_not(None)),
            func.count().filter(AiCall.cost_usd.is_(None)),
            *(func.coalesce(func.sum(getattr(AiCall, name)), 0) for name in sums),
        )
        .where(AiCall.business_id == business_id)
        .where(AiCall.created_at >= _start(month), AiCall.created_at < _start(_after(month)))
        .group_by(*grouped)
        .order_by(func.sum(AiCall.counted_usd).desc(), *grouped)
    )
    return [SpendingLine(*row) for row in rows]


def _start(month: date) -> datetime:
    return datetime.combine(month, time(), UTC)
