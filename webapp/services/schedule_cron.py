"""Cron expressions of custom schedules: reading, explaining, and their due times by cronsim."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from webapp.errors import InvalidInputError

NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS = 5
_DAY = 24 * 60
_LEAP_CYCLE_DAYS = 366 * 9
_ANY_DAY = datetime(2028, 1, 1, tzinfo=UTC)
_ADVICE = {
    "Bad minute": "Bad minute: use 0 to 59, such as 30, 0,30 or */15.",
    "Bad hour": "Bad hour: use 0 to 23, such as 7, 8-18 or */2.",
    "Bad day-of-month": "Bad day of month: use 1 to 31 (in a month that has it) or L for the last.",
    "Bad month": "Bad month: use 1 to 12 or names such as JAN.",
    "Bad day-of-week": "Bad weekday: use 0 to 7 (0 and 7 are Sunday) or names such as MON-FRI.",
}
_WRONG_COUNT = (
    "Wrong number of fields: write minute, hour, day, month and weekday, such as 30 7 * * 1-5."
)


def normalise(expression: str) -> str:
    """Return the five fields of an expression; raise InvalidInputError that names a bad one."""
    text = " ".join(expression.split())
    text = NICKNAMES.get(text.lower(), text)
    if len(text.split()) != _FIELDS:
        raise _refused(_WRONG_COUNT)
    _simulation(text, _ANY_DAY)
    return text


def next_time(expression: str, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first due time later than `after` in UTC, or None if it never comes.

    Started inside the second pass of an hour that DST repeats, cronsim may answer with the
    first pass, which is over: it is asked again until the answer lies ahead.
    """
    for each in _simulation(normalise(expression), after.astimezone(zone)):
        if each.astimezone(UTC) > after:
            return each.astimezone(UTC)
    return None


def in_words(expression: str) -> str:
    """Return the expression as a sentence, such as "At 07:30 on Monday through Friday"."""
    return str(_simulation(normalise(expression), _ANY_DAY).explain())


def shortest_gap(expression: str) -> timedelta | None:
    """Return the shortest time between two due times, or None if there are never two."""
    simulation = _simulation(normalise(expression), _ANY_DAY)
    minutes = sorted(
        60 * hour + minute for hour in simulation.hours for minute in simulation.minutes
    )
    gaps = [later - earlier for earlier, later in pairwise(minutes)]
    overnight = minutes[0] - minutes[-1]
    gaps += [days * _DAY + overnight for days in _day_gaps(simulation)]
    return timedelta(minutes=min(gaps)) if gaps else None


def _day_gaps(simulation: CronSim) -> Iterator[int]:
    """Yield the distances in days between the days that match, over more than a leap cycle."""
    first = _ANY_DAY.date()
    days = (
        offset
        for offset in range(_LEAP_CYCLE_DAYS)
        if (day := first + timedelta(days=offset)).month in simulation.months
        and simulation.match_day(day)
    )
    return (later - earlier for earlier, later in pairwise(days))


def _simulation(expression: str, start: datetime) -> CronSim:
    try:
        return CronSim(expression, start)
    except (CronSimError, ValueError) as error:
        raise _refused(_ADVICE.get(str(error), str(error))) from None


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError.of("cron_expression", message)
