"""When a schedule is due: pure calculations in its own time zone, answers in UTC."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp.enums import ScheduleType
from webapp.models import AutomationSchedule
from webapp.services import schedule_cron

DEFAULT_ZONE = "UTC"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MINUTE = timedelta(minutes=1)
_SHORTEST = {
    ScheduleType.MANUAL: None,
    ScheduleType.HOURLY: timedelta(hours=1),
    ScheduleType.DAILY: timedelta(days=1),
    ScheduleType.WEEKLY: timedelta(days=7),
    ScheduleType.MONTHLY: timedelta(days=28),
}
_NOT_IN_EVERY_MONTH = 29


@dataclass(frozen=True)
class ScheduleTiming:
    """What decides a schedule's due times. Zero is a value; weekday 0 is Monday."""

    schedule_type: ScheduleType
    cron_expression: str | None = None
    hour: int | None = None
    minute: int | None = None
    day_of_week: int | None = None
    day_of_month: int | None = None
    timezone: str = DEFAULT_ZONE

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that hour, minute and days are meant in."""
        return ZoneInfo(self.timezone)

    @property
    def clock_time(self) -> time:
        """Hour and minute; a missing one counts as 0."""
        return time(self.hour or 0, self.minute or 0)


def timing_of(schedule: AutomationSchedule) -> ScheduleTiming:
    """Return the timing of a stored schedule."""
    return ScheduleTiming(
        schedule_type=ScheduleType(schedule.schedule_type),
        cron_expression=schedule.cron_expression,
        hour=schedule.hour_of_day,
        minute=schedule.minute_of_hour,
        day_of_week=schedule.day_of_week,
        day_of_month=schedule.day_of_month,
        timezone=schedule.timezone or DEFAULT_ZONE,
    )


def next_run(timing: ScheduleTiming, after: datetime) -> datetime | None:
    """Return the first due time later than `after`, in UTC; None when there is none.

    A local time that DST skips is due at the next valid minute, one that DST repeats is due
    once, at its first pass; an hourly schedule is due whenever a clock there shows its minute.
    """
    match timing.schedule_type:
        case ScheduleType.MANUAL:
            return None
        case ScheduleType.CUSTOM:
            return schedule_cron.next_time(timing.cron_expression or "", after, timing.zone)
        case ScheduleType.HOURLY:
            return _next_minute(timing.minute or 0, after, timing.zone)
        case _:
            return _next_on_days(timing, after)


def upcoming(timing: ScheduleTiming, after: datetime, count: int) -> list[datetime]:
    """Return the next due times in UTC, at most `count`."""
    times: list[datetime] = []
    found = next_run(timing, after)
    while found is not None and len(times) < count:
        times.append(found)
        found = next_run(timing, found)
    return times


def shortest_interval(timing: ScheduleTiming) -> timedelta | None:
    """Return the shortest time between two runs; None when there are never two."""
    if timing.schedule_type is ScheduleType.CUSTOM:
        return schedule_cron.shortest_gap(timing.cron_expression or "")
    return _SHORTEST[timing.schedule_type]


def explain(timing: ScheduleTiming) -> str:
    """Return the cadence as a sentence without a full stop, times on the 24-hour clock."""
    at = f"{timing.clock_time:%H:%M}"
    match timing.schedule_type:
        case ScheduleType.MANUAL:
            return "Only when started by hand"
        case ScheduleType.CUSTOM:
            return schedule_cron.in_words(timing.cron_expression or "")
        case ScheduleType.HOURLY:
            return f"Every hour at minute {timing.minute}" if timing.minute else "Every full hour"
        case ScheduleType.DAILY:
            return f"Every day at {at}"
        case ScheduleType.WEEKLY:
            return f"Every {WEEKDAYS[timing.day_of_week or 0]} at {at}"
        case ScheduleType.MONTHLY:
            return f"Every month on {_day_in_words(timing.day_of_month or 1)} at {at}"


def _day_in_words(day: int) -> str:
    shorter = ", or the last day of a shorter month," if day >= _NOT_IN_EVERY_MONTH else ""
    return f"day {day}{shorter}"


def _next_minute(minute: int, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the next time at which a clock in the zone shows this minute."""
    start = after.astimezone(UTC).replace(second=0, microsecond=0) + _MINUTE
    wait = (minute - start.astimezone(zone).minute) % 60
    found = start + wait * _MINUTE
    if start.astimezone(zone).utcoffset() == found.astimezone(zone).utcoffset():
        return found
    # The offset changes on the way, perhaps by half an hour: look at each minute.
    while start.astimezone(zone).minute != minute:
        start += _MINUTE
    return start


def _next_on_days(timing: ScheduleTiming, after: datetime) -> datetime:
    zone, clock_time = timing.zone, timing.clock_time
    yesterday = after.astimezone(zone).date() - timedelta(days=1)
    return next(
        at
        for day in _days(timing, yesterday)
        if (at := _instant(datetime.combine(day, clock_time), zone)) > after
    )


def _days(timing: ScheduleTiming, first: date) -> Iterator[date]:
    """Yield the local days on which the schedule is due, from `first` on."""
    if timing.schedule_type is ScheduleType.MONTHLY:
        yield from _month_days(timing.day_of_month or 1, first)
        return
    day, step = first, 1
    if timing.schedule_type is ScheduleType.WEEKLY:
        step = len(WEEKDAYS)
        day += timedelta(days=((timing.day_of_week or 0) - first.weekday()) % step)
    while True:
        yield day
        day += timedelta(days=step)


def _month_days(wanted: int, first: date) -> Iterator[date]:
    month = first.replace(day=1)
    while True:
        last = calendar.monthrange(month.year, month.month)[1]
        day = month.replace(day=min(wanted, last))
        if day >= first:
            yield day
        month = (month + timedelta(days=31)).replace(day=1)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment in UTC that has this local time, or the next one that exists."""
    while True:
        at = local.replace(tzinfo=zone).astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) == local:
            return at
        local += _MINUTE
