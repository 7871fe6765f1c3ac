"""How an account of a CRM is written as a line of CSV, and how such lines become facts."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from pydantic import ValidationError

from webapp.enums import ArrBasis, CRMName
from webapp.errors import FieldError, InvalidInputError
from webapp.providers.base import CRMContact, CRMFacts
from webapp.providers.crm.matching import name_key
from webapp.schemas.base import invalid_input
from webapp.schemas.crm_accounts import AccountRow
from webapp.services import csv_table
from webapp.services.csv_table import CsvLine, CsvTable

COLUMNS = tuple(AccountRow.model_fields)
MAX_CELL = 1_000
MAX_ID = 64
_OTHER_NAMES = {
    **dict.fromkeys(("id", "crm_id", "record_id", "account_number", "external_id"), "account_id"),
    **dict.fromkeys(("account", "account_name", "client", "company", "company_name"), "name"),
    **dict.fromkeys(("customer", "customer_name", "client_name"), "name"),
    **dict.fromkeys(("website", "web_site", "url", "company_domain_name"), "domain"),
    **dict.fromkeys(("annual_recurring_revenue", "contract_value"), "arr"),
    **dict.fromkeys(("currency_code", "currency_iso_code"), "currency"),
    **dict.fromkeys(("renewal", "renewal_date", "contract_end", "end_date"), "renewal_on"),
    **dict.fromkeys(("health_score", "customer_health"), "health"),
    **dict.fromkeys(("lifecycle_stage", "deal_stage", "status"), "stage"),
    **dict.fromkeys(("account_owner", "csm", "owner_name"), "owner"),
    **dict.fromkeys(("number_of_employees", "headcount"), "employees"),
    **dict.fromkeys(("contact_count", "contacts_count", "number_of_contacts"), "contacts"),
    **dict.fromkeys(("champions", "champion_name", "main_contact"), "champion"),
    **dict.fromkeys(("cases", "open_tickets", "tickets", "open_case_count"), "open_cases"),
    **dict.fromkeys(("urgent_tickets", "escalations"), "urgent_cases"),
    **dict.fromkeys(("deals", "open_opportunities", "opportunities"), "open_deals"),
    **dict.fromkeys(("last_activity", "last_activity_date", "last_contact"), "last_activity_on"),
    **dict.fromkeys(("date", "exported_on"), "as_of"),
}
_READERS: Mapping[str, Callable[[str], str]] = {
    "arr": csv_table.amount,
    "renewal_on": csv_table.day,
    "last_activity_on": csv_table.day,
    "as_of": csv_table.day,
}


def read_accounts(data: bytes) -> CsvTable:
    """Read a file of accounts; raises InvalidInputError as csv_table does."""
    return csv_table.read_table(data, columns=COLUMNS, other_names=_OTHER_NAMES)


def row_of(line: CsvLine) -> AccountRow:
    """Return the account of a line; raises InvalidInputError with an entry for each bad cell."""
    errors = [
        FieldError(name, problem)
        for name, cell in line.cells.items()
        if (problem := _problem(cell)) is not None
    ]
    if line.surplus:
        told = (
            f"The line has more cells than the heading ({line.surplus}). A text with a comma in it "
            "stands in quotation marks."
        )
        errors.append(FieldError("columns", told))
    if errors:
        raise InvalidInputError("The line cannot be read.", errors)
    values: dict[str, Any] = {
        name: _READERS.get(name, str)(csv_table.unguarded(cell))
        for name, cell in line.cells.items()
    }
    try:
        return AccountRow.model_validate(values)
    except ValidationError as error:
        raise invalid_input(error) from None


def key_of(row: AccountRow) -> str:
    """Return the id by which the next file finds the account: its own, else domain or name."""
    if row.account_id:
        return row.account_id
    key = row.domain or name_key(row.name) or row.name.casefold()
    return key if len(key) <= MAX_ID else hashlib.sha256(key.encode()).hexdigest()


def facts_of(row: AccountRow, *, imported_at: datetime) -> CRMFacts:
    """Return the facts of an account, as of the file's own date or else of its import."""
    names = [name.strip() for name in (row.champion or "").split(";")]
    champions = tuple(CRMContact(name, is_champion=True) for name in names if name)
    stated = datetime.combine(row.as_of, time(12), tzinfo=UTC) if row.as_of else imported_at
    return CRMFacts(
        provider=CRMName.CSV,
        account_id=key_of(row),
        account_name=row.name,
        fetched_at=min(stated, imported_at),
        industry=row.industry,
        arr=row.arr,
        arr_basis=None if row.arr is None else ArrBasis.STATED,
        currency=row.currency,
        renewal_on=row.renewal_on,
        stage=row.stage,
        owner_name=row.owner,
        health=row.health,
        last_activity_on=row.last_activity_on,
        employees=row.employees,
        website=row.domain,
        contacts=champions,
        has_all_contacts=bool(champions),
        contact_count=row.contacts,
        open_deal_count=row.open_deals,
        open_case_count=row.open_cases,
        urgent_case_count=row.urgent_cases,
    )


def _problem(cell: str) -> str | None:
    if len(cell) > MAX_CELL:
        return f"A cell may have {MAX_CELL:,} characters; is a quotation mark not closed?"
    if csv_table.is_formula(cell):
        return (
            f"It begins with “{cell[0]}”, like a formula. Put an apostrophe before it if it is "
            "meant as text."
        )
    if "\ufffd" in cell:
        return "It holds a character that cannot be read. Save the file as CSV (UTF-8)."
    return None
