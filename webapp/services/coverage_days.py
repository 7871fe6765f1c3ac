"""Days of a user's zone as spans of UTC, and a column that tells a row's day in SQL."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, literal

from webapp import clock
from webapp.errors import InvalidInputError
from webapp.schemas.coverage import MAX_DAYS, CoveragePeriod

_YEARS = range(1970, 2200)


@dataclass(frozen=True)
class Period:
    """Some days in a row, and the moments at which they begin; the last moment ends them."""

    days: tuple[date, ...]
    bounds: tuple[datetime, ...]

    def within(self, column: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- a column of times
        """Limit a query to these days."""
        found: ColumnElement[bool] = (column >= self.bounds[0]) & (column < self.bounds[-1])
        return found

    def day_number(self, column: Any) -> ColumnElement[int]:  # noqa: ANN401 -- as above
        """Return the day's number, from 0, with the daylight saving that no database knows."""
        inner = list(enumerate(self.bounds[1:-1]))
        if not inner:
            return literal(0)
        return case(*((column < end, number) for number, end in inner), else_=len(inner))


def period(given: CoveragePeriod, zone: str) -> Period:
    """Return the days that are asked for; raises InvalidInputError for too many, or none."""
    last = given.end_date or clock.now().astimezone(ZoneInfo(zone)).date()
    first = given.start_date or last
    for name in ("start_date", "end_date"):
        day = getattr(given, name)
        if day is not None and day.year not in _YEARS:
            raise InvalidInputError.of(name, "Give a year between 1970 and 2199.")
    if first > last:
        raise InvalidInputError.of("start_date", "The first day lies after the last one.")
    count = (last - first).days + 1
    if count > MAX_DAYS:
        raise InvalidInputError.of("start_date", f"Ask for at most {MAX_DAYS} days at once.")
    return _of(first, count, zone)


def last_days(count: int, zone: str) -> CoveragePeriod:
    """Return so many days up to today, ready to be asked for."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    return CoveragePeriod(start_date=today - timedelta(days=count - 1), end_date=today)


def _of(first: date, count: int, zone: str) -> Period:
    days = [first + timedelta(days=number) for number in range(count + 1)]
    bounds = tuple(datetime.combine(day, time(0), ZoneInfo(zone)) for day in days)
    return Period(tuple(days[:-1]), bounds)
