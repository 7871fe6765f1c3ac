"""After quiet hours: what they put off comes in one mail when they end."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests import factories
from tests.doubles.mail import Postroom
from webapp import clock
from webapp.config import Settings
from webapp.enums import Channel, Verdict
from webapp.extensions import db
from webapp.models import Client, EmailLog, Event, NotificationDecision, User
from webapp.services.digests import DigestService
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService

pytestmark = pytest.mark.usefixtures("database")
SEVEN = datetime(2026, 11, 23, 7, tzinfo=UTC)
NINE = SEVEN + timedelta(hours=2)


@pytest.fixture
def service(settings: Settings) -> DigestService:
    return DigestService(
        preferences=UserPreferenceService(),
        email=Postroom(settings).service,
        notifications=NotificationService(),
    )


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business)


def put_off(client: Client, user: User, *, at: datetime, by: str) -> Event:
    event = factories.event(client)
    values = {"channel": Channel.EMAIL, "verdict": Verdict.DIGEST, "reason": "later", "checks": []}
    row = {"business_id": event.business_id, "event_id": event.id, "user_id": user.id, **values}
    factories.save(NotificationDecision(**row, stopped_by=by, created_at=at))
    return event


def sent_events() -> list[list[str]]:
    return [mail.context["event_ids"] for mail in db.session.query(EmailLog).order_by(EmailLog.id)]


@pytest.fixture
def sleeper(ben: User) -> User:
    """Ben, who takes mails at once, but none from ten in the evening to seven."""
    clock.set_clock(SEVEN - timedelta(days=20))
    factories.preference(ben, quiet_hours_start=time(22), quiet_hours_end=time(7))
    return ben


def test_quiet_hours_are_caught_up_with_once_when_they_end(
    service: DigestService, sleeper: User, halcyon: Client
) -> None:
    night = put_off(halcyon, sleeper, at=SEVEN - timedelta(hours=3), by="quiet_hours")
    assert service.send_due(SEVEN - timedelta(minutes=1)) == 0
    assert [service.send_due(SEVEN + timedelta(minutes=n)) for n in (0, 1, 90, 130)] == [1, 0, 0, 0]
    assert sent_events() == [[str(night.id)]]
    assert (
        db.session.query(EmailLog).one().context["reason"]
        == "these events came in your quiet hours"
    )


def test_what_the_daily_limit_put_off_waits_for_the_digests_time(
    service: DigestService, sleeper: User, halcyon: Client
) -> None:
    night = put_off(halcyon, sleeper, at=SEVEN - timedelta(hours=3), by="quiet_hours")
    evening = put_off(halcyon, sleeper, at=SEVEN - timedelta(hours=11), by="daily_limit")
    assert service.send_due(SEVEN) == 1
    assert service.send_due(NINE) == 1
    assert sent_events() == [[str(night.id)], [str(evening.id)]]


def test_nothing_is_caught_up_with_inside_the_next_quiet_hours(
    service: DigestService, sleeper: User, halcyon: Client
) -> None:
    late = put_off(
        halcyon,
        sleeper,
        at=SEVEN + timedelta(hours=15, minutes=5),
        by="quiet_hours",
    )
    assert service.send_due(SEVEN + timedelta(hours=15, minutes=30)) == 0
    assert service.send_due(SEVEN + timedelta(days=1)) == 1
    assert sent_events() == [[str(late.id)]]
