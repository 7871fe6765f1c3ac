"""What a CRM's lists add up to: yearly revenue, urgent cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from webapp.enums import ArrBasis
from webapp.providers.base import CRMCase, CRMOpportunity

YEAR = timedelta(days=365)
URGENT = frozenset({"high", "critical", "urgent", "highest", "blocker", "p0", "p1", "sev1", "1"})
"""Priorities that mean "at once", in the words of the CRMs and of those who set them up."""


@dataclass(frozen=True)
class Revenue:
    """A year's revenue: how much, in what, and how it is known."""

    amount: float | None
    currency: str | None
    basis: ArrBasis | None = None
    remarks: tuple[str, ...] = ()


def revenue_of(stated: Revenue, deals: Iterable[CRMOpportunity], *, today: date) -> Revenue:
    """Return the stated revenue, else what was won within a year.

    Amounts in different currencies are not added up.
    """
    if stated.amount is not None:
        return Revenue(stated.amount, stated.currency, ArrBasis.STATED)
    won = [(deal.amount, deal.currency) for deal in deals if _is_of_the_year(deal, today)]
    currencies = {currency or stated.currency for _, currency in won}
    if len(currencies) > 1:
        named = " and ".join(sorted(each or "an unnamed currency" for each in currencies))
        remark = f"The deals won within a year are in {named}, so they are not added up."
        return Revenue(None, stated.currency, remarks=(remark,))
    if not won:
        return Revenue(None, stated.currency)
    total = sum(amount for amount, _ in won if amount is not None)
    return Revenue(total, currencies.pop(), ArrBasis.WON_DEALS)


def is_urgent(case: CRMCase) -> bool:
    """Tell whether a case is open and its priority says "at once"."""
    return not case.is_closed and (case.priority or "").casefold() in URGENT


def urgent_count(cases: Iterable[CRMCase]) -> int:
    """Count the urgent ones."""
    return sum(map(is_urgent, cases))


def _is_of_the_year(deal: CRMOpportunity, today: date) -> bool:
    if not deal.is_won or not deal.amount or deal.close_on is None:
        return False
    return today - YEAR < deal.close_on <= today
