"""Until when something is put off: presets in the user's own days, checked bounds."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp import clock
from webapp.errors import InvalidInputError
from webapp.schemas.events import SnoozeInput, SnoozePreset

MORNING = time(9, 0)
LATER = timedelta(hours=3)
LONGEST = timedelta(days=366)
_MONDAY = 0
_WEEK = 7


def snooze_until(wish: SnoozeInput, zone: str) -> datetime:
    """Return the end of a snooze; raises InvalidInputError unless it lies within a year ahead.

    A bare date means its morning in the zone; nothing at all means tomorrow morning.
    """
    now = clock.now()
    until = _asked(wish.until, zone) or _preset(wish.preset or SnoozePreset.TOMORROW, now, zone)
    if not now < until <= now + LONGEST:
        raise InvalidInputError.of("until", "Give a time in the future, at most a year ahead.")
    return until


def _asked(until: date | datetime | None, zone: str) -> datetime | None:
    if until is None or isinstance(until, datetime):
        return until
    return _morning(until, zone)


def _preset(preset: SnoozePreset, now: datetime, zone: str) -> datetime:
    if preset is SnoozePreset.LATER:
        return now + LATER
    today = now.astimezone(ZoneInfo(zone)).date()
    if preset is SnoozePreset.TOMORROW:
        return _morning(today + timedelta(days=1), zone)
    return _morning(today + timedelta(days=_WEEK - (today.weekday() - _MONDAY) % _WEEK), zone)


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, MORNING, ZoneInfo(zone))
