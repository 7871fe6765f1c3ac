"""Invented accounts in the shape that Salesforce answers in, the same for the same client."""

from datetime import date, timedelta
from typing import Any

from webapp.providers.base import CRMLookup
from webapp.providers.mock_dice import Dice
from webapp.providers.mock_headlines import PEOPLE

_INDUSTRIES = ("Healthcare", "Banking", "Logistics", "Energy", "Manufacturing", "Food", "Media")
_TITLES = ("Head of Operations", "VP Customer Care", "IT Director", "CFO", "Procurement Lead")
_STAGES = ("Prospecting", "Proposal", "Negotiation", "Verbal agreement")
_HEALTH = ("Green", "Green", "Green", "Yellow", "Red")
_SUBJECTS = (
    "Export runs into a time-out", "Single sign-on fails for new users",
    "Question about the invoice", "Report shows last month's figures", "Slow search since Monday",
)  # fmt: skip
_PRIORITIES = ("Low", "Medium", "High")


def account_query(lookup: CRMLookup, *, today: date) -> dict[str, Any]:
    """Return the answer to a query for the account with its contacts, deals and cases.

    `today` only moves dates along: the renewal is the next one of a fixed day of the year.
    """
    dice = Dice(f"crm|{lookup.client_id}")
    account = _account(lookup, dice, today)
    for name, records in (
        ("Contacts", _contacts(lookup, dice)),
        ("Opportunities", _opportunities(dice, account["ARR__c"], today)),
        ("Cases", _cases(dice, today)),
    ):
        account[name] = _page(records)
    return _page([account])


def _page(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {"totalSize": len(records), "done": True, "records": records}


def _account(lookup: CRMLookup, dice: Dice, today: date) -> dict[str, Any]:
    identifier = f"001MOCK{dice.number('id', 10**7, 10**8 - 1)}AAA"
    return {
        "attributes": {"type": "Account"},
        "Id": lookup.account_id or identifier,
        "Name": lookup.name,
        "Website": f"https://{lookup.domain}" if lookup.domain else None,
        "Industry": dice.pick("industry", _INDUSTRIES),
        "NumberOfEmployees": dice.number("employees", 12, 600) * 10,
        "Type": "Customer",
        "CurrencyIsoCode": "USD",
        "ARR__c": float(dice.number("arr", 24, 480) * 1000),
        "Health__c": dice.pick("health", _HEALTH),
        "LastActivityDate": _last_month(today, dice.number("activity", 1, 28)).isoformat(),
        "Owner": {"Name": dice.pick("owner", PEOPLE)},
    }


def _contacts(lookup: CRMLookup, dice: Dice) -> list[dict[str, Any]]:
    host = lookup.domain or "client.example.com"
    people = dice.shuffled("people", PEOPLE)[: dice.number("contacts", 2, 4)]
    titles = dice.shuffled("titles", _TITLES)
    return [
        {
            "attributes": {"type": "Contact"},
            "Name": name,
            "Title": titles[place],
            "Email": f"{name.split()[0].lower()}@{host}",
            "Champion__c": place == 0,
        }
        for place, name in enumerate(people)
    ]


def _opportunities(dice: Dice, arr: float, today: date) -> list[dict[str, Any]]:
    renewal = _next_day_of_year(today, dice.number("renewal", 0, 364))
    won = renewal - timedelta(days=365)
    growth = dice.number("growth", 0, 30) / 100
    deals = [
        ("Renewal", dice.pick("stage", _STAGES), arr * (1 + growth), renewal, False),
        ("Renewal", "Closed Won", arr, won, True),
    ]
    return [
        {
            "attributes": {"type": "Opportunity"},
            "Name": f"{kind} {close:%Y}",
            "StageName": stage,
            "Amount": round(amount, 2),
            "CloseDate": close.isoformat(),
            "IsClosed": is_won,
            "IsWon": is_won,
            "Type": kind,
        }
        for kind, stage, amount, close, is_won in deals
    ]


def _cases(dice: Dice, today: date) -> list[dict[str, Any]]:
    subjects = dice.shuffled("subjects", _SUBJECTS)[: dice.number("cases", 0, 4)]
    return [
        {
            "attributes": {"type": "Case"},
            "Subject": subject,
            "Status": "Closed" if place % 2 else "New",
            "Priority": dice.pick(f"priority{place}", _PRIORITIES),
            "CreatedDate": f"{_last_month(today, dice.number(subject, 1, 28))}T09:00:00.000+0000",
            "IsClosed": bool(place % 2),
        }
        for place, subject in enumerate(subjects)
    ]


def _next_day_of_year(today: date, offset: int) -> date:
    day = date(today.year, 1, 1) + timedelta(days=offset)
    return day if day > today else date(today.year + 1, 1, 1) + timedelta(days=offset)


def _last_month(today: date, day: int) -> date:
    return (today.replace(day=1) - timedelta(days=1)).replace(day=day)
