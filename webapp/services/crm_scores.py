"""What CRM facts say of an account: engagement and risk, each with its reasons."""

from dataclasses import dataclass
from datetime import date

from webapp.providers.base import CRMCase, CRMFacts

RENEWAL_SOON_DAYS = 90
SILENT_DAYS = 45
MANY_OPEN_CASES = 3
AT_RISK_FROM = 2
"""How many reasons, or one strong one, make an account at risk."""
_WEIGHTS = {"activity": 0.35, "support": 0.25, "growth": 0.2, "contacts": 0.2}
_UNKNOWN = 0.5
_URGENT = {"high", "critical", "urgent", "p1"}
_BAD_HEALTH = {"red", "poor", "at risk", "critical"}


@dataclass(frozen=True)
class RiskAssessment:
    """Whether an account is at risk, and why."""

    at_risk: bool
    reasons: tuple[str, ...]


def assess_risk(facts: CRMFacts, *, today: date) -> RiskAssessment:
    """Weigh renewal, silence, open cases and health; a bad health alone is enough."""
    reasons = []
    bad_health = (facts.health or "").casefold() in _BAD_HEALTH
    if bad_health:
        reasons.append(f"The CRM rates its health “{facts.health}”.")
    if facts.renewal_on is not None and 0 <= (facts.renewal_on - today).days <= RENEWAL_SOON_DAYS:
        reasons.append(f"The renewal is due in {(facts.renewal_on - today).days} days.")
    if facts.last_activity_on is not None and (today - facts.last_activity_on).days > SILENT_DAYS:
        reasons.append(f"There was no contact for {(today - facts.last_activity_on).days} days.")
    urgent = [case for case in facts.open_cases if _is_urgent(case)]
    if urgent:
        reasons.append(f"{len(urgent)} urgent support case(s) are open.")
    elif len(facts.open_cases) >= MANY_OPEN_CASES:
        reasons.append(f"{len(facts.open_cases)} support cases are open.")
    return RiskAssessment(bad_health or len(reasons) >= AT_RISK_FROM, tuple(reasons))


def engagement(facts: CRMFacts, *, today: date) -> tuple[float, dict[str, float]]:
    """Return engagement from 0.0 to 1.0 as a weighted mean of its factors."""
    factors = {
        "activity": _activity(facts, today),
        "support": _support(facts),
        "growth": _growth(facts),
        "contacts": min(1.0, len(facts.contacts) / 4),
    }
    score = sum(_WEIGHTS[name] * value for name, value in factors.items())
    return round(score, 3), {name: round(value, 3) for name, value in factors.items()}


def _activity(facts: CRMFacts, today: date) -> float:
    if facts.last_activity_on is None:
        return _UNKNOWN
    days = max(0, (today - facts.last_activity_on).days)
    return max(0.0, 1.0 - days / 90)


def _support(facts: CRMFacts) -> float:
    burden = sum(0.3 if _is_urgent(case) else 0.12 for case in facts.open_cases)
    return max(0.0, 1.0 - burden)


def _growth(facts: CRMFacts) -> float:
    if any(not deal.is_closed for deal in facts.opportunities):
        return 1.0
    return 0.8 if any(deal.is_won for deal in facts.opportunities) else 0.4


def _is_urgent(case: CRMCase) -> bool:
    return not case.is_closed and (case.priority or "").casefold() in _URGENT
