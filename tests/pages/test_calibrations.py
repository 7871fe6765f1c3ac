"""Calibration on its pages: announced there, and then done by the pipeline to the point."""

import re
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp.config import Settings
from webapp.enums import Category, FeedbackVerdict
from webapp.extensions import db
from webapp.models import Calibration, Client, Event, EventFeedback, User

As = Callable[[User], FlaskClient]
URL = "/business/calibration"
AWARD = Category.AWARD_RECOGNITION
NEWS = "Halcyon Health wins the national patient safety award"
SECOND = "Halcyon Health opens 40 clinics in Portugal"
THIRD = "Halcyon Health names Ida Berg chief financial officer"


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben, name="Halcyon Health")


def judged(of: Client, by: User, number: int, verdict: str = "not_relevant") -> list[Event]:
    """Make events that a user judged by the event's own page's form."""
    events = [
        factories.event(of, category=AWARD, relevance_score=0.72, title=f"Award {place}")
        for place in range(number)
    ]
    for event in events:
        factories.save(
            EventFeedback(
                business_id=of.business_id,
                event_id=event.id,
                user_id=by.id,
                verdict=FeedbackVerdict(verdict),
            )
        )
    return events


def only_version() -> uuid.UUID:
    db.session.rollback()
    return db.session.query(Calibration).one().id


def test_twenty_not_relevant_lower_the_next_event_by_what_the_page_announced(
    browse_as: As, ana: User, ben: User, halcyon: Client, settings: Settings
) -> None:
    world = World(settings)
    world.model.category, world.model.relevance = AWARD, 0.72
    schedule = factories.schedule(ana)
    csm, admin = browse_as(ben), browse_as(ana)
    assert halcyon.business_id == ana.business_id
    castellan = factories.client(ben.business, name="Castellan Bank")
    for _ in range(20):
        event = factories.event(castellan, category=AWARD)
        csm.post(f"/events/{event.id}/feedback", data={"verdict": "not_relevant"})
    admin.post(URL)
    page = admin.get(f"{URL}/{only_version()}").text
    announced = re.search(r"20 of 20 “Award” events were not relevant: \u2212(0\.\d\d)", page)
    assert announced is not None
    admin.post(f"{URL}/{only_version()}/on")
    world.source.results = [result(NEWS)]
    world.run(schedule)
    event = db.session.query(Event).filter_by(title=NEWS).one()
    assert event.relevance_score == pytest.approx(0.72 - float(announced[1]))
    assert event.relevance_factors["team_feedback"] == -float(announced[1])
    shown = csm.get(f"/events/{event.id}").text
    assert re.search(r"Feedback of your team</dt><dd[^>]*>\u221217<", shown)


def test_before_it_is_on_and_after_it_is_off_nothing_moves(
    browse_as: As, ana: User, ben: User, halcyon: Client, settings: Settings
) -> None:
    world = World(settings)
    world.model.category, world.model.relevance = AWARD, 0.72
    schedule = factories.schedule(ana)
    assert halcyon.business_id == ana.business_id
    judged(factories.client(ben.business, name="Castellan Bank"), ben, 20)
    admin = browse_as(ana)
    admin.post(URL)
    found = []
    for state, title in ((None, NEWS), ("on", SECOND), ("off", THIRD)):
        if state:
            admin.post(f"{URL}/{only_version()}/{state}")
        world.source.results = [result(title)]
        world.run(schedule)
        found.append(db.session.query(Event).filter_by(title=title).one().relevance_score)
    assert found == [0.72, 0.55, 0.72]


def test_what_feedback_would_lose_is_shown_before_the_switch(
    browse_as: As, ana: User, ben: User, halcyon: Client
) -> None:
    factories.preference(ben, relevance_threshold=0.6)
    judged(halcyon, ben, 20)
    judged(halcyon, ana, 1, "useful")
    admin = browse_as(ana)
    assert "Learn from the feedback so far" in admin.get(URL).text
    answer = admin.post(URL)
    page = admin.get(answer.location).text
    assert "21 events would not have reached somebody" in page
    assert "1 event that somebody marked useful" in page
    assert "useful for Ana" in page
    assert "72 → 57" in page
    assert "Switch on" in page


def test_a_category_that_was_corrected_is_shown_and_said_to_change_nothing(
    browse_as: As, ana: User, ben: User, halcyon: Client
) -> None:
    event = factories.event(halcyon, category=AWARD)
    csm = browse_as(ben)
    form = {"verdict": "wrong_category", "_view": "page"}
    csm.post(f"/events/{event.id}/feedback", data=form)
    assert 'name="category"' in csm.get(f"/events/{event.id}").text
    csm.post(f"/events/{event.id}/feedback", data={**form, "category": "partnership"})
    admin = browse_as(ana)
    page = admin.get(admin.post(URL).location).text
    assert "Wrong categories" in page
    assert "Categories stay as they were judged" in page


def test_without_feedback_there_is_nothing_to_learn(browse_as: As, ana: User) -> None:
    admin = browse_as(ana)
    assert "Nothing to learn from yet" in admin.get(URL).text
    answer = admin.post(URL)
    assert "no feedback to learn from yet" in admin.get(answer.location).text


def test_only_admins_of_the_business_see_it(
    browse_as: As, ana: User, ben: User, cleo: User, halcyon: Client
) -> None:
    judged(halcyon, ben, 1)
    browse_as(ana).post(URL)
    stranger = factories.user(cleo.business, name="Zoe", role="admin")
    for path in ("", f"/{only_version()}"):
        assert browse_as(ben).get(URL + path).status_code == 403
    assert browse_as(stranger).get(f"{URL}/{only_version()}").status_code == 404
    assert browse_as(stranger).post(f"{URL}/{only_version()}/on").status_code == 404
    assert not db.session.query(Calibration).one().is_on
