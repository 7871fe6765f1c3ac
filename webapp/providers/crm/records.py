"""Turns Salesforce's records into CRM facts; whatever is missing or odd is left empty."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from webapp.enums import CRMName
from webapp.providers.base import CRMCase, CRMContact, CRMFacts, CRMOpportunity

Record = Mapping[str, Any]

YEAR = timedelta(days=365)
RENEWAL = "renew"
_TEXT_LIMIT = 255
_MOST_MONEY = 1e15


def facts_from_account(account: Record, *, provider: CRMName, fetched_at: datetime) -> CRMFacts:
    """Return the facts of an account record with its Contacts, Opportunities and Cases inside.

    ARR is the field ARR__c, else what was won within the last year, else None. The renewal is
    the next open deal whose type or name says so, else the next open deal.
    """
    today = fetched_at.date()
    deals = tuple(_opportunity(record) for record in children(account, "Opportunities"))
    renewal = _next_renewal(account, today)
    return CRMFacts(
        provider=provider,
        account_id=text(account.get("Id")) or "",
        account_name=text(account.get("Name")) or "",
        fetched_at=fetched_at,
        industry=text(account.get("Industry")),
        arr=_arr(account, deals, today),
        currency=text(account.get("CurrencyIsoCode")) or "USD",
        renewal_on=day(renewal.get("CloseDate")) if renewal else None,
        stage=text(renewal.get("StageName")) if renewal else text(account.get("Type")),
        owner_name=text(_inner(account, "Owner").get("Name")),
        health=text(account.get("Health__c")),
        last_activity_on=day(account.get("LastActivityDate")),
        employees=_count(account.get("NumberOfEmployees")),
        contacts=tuple(_contact(record) for record in children(account, "Contacts")),
        opportunities=deals,
        cases=tuple(_case(record) for record in children(account, "Cases")),
    )


def children(account: Record, name: str) -> Iterator[Record]:
    """Yield the records of a child relationship; null and nonsense count as none."""
    records = _inner(account, name).get("records")
    if isinstance(records, list):
        yield from (record for record in records if isinstance(record, dict))


def text(value: object) -> str | None:
    """Return a short text, or None for anything else."""
    if not isinstance(value, str):
        return None
    return " ".join(value.split())[:_TEXT_LIMIT] or None


def day(value: object) -> date | None:
    """Return the date of a date or of a time stamp ("2026-01-02T10:00:00.000+0000")."""
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None


def money(value: object) -> float | None:
    """Return an amount of zero or more that can be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MOST_MONEY else None


def _inner(record: Record, name: str) -> Record:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    amount = money(value)
    return None if amount is None else int(amount)


def _arr(account: Record, deals: tuple[CRMOpportunity, ...], today: date) -> float | None:
    stated = money(account.get("ARR__c"))
    if stated is not None:
        return stated
    won = [
        deal.amount
        for deal in deals
        if deal.is_won and deal.amount and deal.close_on and today - YEAR < deal.close_on <= today
    ]
    return sum(won) if won else None


def _next_renewal(account: Record, today: date) -> Record | None:
    due = [
        (not _is_renewal(record), close_on, record)
        for record in children(account, "Opportunities")
        if not record.get("IsClosed") and (close_on := day(record.get("CloseDate"))) is not None
        if close_on >= today
    ]
    return min(due, key=lambda entry: entry[:2])[2] if due else None


def _is_renewal(record: Record) -> bool:
    said = f"{record.get('Type')} {record.get('Name')}".casefold()
    return RENEWAL in said


def _contact(record: Record) -> CRMContact:
    return CRMContact(
        name=text(record.get("Name")) or "Unnamed contact",
        title=text(record.get("Title")),
        email=text(record.get("Email")),
        is_champion=record.get("Champion__c") is True,
    )


def _opportunity(record: Record) -> CRMOpportunity:
    return CRMOpportunity(
        name=text(record.get("Name")) or "Unnamed deal",
        stage=text(record.get("StageName")),
        amount=money(record.get("Amount")),
        close_on=day(record.get("CloseDate")),
        is_closed=record.get("IsClosed") is True,
        is_won=record.get("IsWon") is True,
    )


def _case(record: Record) -> CRMCase:
    return CRMCase(
        subject=text(record.get("Subject")) or "Case without a subject",
        status=text(record.get("Status")),
        priority=text(record.get("Priority")),
        opened_on=day(record.get("CreatedDate")),
        is_closed=record.get("IsClosed") is True,
    )
