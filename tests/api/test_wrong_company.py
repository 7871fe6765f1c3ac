"""Wrong company over JSON: what it teaches and hides, its proposals, and its way back."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.models import Event, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/events"
WRONG = {"verdict": "wrong_company"}


@pytest.fixture
def event(ben: User) -> Event:
    halcyon = factories.client(ben.business, name="Halcyon", owner=ben)
    title, url = "Halcyon Dental opens ten practices", "https://teeth.example/1"
    return factories.event(halcyon, title=title, url=url)


def test_it_says_what_was_excluded_and_hidden(api_as: As, ben: User, event: Event) -> None:
    browser = api_as(ben)
    body = browser.post(f"{URL}/{event.id}/feedback", json=WRONG).get_json()
    assert (body["verdict"], body["hidden_events"], body["restored_events"]) == (
        "wrong_company",
        1,
        0,
    )
    told = {name: body["exclusion"][name] for name in ("kind", "value", "created_by")}
    assert told == {"kind": "term", "value": "Halcyon Dental", "created_by": "Ben"}
    assert browser.get(f"{URL}/{event.id}").status_code == 404
    assert browser.get(f"{URL}/").get_json()["total"] == 0


def test_the_caller_may_choose_what_is_excluded(api_as: As, ben: User, event: Event) -> None:
    chosen = {**WRONG, "exclude_domain": "teeth.example"}
    body = api_as(ben).post(f"{URL}/{event.id}/feedback", json=chosen).get_json()
    assert (body["exclusion"]["kind"], body["exclusion"]["value"]) == ("domain", "teeth.example")


def test_deleting_the_opinion_brings_the_event_back(api_as: As, ben: User, event: Event) -> None:
    browser = api_as(ben)
    browser.post(f"{URL}/{event.id}/feedback", json=WRONG)
    first, second = (browser.delete(f"{URL}/{event.id}/feedback") for _ in range(2))
    assert (first.status_code, first.get_json()["restored_events"]) == (200, 1)
    assert (second.status_code, second.get_json()["restored_events"]) == (200, 0)
    assert browser.get(f"{URL}/{event.id}").get_json()["feedback"] is None


def test_proposals_are_told_with_what_they_would_hide(api_as: As, ben: User, event: Event) -> None:
    body = api_as(ben).get(f"{URL}/{event.id}/exclusion-proposals").get_json()
    assert body["total"] == 3
    assert body["proposals"][0] == {
        "kind": "term",
        "value": "Halcyon Dental",
        "why": "a longer name around the client's",
        "hides": 1,
    }


@pytest.mark.parametrize(
    "more",
    [
        {"exclude_term": ""},
        {"exclude_term": "Halcyon"},
        {"exclude_domain": "?"},
        {"exclude_term": "x" * 254},
    ],
)
def test_what_makes_no_sense_is_422_and_hides_nothing(
    api_as: As, ben: User, event: Event, more: dict[str, str]
) -> None:
    browser = api_as(ben)
    answer = browser.post(f"{URL}/{event.id}/feedback", json={**WRONG, **more})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == [*more]
    assert browser.get(f"{URL}/{event.id}").status_code == 200


def test_viewers_and_strangers_may_not(api_as: As, ben: User, cleo: User, event: Event) -> None:
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    for user, status in ((viewer, 403), (cleo, 404)):
        browser = api_as(user)
        assert browser.post(f"{URL}/{event.id}/feedback", json=WRONG).status_code == status
        assert browser.delete(f"{URL}/{event.id}/feedback").status_code == status
        assert browser.get(f"{URL}/{event.id}/exclusion-proposals").status_code == status
