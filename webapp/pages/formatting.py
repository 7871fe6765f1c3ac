"""How numbers, times and names are written on pages: the filters that all templates share."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from math import floor, log10
from urllib.parse import urlsplit
from zlib import crc32
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, g, has_app_context
from markupsafe import Markup, escape

from webapp import clock
from webapp.services.provider_names import label_of, source_label

MINUTE, HOUR, DAY = 60, 3600, 86400
MONTH, YEAR = 30 * DAY, 365 * DAY
NOTHING = "–"  # noqa: RUF001 -- an en dash stands for "nothing" on pages
HUES = 5
MONEY_STEPS = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
WORDS = {"crm": "CRM", "api": "API", "sec": "SEC", "rss": "RSS", "ai": "AI", "smb": "SMB"}
"""Words that `label` writes in capitals."""


def register(app: Flask) -> None:
    """Add the filters, and `now()` for templates that compare times."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["now"] = clock.now


# Times ------------------------------------------------------------------------------------


def zone_of(name: str | None) -> ZoneInfo:
    """Return the zone of that name, else the viewer's (`g.time_zone`), else UTC."""
    wanted = name or (g.get("time_zone") if has_app_context() else None) or "UTC"
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def aware(moment: datetime) -> datetime:
    """Return the moment with a zone; one without is UTC, as databases hand it out."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def distance(seconds: float) -> str:
    """Write a length of time in its one most telling unit: `45 s`, `18 min`, `22 h`, `6 d`."""
    steps = ((MINUTE, 1, "s"), (HOUR, MINUTE, "min"), (DAY, HOUR, "h"), (2 * MONTH, DAY, "d"))
    for limit, unit, name in (*steps, (2 * YEAR, MONTH, "mo")):
        if seconds < limit:
            return f"{int(seconds // unit)} {name}"
    return f"{int(seconds // YEAR)} y"


def relative(moment: datetime | None, now: datetime | None = None) -> str:
    """Write how far a moment lies from now: `18 min ago`, `in 22 h`, `just now`; None is a dash."""
    if moment is None:
        return NOTHING
    seconds = (aware(moment) - (now or clock.now())).total_seconds()
    if abs(seconds) < MINUTE:
        return "just now" if seconds <= 0 else "in a moment"
    return f"in {distance(seconds)}" if seconds > 0 else f"{distance(-seconds)} ago"


def local_datetime(moment: datetime | None, zone: str | None = None) -> str:
    """Write `Mon 23 Nov 07:30` in the zone, with the year where it is not the current one."""
    if moment is None:
        return NOTHING
    local = aware(moment).astimezone(zone_of(zone))
    year = "" if local.year == clock.now().year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def local_full(moment: datetime | None, zone: str | None = None) -> str:
    """Write `Monday 23 November 2026, 07:30 CET`, for titles."""
    if moment is None:
        return NOTHING
    local = aware(moment).astimezone(zone_of(zone))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"


def local_date(moment: date | datetime | None, zone: str | None = None) -> str:
    """Write `2 Jan 2027` in the zone; a bare date stays as it is."""
    if moment is None:
        return NOTHING
    day = aware(moment).astimezone(zone_of(zone)) if isinstance(moment, datetime) else moment
    return f"{day.day} {day:%b %Y}"


def local_time(moment: datetime | None, zone: str | None = None) -> str:
    """Write `07:30` in the zone."""
    return NOTHING if moment is None else f"{aware(moment).astimezone(zone_of(zone)):%H:%M}"


def day_name(moment: date | datetime, zone: str | None = None, now: datetime | None = None) -> str:
    """Write the heading of a day: `Today`, `Yesterday`, else `Sunday 22 November`."""
    where = zone_of(zone)
    day = aware(moment).astimezone(where).date() if isinstance(moment, datetime) else moment
    today = (now or clock.now()).astimezone(where).date()
    if day == today:
        return "Today"
    return "Yesterday" if day == today - timedelta(days=1) else f"{day:%A} {day.day} {day:%B}"


def iso(moment: date | datetime | None) -> str:
    """Write a moment as `<time datetime>` takes it, in UTC."""
    if isinstance(moment, datetime):
        return aware(moment).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return moment.isoformat() if moment else ""


def duration(seconds: float | timedelta | None) -> str:
    """Write how long something took: `0.4 s`, `38 s`, `1 m 48 s`, `2 h 5 m`, `3 d 4 h`."""
    if seconds is None:
        return NOTHING
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
    if total < 9.95:  # noqa: PLR2004 -- from here on tenths say nothing
        return f"{total:.1f} s" if total % 1 else f"{total:.0f} s"
    whole = round(total)
    for unit, name, smaller, smaller_name in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "m")):
        if whole >= unit:
            rest = whole % unit // smaller
            return f"{whole // unit} {name}" + (f" {rest} {smaller_name}" if rest else "")
    minutes, rest = divmod(whole, MINUTE)
    return " ".join(part for part in (minutes and f"{minutes} m", rest and f"{rest} s") if part)


# Numbers ----------------------------------------------------------------------------------


def money(amount: float | None, currency: str = "USD") -> str:
    """Write an amount briefly: `$240k`, `$1.1M`, `$0.04`, `-$3k`."""
    if amount is None:
        return NOTHING
    symbol = SYMBOLS.get(currency, f"{currency} ")
    sign, size = ("-" if amount < 0 else ""), abs(float(amount))
    for step, letter in MONEY_STEPS:
        # What would be rounded up to a thousand of the smaller step belongs to this one.
        if size >= step * 0.9995:
            return f"{sign}{symbol}{_three_figures(size / step)}{letter}"
    whole = size >= 100 or size == int(size)  # noqa: PLR2004 -- above it cents say nothing
    return f"{sign}{symbol}{size:.0f}" if whole else f"{sign}{symbol}{_cents(size)}"


def _three_figures(value: float) -> str:
    digits = 0 if value >= 99.95 else 1  # noqa: PLR2004 -- three figures are enough
    return f"{value:.{digits}f}".removesuffix(".0")


def _cents(size: float) -> str:
    """Two decimals, or more where two would show nothing."""
    return f"{size:.2f}" if size >= 0.01 else f"{size:.{1 - floor(log10(size))}f}"  # noqa: PLR2004 -- a cent


def percent(value: float | None, digits: int = 1) -> str:
    """Write a percentage with so many digits: 48.125 is `48.1%`, and 50 is `50.0%`."""
    if value is None:
        return NOTHING
    return f"{float(value):.{digits}f}%"


def number(value: float | None) -> str:
    """Write a count with separators: `12,431`."""
    return NOTHING if value is None else f"{value:,}"


def score(value: float | None) -> str:
    """Write a relevance of 0 to 1 as `94`."""
    return NOTHING if value is None else f"{float(value) * 100:.0f}"


def signed(value: float | None, digits: int = 2) -> str:
    """Write a sentiment with its sign: `+0.64`, `−0.72`, `0.00`."""  # noqa: RUF002 -- a minus sign
    if value is None:
        return NOTHING
    text = f"{abs(float(value)):.{digits}f}"
    if not float(text):
        return text
    return f"{'−' if value < 0 else '+'}{text}"  # noqa: RUF001 -- a minus sign


def plural(count: float, one: str, many: str | None = None) -> str:
    """Write a count with its noun: `1 event`, `12 events`, `2 replies` (with `many` given)."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


