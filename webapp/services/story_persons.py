"""Persons that a text names together with what they are or do, and dates that it sets."""

import re
from collections.abc import Sequence
from datetime import datetime

_NAME = r"(?:[A-Z][\w'\u2019-]+ (?:[A-Z]\. |(?:van|von|de|da|del|bin|al) )?[A-Z][\w'\u2019-]+)"
_ROLE = (
    r"(?:CEO|CFO|COO|CTO|CMO|CIO|CISO|[Cc]hief(?: [a-z]+){0,3} officer|[Cc]hief executive|"
    r"[Cc]hief financial|[Pp]resident|[Cc]hair(?:man|woman|person)?|[Ff]ounder|[Cc]o-founder|"
    r"[Dd]irector|[Mm]anaging director|[Bb]oss|[Hh]ead of [a-z]+|[Vv]ice president)"
)
_BEFORE = re.compile(
    rf"\b(?:{_ROLE}|[Nn]ames?|[Nn]amed|[Aa]ppoint(?:s|ed)|[Hh]ires?|[Hh]ired|[Tt]aps|[Tt]apped|"
    rf"[Pp]romotes|[Pp]romoted|[Pp]icks?|[Pp]icked|Mr\.?|Ms\.?|Mrs\.?|Dr\.?),? (?P<name>{_NAME})"
)
_AFTER = re.compile(
    rf"\b(?P<name>{_NAME}),? (?:(?:as|to be|becomes|is|named|the|its|new|interim|to become) )*"
    rf"(?:{_ROLE}|to lead|to succeed|joins|resigns|steps down|retires|departs|quits|takes over)\b"
)
_NO_PERSON = re.compile(
    r"\b(?:Inc|Corp|Ltd|LLC|Bank|Health|Group|Capital|Partners|Holdings|Company|Technologies|"
    r"Systems|Energy|Foods|Media|Logistics|Robotics|University|Street|Chief|New|North|South|East|"
    r"West|United|Wall|White|The|Executive|Officer|Financial|Director|President|Board)\b"
)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_CUE = (
    r"\b(?:on|by|until|till|from|in|to|for|before|after|effective|starting|begins?|ends?|"
    r"closes?|opens?|launch(?:es)?|deadline(?: is)?|expected|due|early|late|mid)\s"
)
_DATE = re.compile(
    rf"{_CUE}(?P<date>(?:{_MONTH}\.? \d{{1,2}}\b(?:,? \d{{4}}\b)?|"
    rf"\d{{1,2}} {_MONTH}\b(?: \d{{4}}\b)?|{_MONTH} \d{{4}}\b|Q[1-4] \d{{4}}\b|\d{{4}}-\d\d-\d\d\b"
    r"|(?:early |mid-?|late )?20[2-9]\d\b|(?:next )?(?:spring|summer|autumn|fall|winter)"
    r"(?: (?:of )?20\d\d)?\b))"
)
_DAY = re.compile(rf"\b{_MONTH}\.? \d{{1,2}}\b|\b\d{{1,2}} {_MONTH}\b|\d{{4}}-\d\d-\d\d")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def persons_in(text: str, *, company_names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the persons that a text names with a role or a change of it, each once."""
    found = [
        match["name"]
        for pattern in (_BEFORE, _AFTER)
        for match in pattern.finditer(text)
        if not _NO_PERSON.search(match["name"])
    ]
    companies = {name.casefold() for name in company_names}
    return tuple(dict.fromkeys(name for name in found if name.casefold() not in companies))


def dates_in(text: str, *, published_at: datetime | None) -> tuple[str, ...]:
    """Return the dates that a text sets; the day of the report itself is none of them."""
    found = dict.fromkeys(match["date"] for match in _DATE.finditer(text))
    return tuple(date for date in found if not _is_day(date, published_at))


def without_dates(text: str) -> str:
    """Return a text without days of a month and years, whose numbers are no amounts."""
    return _DAY.sub(" ", text)


def date_key(date: str) -> str:
    """Return a date so that its spellings are equal: month and day, or what there is."""
    lowered = date.lower()
    month = next((name for name in _MONTHS if re.search(rf"\b{name}", lowered)), "")
    if not month:
        return re.sub(r"\b(?:next|of)\b|\s+|-", "", lowered)
    day = re.search(r"\b\d{1,2}\b", lowered)
    return f"{month}{day[0].lstrip('0')}" if day else f"{month}{_year(date)}"


def are_same_date(one: str, other: str) -> bool:
    """Tell whether two dates may be the same: of different years, where both tell one, never."""
    first, second = _year(one), _year(other)
    return date_key(one) == date_key(other) and (not first or not second or first == second)


def are_same_person(one: str, other: str) -> bool:
    """Tell whether two names are of one person."""
    return person_key(one) == person_key(other)


def person_key(name: str) -> str:
    """Return a person's last name, by which the reports of one story know them."""
    return name.casefold().split()[-1]


def _year(date: str) -> str:
    year = re.search(r"\b\d{4}\b", date)
    return year[0] if year else ""


def _is_day(date: str, moment: datetime | None) -> bool:
    if moment is None:
        return False
    today = f"{_MONTHS[moment.month - 1]}{moment.day}"
    return date_key(date) == today or date in (f"{moment:%Y-%m-%d}", f"{moment:%Y}")
