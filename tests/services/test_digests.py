"""Digests: who gets one, what is in it, and that nobody gets it twice."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.doubles.mail import Postroom
from webapp import clock
from webapp.config import Settings
from webapp.enums import (
    Channel,
    ClientStatus,
    EmailStatus,
    NotificationFrequency,
    NotificationKind,
    Provenance,
    SimulationReason,
    Urgency,
    Verdict,
)
from webapp.extensions import db
from webapp.models import (
    Business,
    Client,
    DigestIssue,
    EmailLog,
    Event,
    Notification,
    NotificationDecision,
    User,
)
from webapp.services.digests import DigestService
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")
MONDAY = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_monday() -> None:
    clock.set_clock(MONDAY - timedelta(days=20))


@pytest.fixture
def room(settings: Settings) -> Postroom:
    return Postroom(settings)


@pytest.fixture
def service(room: Postroom) -> DigestService:
    return DigestService(
        preferences=UserPreferenceService(),
        email=room.service,
        notifications=NotificationService(),
    )


@pytest.fixture
def daily(ben: User) -> User:
    """Ben, who takes a daily digest at nine."""
    factories.preference(ben, notification_frequency=NotificationFrequency.DAILY)
    return ben


@pytest.fixture
def halcyon(business: Business) -> Client:
    return factories.client(business, name="Halcyon Health")


def put_off(
    event: Event,
    user: User,
    *,
    at: datetime,
    verdict: Verdict = Verdict.DIGEST,
    by: str | None = None,
) -> Event:
    factories.save(
        NotificationDecision(
            business_id=event.business_id,
            event_id=event.id,
            user_id=user.id,
            channel=Channel.EMAIL,
            verdict=verdict,
            reason="collected",
            stopped_by=by,
            checks=[],
            created_at=at,
        )
    )
    return event


def mails() -> list[EmailLog]:
    return list(db.session.scalars(select(EmailLog).order_by(EmailLog.id)))


def test_a_due_digest_is_promised_with_its_events(
    service: DigestService, daily: User, halcyon: Client
) -> None:
    event = put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=5))
    assert service.send_due(MONDAY) == 1
    (mail,) = mails()
    assert (mail.status, mail.context["event_ids"]) == (EmailStatus.PENDING, [str(event.id)])
    assert mail.subject == "1 event for 1 client, 1 needs you"


def test_a_digest_of_a_period_goes_out_once(
    service: DigestService, daily: User, halcyon: Client
) -> None:
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=5))
    assert [service.send_due(MONDAY) for _ in range(3)] == [1, 0, 0]


def test_two_triggers_at_once_make_one_digest(
    database: Flask, service: DigestService, daily: User, halcyon: Client
) -> None:
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=5))
    business_id, start, made = daily.business_id, threading.Barrier(2), list[int]()
    db.session.rollback()

    def trigger(number: int) -> None:
        with database.app_context():
            start.wait(5)
            other = service.send_for_business(business_id, MONDAY).mails
            made.append(service.send_due(MONDAY) + other if number else other)
            db.session.remove()

    threads = [threading.Thread(target=trigger, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(made) == 1
    assert len(mails()) == 1


def test_the_inbox_says_that_a_digest_was_sent(
    service: DigestService, daily: User, halcyon: Client
) -> None:
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=5))
    for _ in range(2):
        service.send_due(MONDAY)
    item = db.session.scalars(select(Notification)).one()
    assert (item.user_id, item.kind, item.title) == (
        daily.id,
        NotificationKind.DIGEST,
        mails()[0].subject,
    )
    assert item.link == f"/email/{mails()[0].id}"
    assert item.why == "you chose a daily digest"


def test_who_wants_no_inbox_gets_the_digest_alone(
    service: DigestService, ben: User, halcyon: Client
) -> None:
    factories.preference(
        ben, notification_frequency=NotificationFrequency.DAILY, notification_enabled=False
    )
    put_off(factories.event(halcyon), ben, at=MONDAY - timedelta(hours=5))
    assert service.send_due(MONDAY) == 1
    assert db.session.scalars(select(Notification)).all() == []


def test_the_next_digest_holds_what_came_since(
    service: DigestService, daily: User, halcyon: Client
) -> None:
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=5))
    service.send_due(MONDAY)
    later = put_off(factories.event(halcyon), daily, at=MONDAY + timedelta(hours=2))
    assert service.send_due(MONDAY + timedelta(days=1)) == 1
    assert mails()[-1].context["event_ids"] == [str(later.id)]


def test_what_was_committed_late_is_not_lost(
    service: DigestService, daily: User, halcyon: Client
) -> None:
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=5))
    service.send_due(MONDAY)
    late = put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(seconds=2))
    service.send_due(MONDAY + timedelta(days=1))
    assert mails()[-1].context["event_ids"] == [str(late.id)]


def test_nothing_is_sent_when_nothing_happened(service: DigestService, daily: User) -> None:
    assert service.send_due(MONDAY) == 0
    assert mails() == []
    assert list(db.session.scalars(select(DigestIssue.user_id))) == [daily.id]


def test_an_empty_digest_goes_to_who_asked_for_it(
    service: DigestService, ben: User, halcyon: Client
) -> None:
    factories.preference(
        ben, notification_frequency=NotificationFrequency.DAILY, send_empty_digest=True
    )
    with atomic():
        db.session.get_one(Client, halcyon.id).last_checked_at = MONDAY - timedelta(hours=1)
    assert service.send_due(MONDAY) == 1
    assert mails()[0].context["quiet"] == ["Halcyon Health"]
    assert mails()[0].subject == "All quiet: 1 client checked, nothing new for you"


def test_an_instant_user_gets_what_was_held_back(
    service: DigestService, ben: User, halcyon: Client
) -> None:
    factories.preference(ben, digest_time=time(9, 0))
    put_off(factories.event(halcyon), ben, at=MONDAY - timedelta(hours=5))
    assert service.send_due(MONDAY) == 1
    assert "held back" in mails()[0].context["reason"]


def test_the_most_severe_event_comes_first(
    service: DigestService, daily: User, halcyon: Client
) -> None:
    at = MONDAY - timedelta(hours=5)
    calm = factories.event(halcyon, severity="low", urgency=Urgency.LOW, relevance_score=0.99)
    bad = factories.event(halcyon, severity="critical", relevance_score=0.7)
    high = factories.event(halcyon, severity="high", relevance_score=0.8)
    for event in (calm, bad, high):
        put_off(event, daily, at=at)
    service.send_due(MONDAY)
    assert mails()[0].context["event_ids"] == [str(e.id) for e in (bad, high, calm)]
    assert mails()[0].subject == "3 events for 1 client, 2 need you"


def test_what_may_not_be_mailed_stays_out(
    service: DigestService, daily: User, business: Business, halcyon: Client
) -> None:
    archived = factories.client(business, name="Castellan Bank", status=ClientStatus.ARCHIVED)
    at = MONDAY - timedelta(hours=5)
    put_off(factories.event(archived), daily, at=at)
    put_off(factories.event(halcyon, hidden_at=at), daily, at=at)
    put_off(factories.event(halcyon), daily, at=at, verdict=Verdict.HOLD)
    invented = {"provenance": Provenance.SIMULATED, "simulation_reason": SimulationReason.FALLBACK}
    put_off(factories.event(halcyon, **invented), daily, at=at)
    assert service.send_due(MONDAY) == 0


def test_a_schedule_sends_early_and_the_users_own_time_sends_no_second(
    service: DigestService, daily: User, halcyon: Client
) -> None:
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=5))
    assert service.send_for_business(daily.business_id, MONDAY - timedelta(hours=2)).mails == 1
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=1))
    assert service.send_due(MONDAY) == 0


def test_a_schedule_with_nothing_to_tell_leaves_the_users_own_time(
    service: DigestService, daily: User, halcyon: Client
) -> None:
    assert service.send_for_business(daily.business_id, MONDAY - timedelta(hours=2)).mails == 0
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=1))
    assert service.send_due(MONDAY) == 1


def test_a_schedule_sends_to_its_own_business_only(
    service: DigestService, daily: User, halcyon: Client, cleo: User
) -> None:
    put_off(factories.event(halcyon), daily, at=MONDAY - timedelta(hours=5))
    assert service.send_for_business(cleo.business_id, MONDAY).mails == 0


def test_a_digest_mail_groups_by_client_and_counts_the_rest(
    service: DigestService, room: Postroom, daily: User, business: Business
) -> None:
    for name in ("Halcyon Health", "Northwind Logistics"):
        client = factories.client(business, name=name)
        for number in range(12):
            event = factories.event(client, title=f"{name} news {number}")
            put_off(event, daily, at=MONDAY - timedelta(hours=5))
    service.send_due(MONDAY)
    mail = room.service.compose(mails()[0])
    assert mail is not None
    assert "And 4 more" in mail.text
    assert "See all 24" in mail.html
    assert mail.text.count("HALCYON HEALTH\n") == 1
    assert len(mail.html.encode()) < 60_000
