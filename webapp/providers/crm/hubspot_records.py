"""Turns HubSpot's records into CRM facts. Every value is text or null; odd ones are left empty."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from webapp.enums import CRMName
from webapp.providers.base import CRMCase, CRMContact, CRMFacts, CRMOpportunity
from webapp.providers.crm.hubspot_directory import Directory
from webapp.providers.crm.hubspot_rest import Record, object_id
from webapp.providers.crm.summing import Revenue, revenue_of, urgent_count
from webapp.providers.crm.values import (
    count_of,
    currency_code,
    day,
    is_true,
    text,
    written_money,
)

COMPANY = (
    *("name", "domain", "website", "industry", "numberofemployees", "lifecyclestage"),
    *("hubspot_owner_id", "notes_last_updated", "notes_last_contacted"),
    *("arr", "annual_recurring_revenue", "health", "renewal_date"),
)
"""What is asked of a company; the last four are custom, and passed over where they are absent."""
CONTACT = ("firstname", "lastname", "email", "jobtitle", "hs_buying_role")
DEAL = (
    *("dealname", "dealstage", "amount", "closedate", "hs_is_closed", "hs_is_closed_won"),
    *("hs_arr", "deal_currency_code", "dealtype"),
)
TICKET = ("subject", "hs_pipeline_stage", "hs_ticket_priority", "createdate", "closed_date")
RENEWAL = "renew"
_CHAMPION, _DECISION_MAKER = "CHAMPION", "DECISION_MAKER"


@dataclass(frozen=True)
class Hanging:
    """The newest objects of one kind that hang on a company, and how many there are in all."""

    newest: Sequence[Record] = ()
    total: int = 0


@dataclass(frozen=True)
class Attached:
    """What hangs on a company, None where HubSpot does not show it; `not_shown` says why."""

    contacts: Hanging | None = None
    deals: Hanging | None = None
    tickets: Hanging | None = None
    not_shown: tuple[str, ...] = ()


def company_facts(record: Record, directory: Directory, *, fetched_at: datetime) -> CRMFacts:
    """Return what a company's own record says."""
    company_id, said = object_id(record.get("id")), _properties(record)
    activity = [day(said.get(name)) for name in ("notes_last_updated", "notes_last_contacted")]
    stated = written_money(said.get("arr"))
    if stated is None:
        stated = written_money(said.get("annual_recurring_revenue"))
    revenue = revenue_of(Revenue(stated, directory.currency), (), today=fetched_at.date())
    return CRMFacts(
        provider=CRMName.HUBSPOT,
        account_id=company_id,
        account_name=text(said.get("name")) or "",
        fetched_at=fetched_at,
        industry=_words(said.get("industry")),
        arr=revenue.amount,
        arr_basis=revenue.basis,
        currency=directory.currency,
        renewal_on=day(said.get("renewal_date")),
        stage=_words(said.get("lifecyclestage")),
        owner_name=directory.owners.get(text(said.get("hubspot_owner_id")) or ""),
        health=text(said.get("health")),
        last_activity_on=max((each for each in activity if each), default=None),
        employees=count_of(said.get("numberofemployees")),
        website=text(said.get("domain")) or text(said.get("website")),
        account_url=directory.company_url(company_id),
    )


def with_attached(company: CRMFacts, attached: Attached, directory: Directory) -> CRMFacts:
    """Add contacts, deals and tickets to a company's facts."""
    today = company.fetched_at.date()
    deal_records = _records(attached.deals)
    deals = [_deal(each, directory) for each in deal_records]
    cases = [_ticket(each, directory) for each in _records(attached.tickets)]
    renewal = _next_renewal(deal_records, directory, today)
    stated = Revenue(company.arr, company.currency)
    revenue = revenue_of(stated, _yearly(deal_records, directory), today=today)
    return replace(
        company,
        arr=revenue.amount,
        arr_basis=revenue.basis,
        currency=revenue.currency,
        renewal_on=company.renewal_on or (renewal.close_on if renewal else None),
        stage=(renewal.stage if renewal and renewal.stage else company.stage),
        contacts=tuple(map(_contact, _records(attached.contacts))),
        opportunities=tuple(sorted(deals, key=lambda deal: deal.close_on or date.min)[::-1]),
        cases=tuple(sorted(cases, key=lambda case: case.opened_on or date.min)[::-1]),
        contact_count=attached.contacts.total if attached.contacts else None,
        open_deal_count=_counted(attached.deals, sum(not deal.is_closed for deal in deals)),
        open_case_count=_counted(attached.tickets, sum(not each.is_closed for each in cases)),
        urgent_case_count=_counted(attached.tickets, urgent_count(cases)),
        not_shown=(*directory.not_shown, *attached.not_shown),
        remarks=(*revenue.remarks, *_cut_off(attached)),
        has_all_contacts=_are_all(attached.contacts),
    )


