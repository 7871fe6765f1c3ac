"""The orders of the list of events, each so that it can be read on from any row."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, SQLColumnExpression, and_, case, literal_column

from webapp import clock
from webapp.enums import Urgency
from webapp.models import Event, EventUserState
from webapp.models.event import SEVERITY_RANK
from webapp.schemas.events import EventSort
from webapp.services.event_filters import midnight
from webapp.services.event_rows import EventRow
from webapp.services.list_order import Key, Order, newest

_RANK = SEVERITY_RANK.replace("severity", "events.severity", 1)
LATEST = newest(Event, "event.")


def order_of(sort: EventSort, zone: str) -> Order:
    """Return the order of a list; newest first, then id, settles what is equal.

    The pressing order starts with what was found today, in that zone, and is unread; then comes
    high urgency, and within each the most relevant.
    """
    orders: dict[EventSort, Order] = {
        EventSort.NEWEST: LATEST,
        EventSort.OLDEST: (
            Key(Event.created_at, "event.created_at"),
            Key(Event.id, "event.id"),
        ),
        EventSort.RELEVANCE: (_RELEVANCE, *LATEST),
        EventSort.SEVERITY: (_SEVERITY, *LATEST),
        EventSort.PRESSING: (_is_old_or_read(zone), _URGENCY, _RELEVANCE, *LATEST),
    }
    return orders[sort]


def sorted_by(sort: EventSort, zone: str) -> tuple[SQLColumnExpression[Any], ...]:
    """Return an order as a query takes it."""
    return tuple(key.sorted for key in order_of(sort, zone))


_RELEVANCE = Key(Event.relevance_score, "event.relevance_score", descending=True)
_SEVERITY = Key(literal_column(_RANK, Integer), "event.severity.rank", descending=True)
_URGENCY = Key(
    case((Event.urgency == Urgency.HIGH, 0), else_=1),
    lambda row: int(row.event.urgency != Urgency.HIGH),
)


def _is_old_or_read(zone: str) -> Key:
    start = midnight(clock.now().astimezone(ZoneInfo(zone)).date(), zone)
    is_new = and_(Event.created_at >= start, EventUserState.read_at.is_(None))
    return Key(case((is_new, 0), else_=1), _since(start))


def _since(start: datetime) -> Callable[[EventRow], int]:
    def rank(row: EventRow) -> int:
        is_read = row.state is not None and row.state.read_at is not None
        return int(row.event.created_at < start or is_read)

    return rank
