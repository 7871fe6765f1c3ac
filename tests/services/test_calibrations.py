"""Learning from feedback: what teaches, what does not, versions, and their switches."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from tests import factories
from webapp import clock
from webapp.config import Settings
from webapp.enums import Category, FeedbackVerdict, Provenance, Role
from webapp.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.extensions import db
from webapp.models import Calibration, Client, Event, EventFeedback, User
from webapp.schemas.feedback import FeedbackInput
from webapp.services.access import Actor
from webapp.services.calibrations import CalibrationService, Version, shifts_in_force
from webapp.services.events import EventService
from webapp.services.transactions import atomic

AWARD = Category.AWARD_RECOGNITION
feedback = EventService().feedback


@pytest.fixture
def service(database: Flask, settings: Settings) -> CalibrationService:  # noqa: ARG001 -- it must be there
    return CalibrationService(settings)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def award(of: Client, **values: Any) -> Event:
    return factories.event(of, **{"category": AWARD, "title": "An award", **values})


def say(user: User, event: Event, verdict: str, **more: Any) -> None:
    body = FeedbackInput(verdict=FeedbackVerdict(verdict), **more)
    feedback.give(actor(user), event.id, body)


def counts(version: Version) -> tuple[int, int]:
    return (version.cells[0].counts.useful, version.cells[0].counts.not_relevant)


def learned(service: CalibrationService, user: User) -> Version:
    return service.learn(actor(user)).version


def test_each_judged_event_is_one_vote_whoever_clicked_how_often(
    service: CalibrationService, ana: User, ben: User, halcyon: Client
) -> None:
    first, second = award(halcyon), award(halcyon)
    for _ in range(50):
        say(ben, first, "not_relevant")
    say(ana, first, "not_relevant")
    say(ben, second, "useful")
    version = learned(service, ana)
    assert (counts(version), version.events) == ((1, 1), 2)


def test_a_team_that_is_of_two_minds_says_nothing(
    service: CalibrationService, ana: User, ben: User, halcyon: Client
) -> None:
    event = award(halcyon)
    say(ben, event, "not_relevant")
    say(ana, event, "useful")
    with pytest.raises(ConflictError, match="no feedback to learn from"):
        service.learn(actor(ana))


def test_feedback_that_was_taken_back_teaches_nothing(
    service: CalibrationService, ana: User, ben: User, halcyon: Client
) -> None:
    event = award(halcyon)
    say(ben, event, "not_relevant")
    feedback.take_back(actor(ben), event.id)
    assert not service.is_outdated(actor(ana))


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.VIEWER}])
def test_who_may_give_no_feedback_today_is_not_heard(
    service: CalibrationService, ana: User, ben: User, halcyon: Client, change: dict[str, Any]
) -> None:
    say(ben, award(halcyon), "not_relevant")
    say(ana, award(halcyon), "useful")
    with atomic() as session:
        session.execute(update(User).where(User.id == ben.id).values(change))
    assert counts(learned(service, ana)) == (1, 0)


def test_invented_and_hidden_events_and_old_opinions_never_teach(
    service: CalibrationService, ana: User, ben: User, halcyon: Client
) -> None:
    say(ben, award(halcyon, provenance=Provenance.SIMULATED), "not_relevant")
    say(ben, award(halcyon, hidden_at=clock.now()), "not_relevant")
    say(ben, award(halcyon), "not_relevant")
    long_ago = clock.now() - timedelta(days=200)
    factories.save(
        EventFeedback(
            business_id=halcyon.business_id,
            event_id=award(halcyon).id,
            user_id=ben.id,
            verdict=FeedbackVerdict.NOT_RELEVANT,
            updated_at=long_ago,
        )
    )
    assert counts(learned(service, ana)) == (0, 1)


def test_a_corrected_category_is_told_and_teaches_nothing_of_relevance(
    service: CalibrationService, ana: User, ben: User, halcyon: Client
) -> None:
    event = award(halcyon)
    say(ben, event, "wrong_category", category=Category.PARTNERSHIP)
    say(ana, event, "not_relevant")
    version = learned(service, ana)
    assert version.cells == ()
    told = [(each.category, each.right, each.events) for each in version.corrections]
    assert told == [(AWARD, Category.PARTNERSHIP, 1)]


def test_learning_twice_makes_one_version_and_further_feedback_the_next(
    service: CalibrationService, ana: User, ben: User, halcyon: Client
) -> None:
    say(ben, award(halcyon), "not_relevant")
    first, again = service.learn(actor(ana)), service.learn(actor(ana))
    assert (first.is_new, again.is_new) == (True, False)
    assert first.version == again.version
    say(ben, award(halcyon), "not_relevant")
    assert service.is_outdated(actor(ana))
    second = learned(service, ana)
    assert [each.version for each in service.list(actor(ana))] == [2, 1]
    assert counts(second) == (0, 2)
    assert counts(service.get(actor(ana), first.version.id)) == (0, 1)


def test_one_version_is_on_and_who_switched_it_is_kept(
    service: CalibrationService, ana: User, ben: User, halcyon: Client
) -> None:
    say(ben, award(halcyon), "not_relevant")
    first = learned(service, ana)
    assert shifts_in_force(ana.business_id) is None
    say(ben, award(halcyon), "not_relevant")
    second = learned(service, ana)
    for _ in range(2):
        service.switch_on(actor(ana), second.id)
    service.switch_on(actor(ana), first.id)
    one, other = (service.get(actor(ana), each.id) for each in (first, second))
    assert (one.is_on, other.is_on) == (True, False)
    assert [(each.is_on, each.by) for each in other.switches] == [(False, "Ana"), (True, "Ana")]
    service.switch_off(actor(ana), first.id)
    assert shifts_in_force(ana.business_id) is None
    assert service.switch_on(actor(ana), first.id).is_on


def test_only_admins_and_only_of_the_business(
    service: CalibrationService, ana: User, ben: User, cleo: User, halcyon: Client
) -> None:
    say(ben, award(halcyon), "not_relevant")
    version = learned(service, ana)
    with pytest.raises(ForbiddenError):
        service.learn(actor(ben))
    stranger = Actor(cleo.id, cleo.business_id, Role.ADMIN)
    assert service.list(stranger) == []
    for act in (service.get, service.preview, service.switch_on, service.switch_off):
        with pytest.raises(NotFoundError):
            act(stranger, version.id)
    with pytest.raises(ConflictError):
        service.learn(stranger)


def test_two_admins_who_switch_at_once_leave_one_on(
    service: CalibrationService, ana: User, ben: User, halcyon: Client, database: Flask
) -> None:
    ids = []
    for _ in range(2):
        say(ben, award(halcyon), "not_relevant")
        ids.append(learned(service, ana).id)
    who = actor(ana)
    db.session.rollback()

    def switch(place: int) -> None:
        with database.app_context():
            service.switch_on(who, ids[place])
            db.session.remove()

    threads = [threading.Thread(target=switch, args=(place % 2,)) for place in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert db.session.query(Calibration).filter_by(is_on=True).count() == 1
