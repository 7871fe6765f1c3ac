"""Reads the SEC's list of a company's filings: parallel arrays made into results."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from webapp.enums import Category, SourceName
from webapp.errors import ProviderResponseError
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.search.dates import plausible
from webapp.providers.search.edgar_items import (
    REPORTS,
    Item,
    category_of,
    described,
    read_items,
    telling,
)
from webapp.providers.search.edgar_names import spelled_as
from webapp.providers.search.results import make_result

MAX_FILINGS = 100
_NEW_YORK = ZoneInfo("America/New_York")
_OPENS, _CLOSES = time(6), time(22, 1)  # EDGAR takes filings in these hours of a New York day
_CLOCK_SAMPLE = 200
_NEEDED = ("accessionNumber", "filingDate", "form")
_ARCHIVES = "https://www.sec.gov/Archives/edgar/data"
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")
_DOCUMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


@dataclass(frozen=True)
class _Story:
    """What one filing tells."""

    title: str
    snippet: str
    category: Category | None


def read_filings(
    payload: object, *, target: SearchTarget, cik: str, fetched_at: datetime
) -> list[SearchResult]:
    """Return the newest hundred filings that are news, in EDGAR's order (newest first).

    Raises ProviderResponseError for an envelope that is not EDGAR's.
    """
    company, columns = _envelope(payload)
    name = spelled_as(company, target) or f"The company with the CIK {cik}"
    zone = _zone_of(columns.get("acceptanceDateTime", ()))
    made = (
        _result(row, name=name, cik=cik, zone=zone, fetched_at=fetched_at) for row in _rows(columns)
    )
    return list(islice((result for result in made if result is not None), MAX_FILINGS))


def _envelope(payload: object) -> tuple[str, Mapping[str, Sequence[Any]]]:
    company = payload.get("name") if isinstance(payload, dict) else None
    filings = payload.get("filings") if isinstance(payload, dict) else None
    recent = filings.get("recent") if isinstance(filings, dict) else None
    if not isinstance(recent, dict):
        raise _wrong_shape()
    columns = {key: column for key, column in recent.items() if isinstance(column, list)}
    if len({len(columns.get(key, "-")) for key in _NEEDED}) != 1 or _NEEDED[0] not in columns:
        raise _wrong_shape()
    return company if isinstance(company, str) else "", columns


def _wrong_shape() -> ProviderResponseError:
    return ProviderResponseError(
        "SEC EDGAR answered in a shape that is not its own; check EDGAR_BASE_URL."
    )


def _rows(columns: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Cut the parallel arrays into one row a filing; a short column lacks its last values."""
    for at in range(len(columns[_NEEDED[0]])):
        yield {key: column[at] for key, column in columns.items() if at < len(column)}


def _result(
    row: Mapping[str, Any], *, name: str, cik: str, zone: ZoneInfo | None, fetched_at: datetime
) -> SearchResult | None:
    story = _story(row, name)
    link = _link(row, cik)
    if story is None or link is None:
        return None
    made = make_result(
        source=SourceName.EDGAR,
        title=story.title,
        url=link,
        snippet=story.snippet,
        publisher="SEC EDGAR",
        published_at=_published(row, zone, fetched_at),
        query=f"CIK {cik}",
        fetched_at=fetched_at,
        raw=row,
        language="en",
    )
    return made and replace(made, category_hint=story.category)


def _story(row: Mapping[str, Any], name: str) -> _Story | None:
    """Say what was filed; None for forms that are no news about the company."""
    form = row["form"].strip().upper() if isinstance(row["form"], str) else ""
    kind = form.removesuffix("/A")
    if kind == "8-K":
        return _current_report(row, name, is_amended=form != kind)
    report = REPORTS.get(kind)
    if report is None:
        return None
    deed = report.words if form == kind else report.amended
    if not deed:
        return None
    words, hint = described(kind, row.get("primaryDocDescription"))
    period = _day_of(row.get("reportDate")) if report.is_periodic else None
    told = f": {words}" if words else ""
    ended = f" for the period that ended on {_spelled(period)}" if period else ""
    return _Story(
        f"{name} {deed}{told} ({_marks(form, row)})",
        f"{name} {deed}{told}{ended}, by form {form} with the SEC{_filed_on(row)}.",
        report.category or hint,
    )


