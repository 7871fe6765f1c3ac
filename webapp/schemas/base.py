"""The base of every schema, and the types that all of them share."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    ValidationError,
)

from webapp.errors import FieldError, InvalidInputError
from webapp.schemas.plain_words import plain_words

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DEFAULT_LIMIT = 50
MAX_LIMIT = 100


def _as_utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar in a far zone
        raise ValueError("must lie between the years 1 and 9999 in UTC") from None


def _with_z(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


UtcTime = Annotated[
    datetime, AfterValidator(_as_utc), PlainSerializer(_with_z, return_type=str, when_used="json")
]
"""A time: any offset accepted, naive read as UTC, sent as ISO 8601 with Z."""


def _iso_day(value: object) -> object:
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        raise ValueError("give a date such as 2026-11-22")
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
"""A date as ISO 8601 has it; numbers, which could be seconds, are none."""


class Schema(BaseModel):
    """What comes in: unknown fields are refused, text is trimmed, numbers are finite."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, allow_inf_nan=False, from_attributes=True
    )


class Answer(BaseModel):
    """What goes out: built from a row's attributes."""

    model_config = ConfigDict(from_attributes=True)


class PageQuery(Schema):
    """Which part of a list is wanted."""

    skip: int = Field(0, ge=0, le=10_000_000, description="How many items to pass over")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many items to return")
    after: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="The `next_after` of an answer to the same filters, to read on from there",
    )

    _position: list[Any] | None = PrivateAttr(default=None)

    @property
    def position(self) -> list[Any] | None:
        """The values of the row that the part begins after; None where it begins by number."""
        return self._position

    def begin_after(self, position: list[Any]) -> None:
        """Begin after a row instead of after so many rows."""
        self._position = position


NextAfter = Annotated[
    str | None,
    Field(description="What to send as `after` for the next part; null where this is the last"),
]


class MessageAnswer(Answer):
    """A sentence about what was done."""

    message: str


def invalid_input(error: ValidationError) -> InvalidInputError:
    """Turn pydantic's error into ours: one entry a field, in plain words, without the input."""
    problems: list[Any] = error.errors(include_url=False, include_input=False)
    fields = [
        FieldError(
            ".".join(str(part) for part in problem["loc"]) or "body",
            _entry(problem["loc"]) + plain_words(problem),
        )
        for problem in problems
    ]
    names = ", ".join(dict.fromkeys(each.field for each in fields))
    return InvalidInputError(f"Check these values: {names}.", fields)


def _entry(place: Sequence[str | int]) -> str:
    """Say which entry of a list is meant: a form shows one message for all of them."""
    return f"Entry {place[-1] + 1}: " if place and isinstance(place[-1], int) else ""
