"""Whose digest has come: in their own zone, once a period, through midnight and DST."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests import factories
from webapp.enums import Channel, NotificationFrequency, Verdict
from webapp.models import Business, DigestIssue, NotificationDecision, User
from webapp.services.digest_due import DigestDue
from webapp.services.preferences import UserPreferenceService
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")

service = UserPreferenceService()
DAILY, WEEKLY = NotificationFrequency.DAILY, NotificationFrequency.WEEKLY
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


def wants(user: User, frequency: NotificationFrequency = DAILY, **values: Any) -> None:
    defaults = {"notification_frequency": frequency, "created_at": LONG_AGO}
    factories.preference(user, **{**defaults, **values})


def due(now: datetime) -> list[DigestDue]:
    return service.get_users_for_digest(now)


def issue(each: DigestDue) -> None:
    values = {name: getattr(each, name) for name in ("user_id", "business_id", "cadence")}
    factories.save(
        DigestIssue(
            **values,
            period=each.period,
            since=each.since,
            until=each.until,
            created_at=each.until,
        )
    )


def test_a_daily_digest_is_due_from_its_time_on(ben: User) -> None:
    wants(ben)
    assert due(SUNDAY.replace(hour=8, minute=59))[0].period == "2026-11-21"
    (found,) = due(SUNDAY)
    assert (found.period, found.cadence, found.until) == ("2026-11-22", DAILY, SUNDAY)
    assert found.since == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_a_digest_that_was_made_is_not_due_again(ben: User) -> None:
    wants(ben)
    issue(due(SUNDAY)[0])
    assert due(SUNDAY + timedelta(minutes=5)) == []
    (next_day,) = due(SUNDAY + timedelta(days=1))
    assert (next_day.period, next_day.since) == ("2026-11-23", SUNDAY)


def test_a_tick_after_midnight_still_belongs_to_the_evening_before(ben: User) -> None:
    wants(ben, digest_time=time(23, 58))
    (found,) = due(datetime(2026, 11, 23, 0, 2, tzinfo=UTC))
    assert found.period == "2026-11-22"
    issue(found)
    assert due(datetime(2026, 11, 23, 0, 7, tzinfo=UTC)) == []


def test_midnight_itself_is_a_time(ben: User) -> None:
    wants(ben, digest_time=time(0, 0))
    assert due(datetime(2026, 11, 23, 0, 0, tzinfo=UTC))[0].period == "2026-11-23"


def test_the_time_is_that_of_the_users_zone(business: Business) -> None:
    wants(factories.user(business, name="Kenji", timezone="Asia/Tokyo"))
    (found,) = due(datetime(2026, 11, 22, 0, 1, tzinfo=UTC))
    assert found.period == "2026-11-22"


@pytest.mark.parametrize(
    ("now", "period"),
    [
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "2026-W48"),
        (datetime(2026, 11, 23, 8, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "2026-W48"),
        (datetime(2026, 11, 24, 9, 30, tzinfo=UTC), None),
        (datetime(2027, 1, 4, 9, 0, tzinfo=UTC), "2027-W01"),
        (datetime(2026, 12, 28, 9, 0, tzinfo=UTC), "2026-W53"),
    ],
)
def test_a_weekly_digest_is_due_on_its_day(ben: User, now: datetime, period: str | None) -> None:
    wants(ben, WEEKLY)
    assert [each.period for each in due(now)] == ([period] if period else [])


def test_who_has_just_chosen_a_digest_waits_for_its_next_time(ben: User) -> None:
    wants(ben, created_at=SUNDAY + timedelta(minutes=5))
    assert due(SUNDAY + timedelta(minutes=10)) == []
    assert len(due(SUNDAY + timedelta(days=1))) == 1


def test_mail_off_and_switched_off_accounts_get_none(business: Business, ben: User) -> None:
    wants(ben, email_notifications_enabled=False)
    wants(factories.user(business, name="Dora", is_active=False))
    assert due(SUNDAY) == []


def test_instant_users_get_one_only_when_mail_was_put_off(ben: User, ana: User) -> None:
    wants(ben, NotificationFrequency.INSTANT)
    wants(ana, NotificationFrequency.INSTANT)
    _put_off(ben, SUNDAY - timedelta(hours=2))
    (found,) = due(SUNDAY)
    assert (found.user_id, found.cadence) == (ben.id, DAILY)
    issue(found)
    assert due(SUNDAY + timedelta(days=1)) == []


def test_after_a_long_rest_the_span_is_bounded(ben: User) -> None:
    wants(ben)
    issue(DigestDue(ben.id, ben.business_id, DAILY, "2026-06-01", LONG_AGO, LONG_AGO))
    assert due(SUNDAY)[0].since == SUNDAY - timedelta(days=31)


def _put_off(user: User, at: datetime) -> None:
    event = factories.event(factories.client(user.business))
    factories.save(
        NotificationDecision(
            business_id=user.business_id,
            event_id=event.id,
            user_id=user.id,
            channel=Channel.EMAIL,
            verdict=Verdict.DIGEST,
            reason="5 of 5 instant mails used today",
            checks=[],
            created_at=at,
        )
    )


def test_what_is_put_off_after_todays_time_waits_for_tomorrows(ben: User) -> None:
    wants(ben, NotificationFrequency.INSTANT)
    _put_off(ben, SUNDAY + timedelta(hours=1))
    assert due(SUNDAY + timedelta(hours=2)) == []
    (found,) = due(SUNDAY + timedelta(days=1))
    assert found.period == "2026-11-23"


@pytest.mark.parametrize(
    ("old", "new"), [("Asia/Tokyo", "America/New_York"), ("America/New_York", "Asia/Tokyo")]
)
def test_who_changes_the_zone_gets_no_period_twice_and_loses_no_event(
    business: Business, old: str, new: str
) -> None:
    user = factories.user(business, name="Mia", timezone=old)
    wants(user)
    found = list[DigestDue]()
    for hours in range(0, 96, 2):
        if hours == 40:
            with atomic():
                user.timezone = new
        for each in due(SUNDAY + timedelta(hours=hours)):
            issue(each)
            found.append(each)
    periods = [each.period for each in found]
    assert len(periods) == len(set(periods))
    assert len(periods) >= 3
    for before, after in pairwise(found):
        assert after.since == before.until
