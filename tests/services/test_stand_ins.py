"""Somebody is away: a colleague is told instead, and who comes back gets a summary, once."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests import factories
from tests.doubles.mail import Postroom
from webapp import clock
from webapp.config import Settings
from webapp.enums import Channel, EmailType, NotificationKind, Severity, Verdict
from webapp.extensions import db
from webapp.models import Client, EmailLog, Event, Notification, StandIn, User
from webapp.schemas.stand_ins import StandInInput
from webapp.services.access import Actor
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.stand_in_summaries import StandInSummaries, missed
from webapp.services.stand_ins import StandInService

pytestmark = pytest.mark.usefixtures("database")

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 5)
DURING = datetime(2026, 12, 3, 12, tzinfo=UTC)
BACK = datetime(2026, 12, 6, 0, 0, tzinfo=UTC)
service, preferences = StandInService(), UserPreferenceService()


@pytest.fixture(autouse=True)
def _during() -> None:
    clock.set_clock(DURING)


@pytest.fixture
def dora(ben: User) -> User:
    """A colleague who follows nobody's clients but her own, of which she has none."""
    dora = factories.user(ben.business, name="Dora")
    factories.preference(dora, assigned_clients_only=True)
    return dora


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def stands_in(cover: User, away: User, first: date = FIRST, last: date = LAST) -> StandIn:
    wish = StandInInput(covered_by_user_id=cover.id, starts_on=first, ends_on=last)
    return service.add(actor(away), wish).row


def happened(client: Client, **values: object) -> Event:
    event = factories.event(client, **values)
    NotificationService().record_event(event, preferences.get_users_to_notify(event))
    return event


def told(event: Event, user: User) -> dict[Channel, tuple[Verdict, str | None]]:
    return {
        each.channel: (each.verdict, each.stopped_by)
        for each in preferences.get_users_to_notify(event)
        if each.user_id == user.id
    }


SENT, HELD = (Verdict.SEND, None), (Verdict.HOLD, "stand_in")


def test_both_channels_follow_and_the_ledger_says_why(
    ben: User, dora: User, halcyon: Client
) -> None:
    event = factories.event(halcyon)
    assert told(event, dora)[Channel.EMAIL] == (Verdict.HOLD, "clients")
    stands_in(dora, ben)
    for channel in (Channel.IN_APP, Channel.EMAIL):
        assert (told(event, dora)[channel], told(event, ben)[channel]) == (SENT, HELD)
    mine, hers = (
        next(each for each in preferences.get_users_to_notify(event) if each.user_id == user.id)
        for user in (ben, dora)
    )
    assert mine.reason == "away until 05 Dec 2026: Dora is told instead"
    assert hers.reason.startswith("stands in for Ben (until 05 Dec 2026); for Ben: relevance 85")


def test_the_limits_are_those_of_who_is_away(ben: User, dora: User, halcyon: Client) -> None:
    factories.preference(ben, relevance_threshold=0.9)
    stands_in(dora, ben)
    assert told(factories.event(halcyon), dora)[Channel.IN_APP] == (Verdict.HOLD, "clients")
    strong = factories.event(halcyon, relevance_score=0.95)
    assert told(strong, dora)[Channel.IN_APP] == SENT


def test_outside_the_days_everybody_is_told_as_ever(ben: User, dora: User, halcyon: Client) -> None:
    stands_in(dora, ben)
    event = factories.event(halcyon)
    for moment in (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), BACK):
        clock.set_clock(moment)
        assert told(event, ben)[Channel.IN_APP] == SENT
        assert told(event, dora)[Channel.IN_APP] == (Verdict.HOLD, "clients")


def test_where_nobody_can_stand_in_who_is_away_is_told(
    ana: User, ben: User, dora: User, halcyon: Client
) -> None:
    stands_in(dora, ben)
    wish = {"starts_on": FIRST, "ends_on": LAST, "covered_by_user_id": ben.id}
    row = {"user_id": dora.id, "business_id": ben.business_id, **wish}
    factories.save(StandIn(**row))  # two at once made a circle
    event = factories.event(halcyon)
    assert told(event, ben)[Channel.IN_APP] == SENT
    assert ana.id


def test_the_stand_in_hears_of_it(ben: User, dora: User) -> None:
    stands_in(dora, ben)
    item = db.session.query(Notification).one()
    assert (item.user_id, item.severity) == (dora.id, Severity.LOW)
    assert item.title == "You stand in for Ben from 01 Dec to 05 Dec 2026"


def summaries(settings: Settings) -> StandInSummaries:
    return StandInSummaries(Postroom(settings).service)


def test_the_returner_gets_one_summary_in_app_and_mail(
    settings: Settings, ben: User, dora: User, halcyon: Client
) -> None:
    row = stands_in(dora, ben)
    event = happened(halcyon)
    happened(halcyon, relevance_score=0.2)
    assert [each.event.id for each in missed(row)] == [event.id]
    assert summaries(settings).send_due(BACK - timedelta(minutes=1)) == 0
    clock.set_clock(BACK)
    assert [summaries(settings).send_due() for _ in range(3)] == [1, 0, 0]
    item = db.session.query(Notification).filter_by(user_id=ben.id).one()
    assert (item.kind, item.link) == (NotificationKind.DIGEST, f"/stand-ins/{row.id}")
    assert item.title == "While you were away: 1 event for 1 client"
    mail = db.session.query(EmailLog).filter_by(user_id=ben.id).one()
    assert mail.email_type is EmailType.DIGEST
    assert mail.context["event_ids"] == [str(event.id)]
    shown = Postroom(settings).service.compose(mail)
    assert shown is not None
    assert "your colleague Dora stood in for you while you were away" in shown.text


def test_a_quiet_absence_makes_no_mail(settings: Settings, ben: User, dora: User) -> None:
    stands_in(dora, ben)
    clock.set_clock(BACK)
    assert summaries(settings).send_due() == 1
    assert db.session.query(EmailLog).count() == 0
    item = db.session.query(Notification).filter_by(user_id=ben.id).one()
    assert item.title == "While you were away: nothing for you"


def test_two_ticks_at_once_make_one_summary(
    database: Flask, settings: Settings, ben: User, dora: User, halcyon: Client
) -> None:
    stands_in(dora, ben)
    happened(halcyon)
    clock.set_clock(BACK)
    start, made = threading.Barrier(2), list[int]()
    db.session.rollback()

    def tick() -> None:
        with database.app_context():
            start.wait(10)
            made.append(summaries(settings).send_due())
            db.session.remove()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(made) == [0, 1]
    assert db.session.query(EmailLog).count() == 1


def test_who_ends_it_early_is_told_again_and_gets_the_summary(
    settings: Settings, ben: User, dora: User, halcyon: Client
) -> None:
    row = stands_in(dora, ben)
    happened(halcyon)
    clock.set_clock(DURING + timedelta(hours=1))
    service.end(actor(dora), row.id)
    assert told(factories.event(halcyon), ben)[Channel.IN_APP] == SENT
    assert summaries(settings).send_due() == 1
    assert db.session.query(EmailLog).count() == 1
