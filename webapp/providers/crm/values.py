"""Single values out of a CRM, as numbers, dates and short texts; what is none is None."""

import math
import re
from datetime import UTC, date, datetime

_TEXT_LIMIT = 255
_MOST_MONEY = 1e15
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_NUMBER = re.compile(r"\d{1,18}(?:\.\d{1,100})?")
_MILLISECONDS = re.compile(r"-?\d{9,15}")
_YEARS = range(1970, 2200)


def text(value: object) -> str | None:
    """Return a short text in one line, or None for anything else."""
    if not isinstance(value, str):
        return None
    storable = value.replace("\x00", "").encode(errors="ignore").decode()
    return " ".join(storable.split())[:_TEXT_LIMIT].strip() or None


def day(value: object) -> date | None:
    """Return the day in UTC of a date, a time stamp, or milliseconds since 1970 as text."""
    if not isinstance(value, str):
        return None
    written = value.strip()
    try:
        if _MILLISECONDS.fullmatch(written):
            found = datetime.fromtimestamp(int(written) / 1000, tz=UTC)
        else:
            found = datetime.fromisoformat(written)
            found = found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError, OSError):
        return None
    return found.date() if found.year in _YEARS else None


def money(value: object) -> float | None:
    """Return an amount of zero or more, from a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MOST_MONEY else None


def written_money(value: object) -> float | None:
    """Return an amount of zero or more, from plain digits as text."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return None
    amount = float(value)
    return money(amount) if math.isfinite(amount) else None


def count_of(value: object) -> int | None:
    """Return a whole number of zero or more, from a number or from digits as text."""
    amount = money(value) if not isinstance(value, str) else written_money(value)
    return None if amount is None else int(amount)


def currency_code(value: object) -> str | None:
    """Return a currency's three letters in capitals."""
    code = text(value)
    return code.upper() if code and _CURRENCY.fullmatch(code) else None


def is_true(value: object) -> bool:
    """Tell whether a CRM that writes everything as text says yes."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")
