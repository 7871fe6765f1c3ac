"""Days in somebody's zone as moments."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_TICK = timedelta(microseconds=1)


def first_moment(given: date | datetime, zone: str) -> datetime:
    """Return the moment itself, or the first one of a day in the zone."""
    if isinstance(given, datetime):
        return given
    return datetime.combine(given, time.min, ZoneInfo(zone))


def last_moment(given: date | datetime, zone: str) -> datetime:
    """Return the moment itself, or the last one of a day in the zone."""
    if isinstance(given, datetime):
        return given
    return first_moment(given + timedelta(days=1), zone) - _TICK
