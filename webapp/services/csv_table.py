"""Reading files of comma-separated values that people export from anywhere, hostile ones too."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.errors import InvalidInputError
from webapp.schemas.untrusted import is_storable

MOST_COLUMNS = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 -- wide forms, which spreadsheets take for the narrow ones
_MONEY = re.compile(r"(?P<figures>[\d.,\s\u00a0\u202f']+)(?P<step>[kKmM]?)")
_STEPS = {"": 1, "k": 1_000, "m": 1_000_000}
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class CsvLine:
    """One line of a file: its number as an editor shows it, and its filled cells by column.

    `surplus` is how many cells stand beyond the heading's last column.
    """

    number: int
    cells: Mapping[str, str]
    surplus: int = 0


@dataclass(frozen=True)
class CsvTable:
    """A file whose heading is understood."""

    lines: Iterator[CsvLine]
    ignored_columns: tuple[str, ...]


def read_table(
    data: bytes, *, columns: Collection[str], other_names: Mapping[str, str]
) -> CsvTable:
    """Read a file of UTF-8, UTF-16 with its mark, or else Windows-1252; lines come one by one.

    `other_names` are further headings of the columns. Raises InvalidInputError where the heading
    has no column for the name, and for what is no text at all.
    """
    text = decoded(data)
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    given = _next_row(reader) or []
    if len(given) > MOST_COLUMNS:
        raise InvalidInputError.of("columns", f"A file may have {MOST_COLUMNS} columns.")
    known = [_column(each, columns, other_names) for each in given]
    if "name" not in known:
        raise InvalidInputError.of(
            "name", "The first line must name the columns, and one of them must be “name”."
        )
    if double := {each for each in known if each and known.count(each) > 1}:
        names = ", ".join(sorted(double))
        raise InvalidInputError.of("columns", f"These columns are there twice: {names}.")
    ignored = tuple(
        typed.strip()[:60]
        for typed, column in zip(given, known, strict=True)
        if not column and typed.strip()
    )
    return CsvTable(_lines(reader, known), ignored)


def write_row(cells: Sequence[str]) -> str:
    """Return one line of CSV in which no cell can be taken for a formula."""
    line = io.StringIO()
    csv.writer(line).writerow([guarded(each) for each in cells])
    return line.getvalue()


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would run a cell."""
    return cell.startswith(_FORMULA)


def guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if is_formula(cell) else cell


def unguarded(cell: str) -> str:
    """Take away the apostrophe that `guarded` put there."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def word(cell: str) -> str:
    """Return a vocabulary's word as it is stored: `Mid-Market` is `mid_market`."""
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def amount(cell: str) -> str:
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


def day(cell: str) -> str:
    """Return a date with its zeros; pydantic says what is wrong with any other text."""
    found = _DAY.fullmatch(cell.strip())
    if found is None:
        return f"{cell} is no date"  # so that a bare number is not taken for seconds
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"


def decoded(data: bytes) -> str:
    """Return a file's text; raises InvalidInputError for a workbook."""
    if data.startswith(_WORKBOOKS):
        raise InvalidInputError.of(
            "csv", "This is a workbook. Save its sheet as CSV (UTF-8) and import that file."
        )
    if data[:2] in _UTF16:
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _column(heading: str, columns: Collection[str], other_names: Mapping[str, str]) -> str:
    """Return our name of a column, or nothing for one that we do not know."""
    plain = re.sub(r"[^a-z0-9]+", "_", heading.strip().lower()).strip("_")
    known = other_names.get(plain, plain)
    return known if known in columns else ""


def _lines(reader: Any, columns: Sequence[str]) -> Iterator[CsvLine]:  # noqa: ANN401 -- csv's reader has no public type
    while True:
        number = reader.line_num + 1
        row = _next_row(reader)
        if row is None:
            return
        pairs = zip(columns, row, strict=False)
        cells = {name: cell.strip() for name, cell in pairs if name and cell.strip()}
        if cells:
            yield CsvLine(number, cells, max(0, len(row) - len(columns)))


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
