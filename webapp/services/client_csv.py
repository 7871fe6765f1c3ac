"""How a client is written as a line of CSV, and how such lines are read."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.enums import MemberRole
from webapp.errors import InvalidInputError
from webapp.models import Client
from webapp.schemas.untrusted import is_storable

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
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 -- wide forms, which spreadsheets take for the narrow ones
_MONEY = re.compile(r"(?P<figures>[\d.,\s\u00a0\u202f']+)(?P<step>[kKmM]?)")
_STEPS = {"": 1, "k": 1_000, "m": 1_000_000}
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")


@dataclass(frozen=True)
class CsvLine:
    """One line of a file: its number as an editor shows it, and its filled cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class CsvTable:
    """A file whose heading is understood."""

    lines: Iterator[CsvLine]
    ignored_columns: tuple[str, ...]


def read_table(data: bytes) -> CsvTable:
    """Read a file of UTF-8, UTF-16 with its mark, or else Windows-1252.

    Raises InvalidInputError where the heading has no column for the name. Lines come one by one.
    """
    text = _decoded(data)
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    given = _next_row(reader) or []
    columns = [_column(each) for each in given]
    if "name" not in columns:
        raise InvalidInputError.of(
            "name", "The first line must name the columns, and one of them must be “name”."
        )
    if double := {each for each in columns if each and columns.count(each) > 1}:
        names = ", ".join(sorted(double))
        raise InvalidInputError.of("columns", f"These columns are there twice: {names}.")
    ignored = tuple(
        typed.strip()[:60]
        for typed, column in zip(given, columns, strict=True)
        if not column and typed.strip()
    )
    return CsvTable(_lines(reader, columns), ignored)


def values_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the cells as ClientInput takes them; who looks after the client is left out."""
    readers: dict[str, Callable[[str], Any]] = {
        "tier": _word,
        "status": _word,
        "arr": _amount,
        "renewal_on": _day,
    }
    return {
        name: split(cell) if name in LIST_COLUMNS else readers.get(name, str)(cell)
        for name, cell in cells.items()
        if name not in ROLE_COLUMNS
    }


def split(cell: str) -> list[str]:
    """Return the parts of a cell that holds a list: separated by |, ; or line breaks."""
    return [part.strip() for part in re.split(r"[|;\n]", cell) if part.strip()]


def write_row(cells: Sequence[str]) -> str:
    """Return one line of CSV in which no cell can be taken for a formula."""
    line = io.StringIO()
    csv.writer(line).writerow([guarded(each) for each in cells])
    return line.getvalue()


def row_of(client: Client, emails: Mapping[int, str]) -> list[str]:
    """Return a client's cells in the order of COLUMNS."""
    values: dict[str, Any] = {name: getattr(client, name, None) for name in COLUMNS}
    for column, role in ROLE_COLUMNS.items():
        users = [each.user_id for each in client.members if each.role is role]
        values[column] = sorted(emails[each] for each in users if each in emails)
    return [_cell(values[name]) for name in COLUMNS]


def guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """Take away the apostrophe that `guarded` put there."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _cell(value: Any) -> str:  # noqa: ANN401 -- any column's
    if value is None:
        return ""
    if isinstance(value, list):
        return _SEPARATOR.join(value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _decoded(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _column(heading: str) -> str:
    """Return our name of a column, or nothing for one that we do not know."""
    plain = re.sub(r"[^a-z0-9]+", "_", heading.strip().lower()).strip("_")
    known = _OTHER_NAMES.get(plain, plain)
    return known if known in COLUMNS else ""


def _lines(reader: Any, columns: Sequence[str]) -> Iterator[CsvLine]:  # noqa: ANN401 -- csv's reader has no public type
    while True:
        number = reader.line_num + 1
        row = _next_row(reader)
        if row is None:
            return
        pairs = zip(columns, row, strict=False)
        cells = {name: unguarded(cell.strip()) for name, cell in pairs if name and cell.strip()}
        if cells:
            yield CsvLine(number, cells)


def _next_row(reader: Any) -> list[str] | None:  # noqa: ANN401 -- as above
    try:
        row: list[str] | None = next(reader, None)
    except csv.Error as error:
        raise InvalidInputError.of(
            "csv", f"Line {reader.line_num} cannot be read as CSV: {error}."
        ) from None
    if row and not all(map(is_storable, row)):
        raise InvalidInputError.of(
            "csv", f"Line {reader.line_num} holds a character that cannot be stored."
        )
    return row


def _word(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _amount(cell: str) -> str:
    """Return `$240,000`, `240.000,00` or `240k` as a plain number; what is none stays as it is."""
    bare = cell.strip().strip("$€£").strip()
    found = _MONEY.fullmatch(bare)
    if found is None:
        return cell
    figures = re.sub(r"[\s\u00a0\u202f']", "", found["figures"])
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}|\d+,\d{1,2}", figures):
        figures = figures.replace(".", "").replace(",", ".")
    figures = figures.replace(",", "")
    try:
        return repr(float(figures) * _STEPS[found["step"].lower()])
    except ValueError:
        return cell


def _day(cell: str) -> str:
    """Return a date with its zeros; pydantic says what is wrong with any other text."""
    found = _DAY.fullmatch(cell.strip())
    if found is None:
        return f"{cell} is no date"  # so that a bare number is not taken for seconds
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
