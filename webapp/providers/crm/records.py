"""Turns Salesforce's records into CRM facts; whatever is missing or odd is left empty."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from webapp.enums import CRMName
from webapp.providers.base import CRMCase, CRMContact, CRMFacts, CRMOpportunity
from webapp.providers.crm.soql import MOST_CONTACTS
from webapp.providers.crm.summing import Revenue, revenue_of, urgent_count
from webapp.providers.crm.values import count_of, currency_code, day, money, text

Record = Mapping[str, Any]

RENEWAL = "renew"


def facts_from_account(
    account: Record, *, provider: CRMName, fetched_at: datetime, base_url: str = ""
) -> CRMFacts:
    """Return the facts of an account record with its Contacts, Opportunities and Cases inside.

    ARR is the field ARR__c, else what was won within the last year, else None. The renewal is
    the field Renewal_Date__c, else the next open deal whose type or name says so, else None.
    `base_url` is the org's own address.
    """
    today = fetched_at.date()
    account_id = text(account.get("Id")) or ""
    deals = tuple(_opportunity(record) for record in children(account, "Opportunities"))
    cases = tuple(_case(record) for record in children(account, "Cases"))
    contacts = tuple(_contact(record) for record in children(account, "Contacts"))
    renewal = _next_renewal(account, today)
    stated = Revenue(money(account.get("ARR__c")), currency_code(account.get("CurrencyIsoCode")))
    revenue = revenue_of(stated, deals, today=today)
    open_cases = [case for case in cases if not case.is_closed]
    return CRMFacts(
        provider=provider,
        account_id=account_id,
        account_name=text(account.get("Name")) or "",
        fetched_at=fetched_at,
        industry=text(account.get("Industry")),
        arr=revenue.amount,
        arr_basis=revenue.basis,
        currency=revenue.currency,
        renewal_on=day(account.get("Renewal_Date__c"))
        or (day(renewal.get("CloseDate")) if renewal else None),
        stage=text(renewal.get("StageName")) if renewal else text(account.get("Type")),
        owner_name=text(_inner(account, "Owner").get("Name")),
        health=text(account.get("Health__c")),
        last_activity_on=day(account.get("LastActivityDate")),
        employees=count_of(account.get("NumberOfEmployees")),
        contacts=contacts,
        opportunities=deals,
        cases=cases,
        website=text(account.get("Website")),
        account_url=f"{base_url}/{account_id}" if base_url and account_id else None,
        contact_count=_shown(account, "Contacts", len(contacts)),
        open_deal_count=_shown(account, "Opportunities", sum(not deal.is_closed for deal in deals)),
        open_case_count=_shown(account, "Cases", len(open_cases)),
        urgent_case_count=_shown(account, "Cases", urgent_count(cases)),
        remarks=revenue.remarks,
        has_all_contacts="Contacts" in account and len(contacts) < MOST_CONTACTS,
    )


def children(account: Record, name: str) -> Iterator[Record]:
    """Yield the records of a child relationship; null and nonsense count as none."""
    records = _inner(account, name).get("records")
    if isinstance(records, list):
        yield from (record for record in records if isinstance(record, dict))


def _shown(account: Record, name: str, count: int) -> int | None:
    """Return how many there are: null is none, and what was not asked for is unknown."""
    return count if name in account else None


def _inner(record: Record, name: str) -> Record:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _next_renewal(account: Record, today: date) -> Record | None:
    """Return the next open deal that calls itself a renewal; any other deal is none."""
    due = [
        (close_on, record)
        for record in children(account, "Opportunities")
        if _is_renewal(record) and not record.get("IsClosed")
        if (close_on := day(record.get("CloseDate"))) is not None and close_on >= today
    ]
    return min(due, key=lambda entry: entry[0])[1] if due else None


def _is_renewal(record: Record) -> bool:
    said = f"{record.get('Type')} {record.get('Name')}".casefold()
    return RENEWAL in said


def _contact(record: Record) -> CRMContact:
    return CRMContact(
        name=text(record.get("Name")) or "Unnamed contact",
        title=text(record.get("Title")),
        email=text(record.get("Email")),
        is_champion=record.get("Champion__c") is True,
        is_decision_maker=record.get("Decision_Maker__c") is True,
    )


def _opportunity(record: Record) -> CRMOpportunity:
    return CRMOpportunity(
        name=text(record.get("Name")) or "Unnamed deal",
        stage=text(record.get("StageName")),
        amount=money(record.get("Amount")),
        close_on=day(record.get("CloseDate")),
        is_closed=record.get("IsClosed") is True,
        is_won=record.get("IsWon") is True,
        currency=currency_code(record.get("CurrencyIsoCode")),
    )


def _case(record: Record) -> CRMCase:
    return CRMCase(
        subject=text(record.get("Subject")) or "Case without a subject",
        status=text(record.get("Status")),
        priority=text(record.get("Priority")),
        opened_on=day(record.get("CreatedDate")),
        is_closed=record.get("IsClosed") is True,
    )