# Names ------------------------------------------------------------------------------------


def initials(name: str | None) -> str:
    """Return one or two capitals for an avatar: `Halcyon Health` is HH, `ana` is AN."""
    words: list[str] = re.findall(r"[^\W_]+", name or "")
    if not words:
        return "?"
    letters = words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]
    return letters.upper()


def hue(name: str | None) -> str:
    """Return the CSS class of a name's colour: the same for the same name, everywhere."""
    return f"hue-{crc32((name or '').encode()) % HUES}"


def label(value: str | None) -> str:
    """Write a vocabulary's word for people: `leadership_change` is `Leadership change`."""
    words = [WORDS.get(word, word) for word in str(value or NOTHING).split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def hostname(url: str | None) -> str:
    """Return the site of an address: `https://www.example.com/a` is `example.com`."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        host = None
    return (host or "").removeprefix("www.")


def attributes(values: Mapping[str, object]) -> Markup:
    """Write HTML attributes: `hx_get` becomes `hx-get`; None and False leave one out, True is bare.

    Values are escaped; names come from templates only. `class_` and `for_` lose their underscore.
    """
    parts = []
    for key, value in values.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        parts.append(name if value is True else f'{name}="{escape(str(value))}"')
    return Markup("".join(f" {part}" for part in parts))  # noqa: S704 -- each value is escaped above


def slug(text: object) -> str:
    """Return a word fit for an element's id."""
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-") or "x"


FILTERS: dict[str, Callable[..., object]] = {
    "relative": relative,
    "local_datetime": local_datetime,
    "local_full": local_full,
    "local_date": local_date,
    "local_time": local_time,
    "day_name": day_name,
    "iso": iso,
    "duration": duration,
    "money": money,
    "percent": percent,
    "number": number,
    "score": score,
    "signed": signed,
    "plural": plural,
    "initials": initials,
    "hue": hue,
    "label": label,
    "hostname": hostname,
    "source_name": source_label,
    "attributes": attributes,
    "slug": slug,
    "provider_name": label_of,
}
