"""When schedules are due."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from webapp.enums import ScheduleType
from webapp.services.schedule_times import (
    ScheduleTiming,
    explain,
    next_run,
    shortest_interval,
    upcoming,
)

HOURLY, DAILY, WEEKLY = ScheduleType.HOURLY, ScheduleType.DAILY, ScheduleType.WEEKLY
MONTHLY, CUSTOM, MANUAL = ScheduleType.MONTHLY, ScheduleType.CUSTOM, ScheduleType.MANUAL
BERLIN = "Europe/Berlin"
MONDAY_0630 = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def local_times(timing: ScheduleTiming, after: datetime, count: int) -> list[str]:
    return [
        f"{at.astimezone(timing.zone):%Y-%m-%d %H:%M %z}" for at in upcoming(timing, after, count)
    ]


def test_hour_zero_is_midnight() -> None:
    timing = ScheduleTiming(DAILY, hour=0, minute=0)
    assert next_run(timing, MONDAY_0630) == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def test_weekly_today_but_later_is_today() -> None:
    timing = ScheduleTiming(WEEKLY, hour=9, minute=0, day_of_week=0)
    assert next_run(timing, MONDAY_0630) == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_weekly_today_but_over_is_next_week() -> None:
    timing = ScheduleTiming(WEEKLY, hour=6, minute=30, day_of_week=0)
    assert next_run(timing, MONDAY_0630) == datetime(2026, 11, 30, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", range(7))
def test_weekday_zero_is_monday(day: int) -> None:
    timing = ScheduleTiming(WEEKLY, hour=9, day_of_week=day)
    due = next_run(timing, MONDAY_0630)
    assert due is not None
    assert due.weekday() == day


def test_day_31_is_the_last_day_of_a_shorter_month() -> None:
    timing = ScheduleTiming(MONTHLY, hour=3, day_of_month=31)
    after = datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert [f"{at:%m-%d}" for at in upcoming(timing, after, 4)] == [
        "02-28",
        "03-31",
        "04-30",
        "05-31",
    ]


def test_day_30_in_a_leap_february_is_the_29th() -> None:
    timing = ScheduleTiming(MONTHLY, hour=3, day_of_month=30)
    due = next_run(timing, datetime(2028, 2, 1, tzinfo=UTC))
    assert due == datetime(2028, 2, 29, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("schedule_type", [DAILY, WEEKLY, MONTHLY])
def test_the_minute_counts(schedule_type: ScheduleType) -> None:
    timing = ScheduleTiming(schedule_type, hour=7, minute=45, day_of_week=2, day_of_month=5)
    due = next_run(timing, MONDAY_0630)
    assert due is not None
    assert (due.hour, due.minute) == (7, 45)


def test_a_manual_schedule_has_no_next_run() -> None:
    assert next_run(ScheduleTiming(MANUAL, hour=9), MONDAY_0630) is None


def test_the_answer_is_strictly_later() -> None:
    timing = ScheduleTiming(DAILY, hour=6, minute=30)
    assert next_run(timing, MONDAY_0630) == MONDAY_0630 + timedelta(days=1)


def test_a_skipped_local_time_runs_at_the_next_valid_minute() -> None:
    timing = ScheduleTiming(DAILY, hour=2, minute=30, timezone=BERLIN)
    after = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert local_times(timing, after, 2) == ["2027-03-28 03:00 +0200", "2027-03-29 02:30 +0200"]


def test_a_repeated_local_time_runs_once_at_its_first_pass() -> None:
    timing = ScheduleTiming(DAILY, hour=2, minute=30, timezone=BERLIN)
    after = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert local_times(timing, after, 2) == ["2026-10-25 02:30 +0200", "2026-10-26 02:30 +0100"]


def test_asked_during_the_second_pass_a_daily_run_is_tomorrow() -> None:
    timing = ScheduleTiming(DAILY, hour=2, minute=30, timezone=BERLIN)
    second_pass = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert local_times(timing, second_pass, 1) == ["2026-10-26 02:30 +0100"]


def test_hourly_runs_each_elapsed_hour_through_both_passes() -> None:
    timing = ScheduleTiming(HOURLY, minute=15, timezone=BERLIN)
    times = upcoming(timing, datetime(2026, 10, 24, 22, tzinfo=UTC), 6)
    assert {later - earlier for earlier, later in pairwise(times)} == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("zone", "minute"), [("Asia/Kathmandu", 45), ("Asia/Kolkata", 30), (BERLIN, 0)]
)
def test_hourly_means_the_minute_of_the_local_clock(zone: str, minute: int) -> None:
    due = next_run(ScheduleTiming(HOURLY, minute=minute, timezone=zone), MONDAY_0630)
    assert due is not None
    assert due.astimezone(ZoneInfo(zone)).minute == minute
    assert due - MONDAY_0630 <= timedelta(hours=1)


def test_hourly_survives_a_shift_of_half_an_hour() -> None:
    timing = ScheduleTiming(HOURLY, minute=15, timezone="Australia/Lord_Howe")
    before_spring = datetime(2026, 10, 3, 13, 0, tzinfo=UTC)
    assert [each[11:16] for each in local_times(timing, before_spring, 4)] == [
        "00:15",
        "01:15",
        "03:15",
        "04:15",
    ]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("30 7 * * 1-5", "2026-11-23 07:30 +0100"),
        ("@daily", "2026-11-23 00:00 +0100"),
        ("@WEEKLY", "2026-11-29 00:00 +0100"),
        ("0 6 L * *", "2026-11-30 06:00 +0100"),
        ("0 9 * * 0", "2026-11-29 09:00 +0100"),
        ("0 9 * * 7", "2026-11-29 09:00 +0100"),
    ],
)
def test_a_cron_expression_follows_its_own_numbering_and_the_zone(
    expression: str, expected: str
) -> None:
    timing = ScheduleTiming(CUSTOM, cron_expression=expression, timezone=BERLIN)
    assert local_times(timing, datetime(2026, 11, 22, 16, tzinfo=UTC), 1) == [expected]


def test_a_custom_time_asked_during_the_second_pass_lies_ahead() -> None:
    timing = ScheduleTiming(CUSTOM, cron_expression="30 2 * * *", timezone=BERLIN)
    second_pass = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    due = next_run(timing, second_pass)
    assert due is not None
    assert due > second_pass


@pytest.mark.parametrize(
    ("timing", "sentence"),
    [
        (ScheduleTiming(MANUAL), "Only when started by hand"),
        (ScheduleTiming(HOURLY, minute=0), "Every full hour"),
        (ScheduleTiming(HOURLY, minute=5), "Every hour at minute 5"),
        (ScheduleTiming(DAILY, hour=0, minute=5), "Every day at 00:05"),
        (ScheduleTiming(WEEKLY, hour=6, day_of_week=0), "Every Monday at 06:00"),
        (ScheduleTiming(MONTHLY, hour=3, day_of_month=1), "Every month on day 1 at 03:00"),
        (
            ScheduleTiming(MONTHLY, hour=3, day_of_month=31),
            "Every month on day 31, or the last day of a shorter month, at 03:00",
        ),
        (
            ScheduleTiming(CUSTOM, cron_expression="30 7 * * 1-5"),
            "At 07:30 on Monday through Friday",
        ),
    ],
)
def test_a_cadence_reads_as_a_sentence(timing: ScheduleTiming, sentence: str) -> None:
    assert explain(timing) == sentence


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("*/15 * * * *", 15),
        ("*/7 * * * *", 4),
        ("0,5 9 1 1 *", 5),
        ("55,5 0,23 * * 1", 50),
        ("55,5 0,23 * * 1,2", 10),
        ("0 0 * * *", 1440),
        ("0 9 1,15 * *", 14 * 1440),
    ],
)
def test_the_shortest_interval_of_an_expression_is_exact(expression: str, minutes: int) -> None:
    timing = ScheduleTiming(CUSTOM, cron_expression=expression)
    assert shortest_interval(timing) == timedelta(minutes=minutes)
