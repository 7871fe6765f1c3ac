"""Words for mails: single lines that cannot break a header, plain figures, local times."""

import re
import unicodedata
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from webapp.enums import Provenance

MAX_SUBJECT = 180
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
_DAYS_SHOWN_AHEAD = 120
_POSITIVE, _NEGATIVE = 0.15, -0.15

PROVENANCE_WORDS: dict[Provenance, str] = {
    Provenance.LIVE: "Live source",
    Provenance.CACHED: "From an answer fetched earlier",
    Provenance.SIMULATED: "Simulated: invented, not real news",
}


def one_line(text: str, limit: int = MAX_SUBJECT) -> str:
    """Return the text as one printable line of at most `limit` characters.

    Line breaks, control characters and marks that turn the reading direction are taken out, so
    that a title from the web can neither add a header nor disguise itself.
    """
    visible = "".join(" " if _is_unprintable(each) else each for each in text)
    joined = " ".join(_DIRECTION_MARKS.sub("", visible).split())
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def paragraphs(text: str) -> list[str]:
    """Split a text at its blank lines; each part as one line without control characters."""
    return [one_line(part, 4000) for part in re.split(r"\n\s*\n", text) if part.strip()]


def headline(client_name: str, title: str) -> str:
    """Name the client before the title, unless the title starts with the name already."""
    if title.casefold().startswith(client_name.casefold()):
        return title
    return f"{client_name}: {title}"


def money(amount: float, currency: str) -> str:
    """Say a yearly amount in round figures: `$240k`, `EUR 1.2M`."""
    sign = "$" if currency == "USD" else f"{currency} "
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if amount >= size:
            return f"{sign}{amount / size:.1f}".removesuffix(".0") + letter
    return f"{sign}{amount:.0f}"


def renewal(on: date, today: date) -> str:
    """Say when a contract renews, in days where that is soon."""
    days = (on - today).days
    if days < 0:
        return f"renewal was due on {on:%d %b %Y}"
    if days > _DAYS_SHOWN_AHEAD:
        return f"renews on {on:%d %b %Y}"
    return "renews today" if days == 0 else f"renews in {days} {'day' if days == 1 else 'days'}"


def sentiment(score: float) -> str:
    """Say a sentiment of -1.0 to 1.0 in one word."""
    if score <= _NEGATIVE:
        return "Negative"
    return "Positive" if score >= _POSITIVE else "Neutral"


def local_time(at: datetime, zone: str) -> str:
    """Say a time in the reader's zone: `22 Nov 2026, 08:54`."""
    return f"{at.astimezone(ZoneInfo(zone)):%d %b %Y, %H:%M}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Say a number with its noun: `1 event`, `3 events`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def safe_url(url: str) -> str | None:
    """Return the address if a mail may link to it (http and https only), else None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
