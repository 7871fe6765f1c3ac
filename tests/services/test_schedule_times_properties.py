"""What holds for due times in every zone and year."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import cast
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.enums import ScheduleType
from webapp.errors import InvalidInputError
from webapp.services import schedule_cron
from webapp.services.schedule_times import ScheduleTiming, next_run, upcoming

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 12, 31, tzinfo=UTC)
SAMPLE = (
    "Africa/Cairo",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)
moments = st.datetimes(
    FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)
)
zones = st.sampled_from(SAMPLE)
hours, minutes = st.integers(0, 23), st.integers(0, 59)


def due_after(timing: ScheduleTiming, after: datetime) -> datetime:
    return cast("datetime", next_run(timing, after))


def check_one_run_a_local_day(
    zone: str, hour: int, minute: int, start: datetime, days: int
) -> None:
    timing = ScheduleTiming(ScheduleType.DAILY, hour=hour, minute=minute, timezone=zone)
    times = upcoming(timing, start, days)
    days_meant = [day_meant(at, timing) for at in times]
    assert days_meant == consecutive(days_meant[0], days)


def day_meant(at: datetime, timing: ScheduleTiming) -> date:
    """Return the local day that a run is for.

    A zone may skip the hour before midnight (Nuuk does): that day's run is due right after it.
    """
    shown = on_the_clock(at, timing)
    day = shown.date() - timedelta(days=shown.time() < timing.clock_time)
    wanted = datetime.combine(day, timing.clock_time)
    if shown != wanted:
        minute_before = on_the_clock(at - timedelta(minutes=1), timing)
        assert minute_before < wanted < shown, "late only when the clocks skip its time"
    return day


def on_the_clock(at: datetime, timing: ScheduleTiming) -> datetime:
    return at.astimezone(timing.zone).replace(tzinfo=None)


def consecutive(first: date, count: int) -> list[date]:
    return [first + timedelta(days=offset) for offset in range(count)]


def wall_minutes(times: Iterable[datetime], zone: str) -> set[int]:
    return {at.astimezone(ZoneInfo(zone)).minute for at in times}


@settings(max_examples=60, deadline=None)
@given(zone=zones, hour=hours, minute=minutes, start=moments)
def test_a_daily_schedule_runs_once_each_local_day(
    zone: str, hour: int, minute: int, start: datetime
) -> None:
    check_one_run_a_local_day(zone, hour, minute, start, 40)


@settings(max_examples=60, deadline=None)
@given(zone=zones, minute=minutes, start=moments)
def test_an_hourly_schedule_runs_whenever_the_clock_shows_its_minute(
    zone: str, minute: int, start: datetime
) -> None:
    due = due_after(ScheduleTiming(ScheduleType.HOURLY, minute=minute, timezone=zone), start)
    whole = start.replace(second=0, microsecond=0)
    passed = [whole + timedelta(minutes=n) for n in range(1, (due - whole) // timedelta(minutes=1))]
    assert wall_minutes([due], zone) == {minute}
    assert minute not in wall_minutes(passed, zone)


@settings(max_examples=60, deadline=None)
@given(zone=zones, day=st.integers(1, 31), hour=hours, start=moments)
def test_a_monthly_schedule_runs_once_each_month(
    zone: str, day: int, hour: int, start: datetime
) -> None:
    timing = ScheduleTiming(ScheduleType.MONTHLY, hour=hour, day_of_month=day, timezone=zone)
    local = [at.astimezone(ZoneInfo(zone)) for at in upcoming(timing, start, 14)]
    months = [12 * at.year + at.month for at in local]
    assert months == list(range(months[0], months[0] + 14))
    assert all(at.day == day or at.day >= 28 for at in local)


@settings(max_examples=60, deadline=None)
@given(
    zone=zones,
    start=moments,
    expression=st.sampled_from(["*/15 * * * *", "30 2 * * *", "0 */6 * * 1-5", "5 1,2,3 * * *"]),
)
def test_custom_times_only_go_forward(zone: str, start: datetime, expression: str) -> None:
    timing = ScheduleTiming(ScheduleType.CUSTOM, cron_expression=expression, timezone=zone)
    times = [start, *upcoming(timing, start, 20)]
    assert len(times) == 21
    assert all(earlier < later for earlier, later in pairwise(times))


@settings(max_examples=300, deadline=None)
@given(expression=st.text(max_size=40) | st.text("0123456789*/,-#LW ", max_size=30))
def test_any_text_is_an_expression_or_is_refused(expression: str) -> None:
    try:
        normal = schedule_cron.normalise(expression)
    except InvalidInputError:
        return
    assert schedule_cron.in_words(normal)
    schedule_cron.shortest_gap(normal)
