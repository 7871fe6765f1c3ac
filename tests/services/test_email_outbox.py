"""Promises of mails: one an event and user, kept or lost with the transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.doubles.mail import Postroom
from webapp import clock
from webapp.config import Settings
from webapp.enums import CategoryGroup, EmailType, Provenance, SimulationReason
from webapp.extensions import db
from webapp.models import Business, EmailLog, Event, SuppressedAddress, User
from webapp.queueing import JobName
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def room(settings: Settings) -> Postroom:
    return Postroom(settings)


@pytest.fixture
def event(business: Business, ben: User) -> Event:
    return factories.event(factories.client(business, owner=ben))


def promise(room: Postroom, event: Event, user: User, *, waits: bool = False) -> bool:
    with atomic():
        return room.service.queue_event_notification(
            event, user=user, job_run_id=None, reason="you follow it", waits_for_insight=waits
        )


def logs() -> list[EmailLog]:
    return list(db.session.scalars(select(EmailLog).order_by(EmailLog.id)))


def test_an_event_is_promised_once_to_a_user(room: Postroom, event: Event, ben: User) -> None:
    assert [promise(room, event, ben), promise(room, event, ben)] == [True, False]
    assert [log.dedupe_key for log in logs()] == [f"event:{event.id}:{ben.id}"]


def test_a_promise_is_enqueued_after_the_commit_only(
    room: Postroom, event: Event, ben: User
) -> None:
    with atomic():
        room.service.queue_event_notification(
            event, user=ben, job_run_id=None, reason="x", waits_for_insight=False
        )
        assert room.queue.jobs == []
    assert room.queue.jobs == [(JobName.SEND_EMAIL, (str(logs()[0].id),))]


def test_a_promise_that_is_rolled_back_leaves_nothing(
    room: Postroom, event: Event, ben: User
) -> None:
    def promise_and_fail() -> None:
        with atomic():
            promise(room, event, ben)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        promise_and_fail()
    assert (logs(), room.queue.jobs) == ([], [])


def test_a_mail_that_waits_for_its_insight_is_due_in_half_a_minute(
    room: Postroom, event: Event, ben: User
) -> None:
    promise(room, event, ben, waits=True)
    due_at = logs()[0].next_attempt_at
    assert due_at is not None
    assert timedelta(seconds=25) < due_at - clock.now() <= timedelta(seconds=30)
    assert (room.service.due(10), room.queue.jobs) == ([], [])


def test_release_lets_the_waiting_mails_of_the_event_go(
    room: Postroom, event: Event, ben: User
) -> None:
    promise(room, event, ben, waits=True)
    with atomic():
        assert room.service.release_for_event(event.id) == 1
    assert room.service.due(10) == [logs()[0].id]
    assert room.queue.jobs == [(JobName.SEND_EMAIL, (str(logs()[0].id),))]


def test_release_takes_no_mail_out_of_its_retry_delay(
    room: Postroom, event: Event, ben: User
) -> None:
    promise(room, event, ben, waits=True)
    with atomic():
        logs()[0].retry_count = 1
    with atomic():
        assert room.service.release_for_event(event.id) == 0


def test_a_suppressed_address_is_promised_nothing(room: Postroom, event: Event, ben: User) -> None:
    factories.save(
        SuppressedAddress(address=ben.email, business_id=ben.business_id, reason="unknown")
    )
    assert promise(room, event, ben) is False
    assert logs() == []


def test_what_stands_in_for_a_failed_source_is_never_mailed(
    room: Postroom, business: Business, ben: User
) -> None:
    invented = factories.event(
        factories.client(business),
        provenance=Provenance.SIMULATED,
        simulation_reason=SimulationReason.FALLBACK,
    )
    assert promise(room, invented, ben) is False


def test_the_subject_names_group_client_and_title(
    room: Postroom, business: Business, ben: User
) -> None:
    client = factories.client(business, name="Halcyon Health")
    promise(room, factories.event(client, title="CFO steps down", group=CategoryGroup.RISK), ben)
    assert logs()[0].subject == "[Risk] Halcyon Health: CFO steps down"


def test_a_simulated_event_says_so_in_its_subject(
    room: Postroom, business: Business, ben: User
) -> None:
    invented = factories.event(
        factories.client(business),
        title="Opens a plant",
        group=CategoryGroup.EXPANSION,
        provenance=Provenance.SIMULATED,
        simulation_reason=SimulationReason.UNCONFIGURED,
    )
    promise(room, invented, ben)
    assert logs()[0].subject == "[Simulated] [Expansion] Halcyon Health: Opens a plant"


def test_an_alert_reaches_active_users_of_the_business_who_take_mail(
    room: Postroom, business: Business, ana: User, ben: User, cleo: User
) -> None:
    gone = factories.user(business, name="Dana", is_active=False)
    factories.preference(ben, email_notifications_enabled=False)
    with atomic():
        made = room.service.queue_alert(
            business_id=business.id,
            user_ids=[ana.id, ben.id, cleo.id, gone.id],
            subject="A schedule was switched off",
            body="It failed five times.",
            link="/schedules",
            dedupe_key="schedule-1",
        )
    assert made == 1
    assert [(log.user_id, log.email_type) for log in logs()] == [(ana.id, EmailType.ALERT)]


def test_an_alert_of_one_cause_is_sent_once(room: Postroom, business: Business, ana: User) -> None:
    for expected in (1, 0):
        with atomic():
            made = room.service.queue_alert(
                business_id=business.id,
                user_ids=[ana.id],
                subject="x",
                body="y",
                link=None,
                dedupe_key="cause",
            )
        assert made == expected


def test_due_mails_come_longest_waiting_first_without_those_held(room: Postroom, ben: User) -> None:
    now = clock.now()
    waiting = {"status": "pending", "sent_at": None}
    second = factories.email_log(ben, **waiting, next_attempt_at=now - timedelta(minutes=1))
    first = factories.email_log(ben, **waiting, next_attempt_at=now - timedelta(minutes=2))
    abandoned = factories.email_log(
        ben,
        **waiting,
        next_attempt_at=now - timedelta(seconds=90),
        lease_expires_at=now - timedelta(seconds=1),
    )
    factories.email_log(
        ben,
        **waiting,
        next_attempt_at=now - timedelta(minutes=9),
        lease_expires_at=now + timedelta(seconds=50),
    )
    factories.email_log(ben, **waiting, next_attempt_at=now + timedelta(minutes=1))
    assert room.service.due(10) == [first.id, abandoned.id, second.id]
    assert room.service.due(1) == [first.id]
