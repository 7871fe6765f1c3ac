"""HubSpot's side of a play: a company and what hangs on it, as its API hands them out."""

from collections.abc import Mapping, Sequence
from typing import Any

_KINDS = ("contacts", "deals", "tickets")
_CUSTOMER = {"category": "HUBSPOT_DEFINED", "typeId": 280, "label": None}
ACCOUNT = {
    "portalId": 24680,
    "accountType": "STANDARD",
    "timeZone": "Europe/London",
    "companyCurrency": "USD",
    "additionalCurrencies": [],
    "uiDomain": "app-eu1.hubspot.com",
    "dataHostingLocation": "eu1",
}

Record = Mapping[str, Any]


def hubspot_answer(path: str, stored: Record) -> dict[str, Any] | None:
    """Return what HubSpot answers to a path about the company of a file; None for no such path.

    The file holds a company's record, as it was recorded, or one under `company` with the records
    of contacts, deals and tickets beside it.
    """
    company: Record = stored.get("company", stored)
    if path in {"/crm/v3/objects/companies/batch/read", "/crm/v3/objects/companies/search"}:
        return _page([company])
    if path == "/account-info/v3/details":
        return ACCOUNT
    if path.startswith(("/crm/v3/owners", "/crm/v3/pipelines")):
        return {"results": []}
    for kind in _KINDS:
        records: Sequence[Record] = stored.get(kind, ())
        if path == f"/crm/v4/associations/companies/{kind}/batch/read":
            return _page([_hanging(company, records)] if records else [])
        if path == f"/crm/v3/objects/{kind}/batch/read":
            return _page(records)
    return None


def _page(results: Sequence[Record]) -> dict[str, Any]:
    return {"status": "COMPLETE", "total": len(results), "results": list(results)}


def _hanging(company: Record, records: Sequence[Record]) -> Record:
    to = [{"toObjectId": each["id"], "associationTypes": [_CUSTOMER]} for each in records]
    return {"from": {"id": company["id"]}, "to": to}
