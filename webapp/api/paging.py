"""Cursors: a signed note of where a part of a list ended, good for the same list alone."""

import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from webapp.errors import InvalidInputError
from webapp.schemas.base import PageQuery
from webapp.services.list_order import Order, position_of

_SALT = "beacon.cursor"
_PAGE_FIELDS = {"skip", "limit", "after"}
_DIGITS = 16
_READERS: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "u": uuid.UUID,
}


def part(
    query: PageQuery,
    rows: Sequence[Any],
    *,
    total: int,
    order: Order | None = None,
    is_last: bool | None = None,
) -> dict[str, Any]:
    """Return what an answer says of the part of the list that it is.

    Lists with an order are read on from their last row; others, which are short, by number.
    `is_last` is for who knows better than the numbers tell.
    """
    return {
        "total": total,
        "skip": query.skip,
        "limit": query.limit,
        "next_after": None if is_last else _next(query, rows, total, order),
    }


def read_cursor(query: PageQuery) -> None:
    """Make a query begin where its cursor says. Raises InvalidInputError."""
    if query.after is None:
        return
    if "skip" in query.model_fields_set:
        raise InvalidInputError.of("after", "Take `skip` or `after`, not both.")
    try:
        name, place = _signer().loads(query.after)
    except (BadData, ValueError, TypeError):
        name, place = None, None
    if name is None or name != _name_of(query):
        message = "This cursor belongs to another list or other filters. Begin without it."
        raise InvalidInputError.of("after", message)
    if isinstance(place, int):
        query.skip = place
    else:
        query.begin_after([_read(each) for each in place])


def _next(query: PageQuery, rows: Sequence[Any], total: int, order: Order | None) -> str | None:
    is_end = query.position is None and query.skip + len(rows) >= total
    if is_end or len(rows) < query.limit:
        return None
    place: int | list[Any] = query.skip + len(rows)
    if order is not None:
        place = [_written(each) for each in position_of(order, rows[-1])]
    return str(_signer().dumps([_name_of(query), place]))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=_SALT)


def _name_of(query: PageQuery) -> str:
    """Return what tells this list with its filters from others."""
    filters = query.model_dump(mode="json", exclude=_PAGE_FIELDS)
    text = json.dumps([request.path.rstrip("/"), filters], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _written(value: Any) -> Any:  # noqa: ANN401 -- a column's value
    """Return a value as JSON holds it; what JSON does not know is a pair of its kind and text."""
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, uuid.UUID):
        return ["u", value.hex]
    return value


def _read(value: Any) -> Any:  # noqa: ANN401 -- a column's value
    return _READERS[value[0]](value[1]) if isinstance(value, list) else value
