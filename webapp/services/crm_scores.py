"""What CRM facts say of an account: engagement and risk, each with its reasons.

What the CRM does not say counts for nothing: it is no reason for a risk, and engagement is the
mean of the factors that are known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from webapp.enums import CRMName, EngagementFactor, RiskSignal
from webapp.providers.base import CRMFacts
from webapp.providers.crm.summing import urgent_count

RENEWAL_SOON_DAYS = 90
RENEWAL_FORGOTTEN_DAYS = 365
SILENT_DAYS = 45
QUIET_FOR_GOOD_DAYS = 90
MANY_OPEN_CASES = 3
ENOUGH_CONTACTS = 4
AT_RISK_FROM = 2
"""How many reasons, or one strong one, make an account at risk."""
WEIGHTS = {
    EngagementFactor.ACTIVITY: 0.35,
    EngagementFactor.SUPPORT: 0.25,
    EngagementFactor.GROWTH: 0.2,
    EngagementFactor.CONTACTS: 0.2,
}
_BAD_HEALTH = {"red", "poor", "bad", "at risk", "critical", "unhealthy", "churning"}


@dataclass(frozen=True)
class RiskReason:
    """One thing that puts an account in danger, as a sentence and in a few words."""

    signal: RiskSignal
    text: str
    brief: str


@dataclass(frozen=True)
class RiskAssessment:
    """Whether an account is at risk, and why."""

    at_risk: bool
    reasons: tuple[RiskReason, ...]


@dataclass(frozen=True)
class FactorScore:
    """One factor of engagement from 0.0 to 1.0, None where the CRM says nothing of it."""

    factor: EngagementFactor
    value: float | None
    weight: float
    told: str


@dataclass(frozen=True)
class Engagement:
    """Engagement from 0.0 to 1.0 with its factors; None where none of them is known."""

    score: float | None
    factors: tuple[FactorScore, ...]

    @property
    def known(self) -> dict[str, float]:
        """The values of the factors that are known, by name."""
        return {each.factor.value: each.value for each in self.factors if each.value is not None}


def assess_risk(facts: CRMFacts, *, today: date) -> RiskAssessment:
    """Weigh health, renewal, silence and open cases; a bad health alone is enough."""
    reasons = tuple(_reasons(facts, today))
    is_bad = any(each.signal is RiskSignal.BAD_HEALTH for each in reasons)
    return RiskAssessment(is_bad or len(reasons) >= AT_RISK_FROM, reasons)


def engagement(facts: CRMFacts, *, today: date) -> Engagement:
    """Return engagement as the weighted mean of what is known."""
    found = {
        EngagementFactor.ACTIVITY: _activity(facts, today),
        EngagementFactor.SUPPORT: _support(facts),
        EngagementFactor.GROWTH: _growth(facts),
        EngagementFactor.CONTACTS: _contacts(facts),
    }
    factors = tuple(
        FactorScore(name, None if value is None else round(value, 3), WEIGHTS[name], told)
        for name, (value, told) in found.items()
    )
    known = [(each.weight, each.value) for each in factors if each.value is not None]
    if not known:
        return Engagement(None, factors)
    score = sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)
    return Engagement(round(score, 3), factors)


def _reasons(facts: CRMFacts, today: date) -> Iterator[RiskReason]:
    if (facts.health or "").casefold() in _BAD_HEALTH:
        told, brief = f"The CRM rates its health “{facts.health}”.", f"health “{facts.health}”"
        yield RiskReason(RiskSignal.BAD_HEALTH, told, brief)
    if facts.renewal_on is not None:
        yield from _renewal((facts.renewal_on - today).days)
    yield from _silence(facts, today)
    yield from _cases(urgent_cases(facts) or 0, open_case_count(facts) or 0)


def _renewal(days: int) -> Iterator[RiskReason]:
    if 0 <= days <= RENEWAL_SOON_DAYS:
        when = "today" if days == 0 else f"in {_counted(days, 'day')}"
        told = f"The renewal is due {when}."
        yield RiskReason(RiskSignal.RENEWAL_DUE, told, f"renewal {when}")
    elif -RENEWAL_FORGOTTEN_DAYS <= days < 0:
        told = f"The renewal was due {_counted(-days, 'day')} ago, and the CRM has no later one."
        yield RiskReason(RiskSignal.RENEWAL_OVERDUE, told, "renewal overdue")


def _silence(facts: CRMFacts, today: date) -> Iterator[RiskReason]:
    """Count the days until the facts were stated: what came after, they do not know."""
    if facts.last_activity_on is None:
        return
    silent = (min(today, facts.fetched_at.date()) - facts.last_activity_on).days
    if silent > SILENT_DAYS:
        told, brief = f"There was no contact for {silent} days.", f"no contact for {silent} days"
        yield RiskReason(RiskSignal.SILENCE, told, brief)


def _cases(urgent: int, open_cases: int) -> Iterator[RiskReason]:
    if urgent:
        told = f"{_counted(urgent, 'urgent support case')} {'is' if urgent == 1 else 'are'} open."
        yield RiskReason(RiskSignal.URGENT_CASES, told, f"{_counted(urgent, 'urgent case')} open")
    elif open_cases >= MANY_OPEN_CASES:
        told = f"{open_cases} support cases are open."
        yield RiskReason(RiskSignal.MANY_CASES, told, f"{open_cases} open cases")


def open_case_count(facts: CRMFacts) -> int | None:
    """Return how many cases are open; None where the CRM does not say."""
    if facts.open_case_count is not None:
        return facts.open_case_count
    return len(facts.open_cases) if facts.cases else None


def urgent_cases(facts: CRMFacts) -> int | None:
    """Return how many open cases are urgent; None where the CRM does not say."""
    if facts.urgent_case_count is not None:
        return facts.urgent_case_count
    return urgent_count(facts.cases) if facts.cases else None


def _activity(facts: CRMFacts, today: date) -> tuple[float | None, str]:
    if facts.last_activity_on is None:
        return None, "The CRM names no last contact."
    days = max(0, (today - facts.last_activity_on).days)
    told = "Last contact today." if not days else f"Last contact {_counted(days, 'day')} ago."
    return max(0.0, 1.0 - days / QUIET_FOR_GOOD_DAYS), told


def _support(facts: CRMFacts) -> tuple[float | None, str]:
    count = open_case_count(facts)
    if count is None:
        return None, "The CRM shows no support cases."
    urgent = min(urgent_cases(facts) or 0, count)
    told = f"{_counted(count, 'open case')}, {urgent} of them urgent." if urgent else (
        f"{_counted(count, 'open case')}."
    )  # fmt: skip
    return max(0.0, 1.0 - 0.3 * urgent - 0.12 * (count - urgent)), told


def _growth(facts: CRMFacts) -> tuple[float | None, str]:
    count = facts.open_deal_count
    if count is None and facts.opportunities:
        count = sum(not deal.is_closed for deal in facts.opportunities)
    if count is None:
        return None, "The CRM shows no deals."
    if count:
        return 1.0, f"{_counted(count, 'open deal')}."
    has_won = any(deal.is_won for deal in facts.opportunities)
    return (0.8, "No open deal, but a won one.") if has_won else (0.4, "No deal.")


def _contacts(facts: CRMFacts) -> tuple[float | None, str]:
    count = facts.contact_count
    if count is None and facts.provider is not CRMName.CSV:  # a file names none but champions
        count = len(facts.contacts) or None
    if count is None:
        return None, "The CRM shows no contacts."
    return min(1.0, count / ENOUGH_CONTACTS), f"{_counted(count, 'known contact')}."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
