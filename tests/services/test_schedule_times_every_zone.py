"""Daily, weekly and hourly schedules in every zone of the tz database, 2026 to 2036.

What is due is told here by looking at a clock minute by minute, or at the calendar, and not by
the rules that the product follows.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from tests.services.test_schedule_times_properties import SAMPLE, day_meant
from webapp.enums import ScheduleType
from webapp.services.schedule_times import ScheduleTiming, next_run

IS_FULL = os.environ.get("BEACON_TEST_SIZE") == "full"
ZONES = sorted(available_timezones()) if IS_FULL else sorted(SAMPLE)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TIMES = [time(0, 0), time(2, 30), time(23, 59)] if IS_FULL else [time(2, 30), time(23, 59)]
AROUND = timedelta(hours=30)


def due(timing: ScheduleTiming, start: datetime, end: datetime) -> Iterator[datetime]:
    at = next_run(timing, start)
    while at is not None and at < end:
        yield at
        at = next_run(timing, at)


def changes(zone: ZoneInfo) -> list[datetime]:
    """Return a moment near each change of the clocks."""
    days = [FIRST + number * DAY for number in range((LAST - FIRST).days)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [day for day, (a, b) in zip(days, pairwise(offsets), strict=False) if a != b]


def assert_strictly_later(times: list[datetime]) -> None:
    assert all(a < b for a, b in pairwise(times))


@pytest.mark.parametrize("zone", ZONES)
def test_daily_is_once_a_local_day(zone: str) -> None:
    for at in TIMES:
        timing = ScheduleTiming(ScheduleType.DAILY, hour=at.hour, minute=at.minute, timezone=zone)
        times = list(due(timing, FIRST, LAST))
        days = [day_meant(each, timing) for each in times]
        assert_strictly_later(times)
        missing = set(all_days(days[0], days[-1])) - set(days)
        assert len(days) == len(set(days))
        assert all(is_left_out(day, timing.zone) for day in missing)


def all_days(first: date, last: date) -> list[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


def is_left_out(day: date, zone: ZoneInfo) -> bool:
    """Tell whether a place skips a whole day, as one that crosses the date line does."""
    start = datetime.combine(day, time(), UTC) - DAY
    seen = {(start + number * 15 * MINUTE).astimezone(zone).date() for number in range(300)}
    return day not in seen


@pytest.mark.parametrize("zone", ZONES)
def test_weekly_is_once_a_local_week(zone: str) -> None:
    timing = ScheduleTiming(ScheduleType.WEEKLY, hour=2, minute=30, day_of_week=6, timezone=zone)
    times = list(due(timing, FIRST, LAST))
    weeks = [each.astimezone(timing.zone).isocalendar()[:2] for each in times]
    assert_strictly_later(times)
    assert len(weeks) == len(set(weeks))
    assert len(times) == len(list(due(utc(timing), FIRST, LAST)))


def utc(timing: ScheduleTiming) -> ScheduleTiming:
    return ScheduleTiming(
        timing.schedule_type, hour=timing.hour, minute=timing.minute, day_of_week=6
    )


@pytest.mark.parametrize("zone", ZONES)
def test_hourly_is_each_elapsed_hour_that_shows_the_minute(zone: str) -> None:
    timing = ScheduleTiming(ScheduleType.HOURLY, minute=30, timezone=zone)
    for change in changes(timing.zone)[:: 1 if IS_FULL else 5] or [FIRST + 90 * DAY]:
        start, end = change - AROUND, change + AROUND
        minutes = (start + number * MINUTE for number in range(1, int((end - start) / MINUTE)))
        shown = [at for at in minutes if at.astimezone(timing.zone).minute == 30]
        assert list(due(timing, start, end)) == shown