def _current_report(row: Mapping[str, Any], name: str, *, is_amended: bool) -> _Story:
    items = read_items(row.get("items"))
    deed = "amended an 8-K" if is_amended else "filed an 8-K"
    happened = _day_of(row.get("reportDate"))
    told = "; ".join(f"item {item.number}: {item.words}" for item in items) or "no items named"
    event = f" The event is of {_spelled(happened)}." if happened else ""
    return _Story(
        f"{name} {deed}: {_headline(items, row)}",
        f"{name} {deed} with the SEC{_filed_on(row)}: {told}.{event}",
        category_of(items),
    )


def _headline(items: Sequence[Item], row: Mapping[str, Any]) -> str:
    named = telling(items)
    if not named:
        return f"current report ({_marks('no items', row)})"
    numbers = f"item{'s' * (len(named) > 1)} {', '.join(item.number for item in named)}"
    return f"{' and '.join(item.words for item in named)} ({_marks(numbers, row)})"


def _marks(what: str, row: Mapping[str, Any]) -> str:
    """Add the day: without it, two filings of a week would look like one."""
    day = _day_of(row["filingDate"])
    return f"{what}, {_spelled(day)}" if day else what


def _link(row: Mapping[str, Any], cik: str) -> str | None:
    number = row["accessionNumber"]
    if not isinstance(number, str) or not _ACCESSION.fullmatch(number):
        return None
    folder = f"{_ARCHIVES}/{int(cik)}/{number.replace('-', '')}"
    document = row.get("primaryDocument")
    is_fit = isinstance(document, str) and _DOCUMENT.fullmatch(document)
    return f"{folder}/{document}" if is_fit else f"{folder}/{number}-index.htm"


# --- dates ------------------------------------------------------------------------------------


def _published(
    row: Mapping[str, Any], zone: ZoneInfo | None, fetched_at: datetime
) -> datetime | None:
    """Return when the filing could first be read.

    What EDGAR accepts in the evening gets the next business day as its filing date and is shown
    from that morning on.
    """
    stamp = _accepted(row.get("acceptanceDateTime"), zone)
    accepted = plausible(stamp, fetched_at=fetched_at)
    day = _day_of(row["filingDate"])
    morning = datetime.combine(day, _OPENS, _NEW_YORK).astimezone(UTC) if day else None
    if accepted is None or morning is None:
        return accepted or plausible(morning, fetched_at=fetched_at)
    return min(max(accepted, morning), fetched_at)


def _zone_of(stamps: Sequence[Any]) -> ZoneInfo | None:
    """Tell which clock a company's stamps are of; None is UTC.

    All end in Z, yet for about a fifth of the companies they are New York's time. Nothing says
    so but the hours: EDGAR takes nothing at night.
    """
    moments = [m for m in map(_moment, islice(stamps, _CLOCK_SAMPLE)) if m is not None]
    as_utc = sum(_is_office_hour(m.astimezone(_NEW_YORK)) for m in moments)
    as_local = sum(_is_office_hour(m) for m in moments)
    return _NEW_YORK if as_local > as_utc else None


def _is_office_hour(moment: datetime) -> bool:
    return _OPENS <= moment.time() < _CLOSES


def _accepted(stamp: object, zone: ZoneInfo | None) -> datetime | None:
    moment = _moment(stamp)
    return moment.replace(tzinfo=zone).astimezone(UTC) if moment and zone else moment


def _moment(stamp: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stamp) if isinstance(stamp, str) else None
        return moment and (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _day_of(text: object) -> date | None:
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return day if day and timedelta(0) < day - date(1990, 1, 1) < timedelta(days=60_000) else None


def _spelled(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _filed_on(row: Mapping[str, Any]) -> str:
    day = _day_of(row["filingDate"])
    return f" on {_spelled(day)}" if day else ""
