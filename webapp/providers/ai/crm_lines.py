"""CRM facts as lines that can be quoted: what a model is shown, and what evidence rests on."""

from datetime import date

from webapp.providers.ai.text import visible
from webapp.providers.base import CRMFacts, InsightRequest

_LENGTH = 120


def crm_lines(request: InsightRequest) -> list[str]:
    """Return the CRM facts that a request brings along, as lines to quote."""
    return fact_lines(request.facts, request.today) if request.facts else []


def fact_lines(facts: CRMFacts, today: date) -> list[str]:
    """Return each CRM fact as a line to quote: four words or more, people without addresses."""
    told = [
        ("Name of the account", facts.account_name),
        ("Industry of the account", facts.industry),
        ("Annual recurring revenue (ARR) of the account", _money(facts.arr, facts.currency)),
        ("Date of the renewal", _renewal(facts, today)),
        ("Stage of the account", facts.stage),
        ("Health of the account", facts.health),
        ("Date of the last contact", facts.last_activity_on and facts.last_activity_on.isoformat()),
        ("Support cases that are open", _case_counts(facts)),
    ]
    told += [
        ("Champion at the client", f"{person.name}, {person.title or 'contact'}")
        for person in facts.contacts[:50]
        if person.is_champion
    ]
    told += [
        (
            "Open opportunity at the client",
            _joined(deal.name, _money(deal.amount, deal.currency or facts.currency)),
        )
        for deal in facts.opportunities[:20]
        if not deal.is_closed
    ]
    told += [
        (
            "Open case in support",
            _joined(case.subject, case.priority and f"priority {case.priority}"),
        )
        for case in facts.open_cases[:10]
    ]
    return [
        f"{label}: {shown}" for label, value in told if (shown := visible(value or "", _LENGTH))
    ]


def _money(amount: float | None, currency: str | None) -> str | None:
    return None if amount is None else f"{currency or ''} {amount:,.0f}".strip()


def _renewal(facts: CRMFacts, today: date) -> str | None:
    if facts.renewal_on is None:
        return None
    days = (facts.renewal_on - today).days
    return (
        f"{facts.renewal_on.isoformat()}, in {days} days"
        if days >= 0
        else facts.renewal_on.isoformat()
    )


def _case_counts(facts: CRMFacts) -> str | None:
    if facts.open_case_count is None:
        return None
    urgent = facts.urgent_case_count
    return _joined(f"{facts.open_case_count:,}", urgent and f"of these urgent {urgent:,}")


def _joined(first: str, second: str | int | None) -> str:
    return f"{first}, {second}" if second else first
