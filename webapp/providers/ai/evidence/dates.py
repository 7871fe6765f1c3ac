"""Dates in a text, in parts: a claim may say less of a day than its source, never more."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|"
    r"JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|"
    r"SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)"
)
_DAY = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_DATES = (
    re.compile(rf"\b(?P<y>{_YEAR})-(?P<m>[01]\d)-(?P<d>[0-3]\d)\b"),
    re.compile(
        rf"\b(?P<d>{_DAY})(?:\sof)?[\s-](?P<name>{_MONTH})\b\.?(?:,?[\s-](?P<y>{_YEAR})\b)?"
    ),
    re.compile(rf"\b(?P<name>{_MONTH})\b\.?\s(?P<d>{_DAY})\b(?!\s?%)(?:,?\s(?P<y>{_YEAR})\b)?"),
    re.compile(rf"\b(?P<name>{_MONTH})\b\.?,?(?:\sof)?\s(?P<y>{_YEAR})\b"),
    re.compile(r"\b(?P<a>[0-3]?\d)[/.](?P<b>[0-3]?\d)[/.](?P<y>(?:19|20)\d\d)\b"),
    re.compile(
        r"\b(?P<name>January|February|April|June|July|August|September|October|November|"
        r"December|JANUARY|FEBRUARY|APRIL|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|"
        r"DECEMBER)\b"
    ),
    re.compile(
        r"(?:(?<=in )|(?<=since )|(?<=by )|(?<=until )|(?<=of )|(?<=for )|(?<=late )|"
        r"(?<=early )|(?<=next )|(?<=last ))(?P<name>March|May)\b"
    ),
)
_RANGE_BEFORE = re.compile(
    rf"\b(?P<from>{_DAY})\s?(?:-|to|and|until)\s?(?P<until>{_DAY})\s(?P<name>{_MONTH})\b"
)
_RANGE_BEHIND = re.compile(
    rf"\b(?P<name>{_MONTH})\s(?P<from>{_DAY})\s?(?:-|to|and|until)\s?(?P<until>{_DAY})\b(?!,?\d)"
)
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)


@dataclass(frozen=True)
class Day:
    """A date as far as it is told; None where a part is not."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def is_told_by(self, other: "Day") -> bool:
        """Tell whether every part that this date states is stated by the other one."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine is None or mine == theirs for mine, theirs in pairs)


Readings = tuple[Day, ...]
"""What one date can mean: 04/01/2027 is a day of January or of April."""


@lru_cache(maxsize=2048)
def _parted(plain: str) -> tuple[str, tuple[Readings, ...]]:
    days: list[Readings] = []
    text = _RANGE_BEFORE.sub(r"\g<from> \g<name> to \g<until> \g<name>", plain)
    text = _RANGE_BEHIND.sub(r"\g<name> \g<from> to \g<name> \g<until>", text)
    for pattern in _DATES:
        days += (_readings(match.groupdict()) for match in pattern.finditer(text))
        text = pattern.sub(" ; ", text)
    return text, tuple(days)


def without_dates(plain: str) -> str:
    """Return a folded text without its dates."""
    return _parted(plain)[0]


def years_in(plain: str) -> frozenset[int]:
    """Return the years of the dates of a folded text."""
    return frozenset(day.year for days in _parted(plain)[1] for day in days if day.year)


def missing_dates(claim: str, sources: Iterable[str]) -> list[str]:
    """Return what a folded claim says of days and the folded sources do not, in words."""
    texts = tuple(sources)
    known = [day for text in texts for days in _parted(text)[1] for day in days]
    strange = [
        str(days[0])
        for days in _parted(claim)[1]
        if not any(day.is_told_by(other) for day in days for other in known)
    ]
    weekdays = {each.lower() for text in texts for each in _WEEKDAY.findall(text)}
    strange += [each for each in _WEEKDAY.findall(claim) if each.lower() not in weekdays]
    return strange


def _readings(parts: dict[str, str | None]) -> Readings:
    year = int(parts.get("y") or 0) or None
    if parts.get("a") and parts.get("b"):
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        both = ((first, second), (second, first))
        return tuple(Day(year, month, day) for month, day in both)
    name = parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts.get("m") or 0)
    digits = re.sub(r"\D", "", parts.get("d") or "")
    return (Day(year, month or None, int(digits) if digits else None),)