def _records(hanging: Hanging | None) -> Sequence[Record]:
    return hanging.newest if hanging else ()


def _are_all(hanging: Hanging | None) -> bool:
    return hanging is not None and len(hanging.newest) == hanging.total


def _properties(record: Record) -> Mapping[str, Any]:
    said = record.get("properties")
    return said if isinstance(said, dict) else {}


def _words(value: object) -> str | None:
    """Write a vocabulary's word for people: `COMPUTER_SOFTWARE` is `Computer software`."""
    word = text(value)
    return word.replace("_", " ").strip().capitalize() if word else None


def _contact(record: Record) -> CRMContact:
    said = _properties(record)
    names = (text(said.get("firstname")), text(said.get("lastname")))
    email = text(said.get("email"))
    roles = (text(said.get("hs_buying_role")) or "").split(";")
    return CRMContact(
        name=" ".join(filter(None, names)) or email or "Unnamed contact",
        title=text(said.get("jobtitle")),
        email=email,
        is_champion=_CHAMPION in roles,
        is_decision_maker=_DECISION_MAKER in roles,
    )


def _deal(record: Record, directory: Directory) -> CRMOpportunity:
    said = _properties(record)
    stage = text(said.get("dealstage")) or ""
    is_won = is_true(said.get("hs_is_closed_won")) or stage in directory.won_stages
    return CRMOpportunity(
        name=text(said.get("dealname")) or "Unnamed deal",
        stage=directory.stage(stage),
        amount=written_money(said.get("amount")),
        close_on=day(said.get("closedate")),
        is_closed=is_true(said.get("hs_is_closed")) or stage in directory.closed_stages or is_won,
        is_won=is_won,
        currency=currency_code(said.get("deal_currency_code")),
    )


def _yearly(records: Iterable[Record], directory: Directory) -> Iterator[CRMOpportunity]:
    """Yield the deals with what they bring a year, where HubSpot states that."""
    for each in records:
        deal = _deal(each, directory)
        yearly = written_money(_properties(each).get("hs_arr"))
        yield replace(deal, amount=yearly) if yearly else deal


def _ticket(record: Record, directory: Directory) -> CRMCase:
    said = _properties(record)
    stage = text(said.get("hs_pipeline_stage")) or ""
    return CRMCase(
        subject=text(said.get("subject")) or "Ticket without a subject",
        status=directory.stage(stage),
        priority=_words(said.get("hs_ticket_priority")),
        opened_on=day(said.get("createdate")),
        is_closed=stage in directory.closed_stages or day(said.get("closed_date")) is not None,
    )


def _next_renewal(
    records: Iterable[Record], directory: Directory, today: date
) -> CRMOpportunity | None:
    """Return the next open deal that calls itself a renewal; any other deal is none."""
    named = [each for each in records if _is_renewal(_properties(each))]
    deals = (_deal(each, directory) for each in named)
    due = [(deal.close_on, deal) for deal in deals if not deal.is_closed and deal.close_on]
    ahead = [entry for entry in due if entry[0] >= today]
    return min(ahead, key=lambda entry: entry[0])[1] if ahead else None


def _is_renewal(said: Mapping[str, Any]) -> bool:
    return RENEWAL in f"{said.get('dealtype')} {said.get('dealname')}".casefold()


def _counted(hanging: Hanging | None, count: int) -> int | None:
    return None if hanging is None else count


def _cut_off(attached: Attached) -> list[str]:
    lists = {"deals": attached.deals, "tickets": attached.tickets}
    return [
        f"Only the newest {len(each.newest):,} of {each.total:,} {kind} were read."
        for kind, each in lists.items()
        if each and each.total > len(each.newest)
    ]
