"""Sources and stories of events over JSON."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.pages.test_events_sources import continued, report, sighting, story_event
from webapp.enums import RawOutcome
from webapp.models import Event, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/events"
NOTE = "The amount is now $80M, it was $65M."

__all__ = ["story_event"]


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(factories.client(ben.business, owner=ben))


def test_the_list_has_the_number_of_sources(api_as: As, ben: User, event: Event) -> None:
    sighting(report(event, "One"))
    report(event, "Two")
    (found,) = api_as(ben).get(f"{URL}/").get_json()["events"]
    assert (found["source_count"], found["change_note"]) == (3, None)


def test_an_event_whose_raw_rows_are_gone_still_has_its_own_source(
    api_as: As, ben: User, event: Event
) -> None:
    assert api_as(ben).get(f"{URL}/").get_json()["events"][0]["source_count"] == 1
    assert api_as(ben).get(f"{URL}/{event.id}").get_json()["source_count"] == 1


def test_every_source_says_how_it_came_to_be_one(api_as: As, ben: User, event: Event) -> None:
    own = report(
        event,
        event.title,
        content_hash=event.content_hash,
        outcome=RawOutcome.CREATED,
        match_score=0.75,
        match_reasons=["names the domain"],
    )
    sighting(own)
    report(event, "Two", outcome_reason="reports the same as “One”")
    body = api_as(ben).get(f"{URL}/{event.id}").get_json()
    first, again, second = body["sources"]
    assert (first["outcome"], first["match_score"]) == ("created", 0.75)
    assert first["match_reasons"] == ["names the domain"]
    assert (first["is_sighting"], again["is_sighting"]) == (False, True)
    assert (again["source_api"], again["publisher"]) == ("rss", "Morning Ledger")
    assert (second["outcome"], second["outcome_reason"]) == (
        "duplicate",
        "reports the same as “One”",
    )
    assert body["source_count"] == len(body["sources"]) == 3


def test_an_update_names_its_change_and_its_story(
    api_as: As, ben: User, story_event: Event
) -> None:
    update = continued(story_event, "Raises $80M", NOTE)
    body = api_as(ben).get(f"{URL}/{update.id}").get_json()
    assert (body["change_note"], body["story_id"]) == (NOTE, str(story_event.story_id))
    assert [each["event_id"] for each in body["story"]] == [str(story_event.id), str(update.id)]
    assert [each["change_note"] for each in body["story"]] == [None, NOTE]


def test_an_event_alone_has_no_story_to_list(api_as: As, ben: User, event: Event) -> None:
    assert api_as(ben).get(f"{URL}/{event.id}").get_json()["story"] == []
