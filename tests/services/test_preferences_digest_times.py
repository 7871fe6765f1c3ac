"""The moment and the period of a digest, for any zone and time."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from webapp.enums import NotificationFrequency
from webapp.services.digest_due import latest_due
from webapp.services.notification_audience import Preferences

DAILY, WEEKLY = NotificationFrequency.DAILY, NotificationFrequency.WEEKLY
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone


@given(zone=ZONES, at=MOMENTS, when=st.times(), cadence=st.sampled_from([DAILY, WEEKLY]))
def test_the_due_moment_is_the_last_one_and_never_ahead(
    zone: str, at: datetime, when: time, cadence: NotificationFrequency
) -> None:
    wishes = Preferences(digest_time=when.replace(microsecond=0), digest_day_of_week=3)
    found = latest_due(wishes, cadence, zone=zone, now=at)
    length = timedelta(days=1 if cadence is DAILY else 7)
    assert found.at <= at < found.at + length + timedelta(hours=1)
    assert cadence is DAILY or found.at.astimezone(ZoneInfo(zone)).weekday() in (3, 4)


@given(zone=ZONES, start=MOMENTS, when=st.times())
def test_a_tick_every_hour_meets_each_local_day_once(
    zone: str, start: datetime, when: time
) -> None:
    wishes = Preferences(digest_time=when.replace(microsecond=0))
    periods = [
        latest_due(wishes, DAILY, zone=zone, now=start + timedelta(hours=hour)).period
        for hour in range(24 * 5)
    ]
    assert periods == sorted(periods)
    assert 5 <= len(set(periods)) <= 6
