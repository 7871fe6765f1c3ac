"""Dates as search engines and feeds write them, made into aware UTC."""

import calendar
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_UNITS = {
    "second": timedelta(seconds=1),
    "sec": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "hr": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_RELATIVE = re.compile(rf"(\d{{1,3}}|an?|one)\s+({'|'.join(_UNITS)})s?\s+ago", re.IGNORECASE)
_DAY_FORMATS = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%Y-%m-%d", "%Y/%m/%d")
_CALENDAR_DAY = r"[A-Za-z]{3,9}\.? \d{1,2}, \d{4}|\d{1,2} [A-Za-z]{3,9} \d{4}"
_DIVIDER = r"(?:\.{3}|\u2026|\u2014|\u2013|\u00b7| - )"  # dots, dashes, middle dot
_LEADING = re.compile(rf"\s*({_RELATIVE.pattern}|{_CALENDAR_DAY})\s*{_DIVIDER}\s*", re.IGNORECASE)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_CLOCK_SKEW = timedelta(days=1)


def parse_when(text: object, *, fetched_at: datetime) -> datetime | None:
    """Read a date in any of the ways in which sources write it, else None.

    Relative ones ("53 mins ago") count from `fetched_at`. A date that cannot be true of news,
    more than a day ahead or before 1990, is None too.
    """
    if not isinstance(text, str):
        return None
    cleaned = text.strip()
    moment = _relative(cleaned, fetched_at) or _timestamp(cleaned) or _day(cleaned)
    return plausible(moment, fetched_at=fetched_at)


def split_leading_date(snippet: str, *, fetched_at: datetime) -> tuple[datetime | None, str]:
    """Take the date off a snippet such as "3 days ago ... Halcyon said"; return both parts."""
    match = _LEADING.match(snippet)
    moment = parse_when(match.group(1), fetched_at=fetched_at) if match else None
    return (moment, snippet[match.end() :]) if match and moment else (None, snippet)


def from_struct(value: object, *, fetched_at: datetime) -> datetime | None:
    """Read feedparser's time tuple, which is in UTC."""
    if not isinstance(value, time.struct_time):
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return plausible(moment, fetched_at=fetched_at)


def plausible(moment: datetime | None, *, fetched_at: datetime) -> datetime | None:
    """Return the moment if news can be from then."""
    if moment is None or not _EARLIEST <= moment <= fetched_at + _CLOCK_SKEW:
        return None
    return min(moment, fetched_at)


def _relative(text: str, fetched_at: datetime) -> datetime | None:
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return fetched_at - timedelta(days=1) if text.lower() == "yesterday" else None
    count = int(match.group(1)) if match.group(1).isdigit() else 1
    return fetched_at - count * _UNITS[match.group(2).lower()]


def _timestamp(text: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
            return _aware(moment)
        except (ValueError, OverflowError):
            continue
    return None


def _day(text: str) -> datetime | None:
    for day_format in _DAY_FORMATS:
        try:
            return datetime.strptime(text.replace(".", ""), day_format).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
