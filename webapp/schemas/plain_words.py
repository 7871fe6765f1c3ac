"""What a person is told when a value does not fit: what to give instead of it."""

from collections.abc import Callable, Mapping
from typing import Any

Problem = Mapping[str, Any]


def _too_few(limits: Mapping[str, Any]) -> str:
    least = limits["min_length"]
    return "Choose at least one." if least == 1 else f"Use at least {least:,} {_parts(limits)}."


_WORDS: dict[str, str | Callable[[Mapping[str, Any]], str]] = {
    "missing": "Fill this in.",
    "extra_forbidden": "There is no such field.",
    "enum": lambda limits: f"Choose one of: {_choices(limits)}.",
    "literal_error": lambda limits: f"Choose one of: {_choices(limits)}.",
    "uuid_parsing": "This is not an id.",
    "uuid_type": "This is not an id.",
    "int_parsing": "Give a whole number.",
    "int_parsing_size": "Give a smaller number.",
    "int_from_float": "Give a whole number.",
    "int_type": "Give a whole number.",
    "float_parsing": "Give a number.",
    "float_type": "Give a number.",
    "finite_number": "Give a number.",
    "bool_parsing": "Give true or false.",
    "bool_type": "Give true or false.",
    "string_type": "Give a text.",
    "list_type": "Give a list.",
    "dict_type": "Give an object.",
    "string_too_long": lambda limits: f"Use at most {limits['max_length']:,} characters.",
    "string_too_short": lambda limits: f"Use at least {limits['min_length']:,} characters.",
    "too_long": lambda limits: f"Use at most {limits['max_length']:,} {_parts(limits)}.",
    "too_short": _too_few,
    "greater_than_equal": lambda limits: f"Give {_number(limits['ge'])} or more.",
    "greater_than": lambda limits: f"Give more than {_number(limits['gt'])}.",
    "less_than_equal": lambda limits: f"Give {_number(limits['le'])} or less.",
    "less_than": lambda limits: f"Give less than {_number(limits['lt'])}.",
    "date_parsing": "Give a date such as 2027-01-31.",
    "date_type": "Give a date such as 2027-01-31.",
    "date_from_datetime_parsing": "Give a date such as 2027-01-31.",
    "date_from_datetime_inexact": "Give a date such as 2027-01-31.",
    "datetime_parsing": "Give a time such as 2027-01-31T09:00:00Z.",
    "datetime_from_date_parsing": "Give a time such as 2027-01-31T09:00:00Z.",
    "datetime_type": "Give a time such as 2027-01-31T09:00:00Z.",
    "time_parsing": "Give a time such as 09:30.",
    "time_type": "Give a time such as 09:30.",
}


def plain_words(problem: Problem) -> str:
    """Say what is wrong with one value, from pydantic's account of it; our own words stay."""
    words = _WORDS.get(problem["type"])
    if words is None:
        text: str = problem["msg"]
        return text.removeprefix("Value error, ")
    return words if isinstance(words, str) else words(problem["ctx"])


def _choices(limits: Mapping[str, Any]) -> str:
    """Write `'inbox', 'unread' or 'done'` as `inbox, unread, done`."""
    return str(limits["expected"]).replace("'", "").replace(" or ", ", ")


def _parts(limits: Mapping[str, Any]) -> str:
    """Name what a limit counts: of a text behind a validator pydantic only says `Value`."""
    return "characters" if limits.get("field_type") == "Value" else "entries"


def _number(limit: object) -> str:
    return f"{limit:,.10g}" if isinstance(limit, int | float) else str(limit)
