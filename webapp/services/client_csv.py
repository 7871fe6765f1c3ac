"""How a client is written as a line of CSV, and how such lines are read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from webapp.enums import MemberRole
from webapp.models import Client
from webapp.services import csv_table
from webapp.services.csv_table import CsvLine, CsvTable

ROLE_COLUMNS = {
    "owner": MemberRole.OWNER,
    "members": MemberRole.MEMBER,
    "stand_ins": MemberRole.STAND_IN,
}
"""Columns that hold e-mail addresses of users."""
LIST_COLUMNS = frozenset(
    {"aliases", "products", "keywords", "must_have_terms", "must_not_terms", "feed_urls"}
)
COLUMNS = (
    "name",
    "domain",
    "legal_name",
    "aliases",
    "ticker",
    "cik",
    "products",
    "keywords",
    "must_have_terms",
    "must_not_terms",
    "feed_urls",
    "industry",
    "tier",
    "arr",
    "currency",
    "renewal_on",
    "crm_account_id",
    "status",
    *ROLE_COLUMNS,
    "notes",
)
_SEPARATOR = " | "
_OTHER_NAMES = {
    "account": "name",
    "account_name": "name",
    "account_owner": "owner",
    "annual_recurring_revenue": "arr",
    "client": "name",
    "client_name": "name",
    "company": "name",
    "company_name": "name",
    "csm": "owner",
    "customer": "name",
    "feed": "feed_urls",
    "feeds": "feed_urls",
    "owner_email": "owner",
    "owners": "owner",
    "renewal": "renewal_on",
    "renewal_date": "renewal_on",
    "rss": "feed_urls",
    "salesforce_id": "crm_account_id",
    "segment": "tier",
    "stock_symbol": "ticker",
    "url": "domain",
    "web_site": "domain",
    "website": "domain",
}


def read_table(data: bytes) -> CsvTable:
    """Read a file of clients; raises InvalidInputError as csv_table does."""
    table = csv_table.read_table(data, columns=COLUMNS, other_names=_OTHER_NAMES)
    return CsvTable(map(_unguarded, table.lines), table.ignored_columns)


def values_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the cells as ClientInput takes them; who looks after the client is left out."""
    readers: dict[str, Callable[[str], Any]] = {
        "tier": csv_table.word,
        "status": csv_table.word,
        "arr": csv_table.amount,
        "renewal_on": csv_table.day,
    }
    return {
        name: split(cell) if name in LIST_COLUMNS else readers.get(name, str)(cell)
        for name, cell in cells.items()
        if name not in ROLE_COLUMNS
    }


def split(cell: str) -> list[str]:
    """Return the parts of a cell that holds a list: separated by |, ; or line breaks."""
    return [part.strip() for part in re.split(r"[|;\n]", cell) if part.strip()]


def row_of(client: Client, emails: Mapping[int, str]) -> list[str]:
    """Return a client's cells in the order of COLUMNS."""
    values: dict[str, Any] = {name: getattr(client, name, None) for name in COLUMNS}
    for column, role in ROLE_COLUMNS.items():
        users = [each.user_id for each in client.members if each.role is role]
        values[column] = sorted(emails[each] for each in users if each in emails)
    return [_cell(values[name]) for name in COLUMNS]


def _cell(value: Any) -> str:  # noqa: ANN401 -- any column's
    if value is None:
        return ""
    if isinstance(value, list):
        return _SEPARATOR.join(value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _unguarded(line: CsvLine) -> CsvLine:
    cells = {name: csv_table.unguarded(cell) for name, cell in line.cells.items()}
    return replace(line, cells=cells)
