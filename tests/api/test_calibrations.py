"""Calibrations over JSON: learn, look, switch."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import Category
from webapp.models import Event, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/calibrations/"


@pytest.fixture
def event(ben: User) -> Event:
    halcyon = factories.client(ben.business, owner=ben)
    return factories.event(halcyon, category=Category.AWARD_RECOGNITION, relevance_score=0.71)


@pytest.fixture
def version(api_as: As, ana: User, ben: User, event: Event) -> str:
    body = {"verdict": "not_relevant"}
    assert api_as(ben).post(f"/api/v1/events/{event.id}/feedback", json=body).status_code == 200
    learned = api_as(ana).post(URL).get_json()
    assert (learned["version"], learned["is_new"], learned["is_on"]) == (1, True, False)
    return f"{URL}{learned['id']}"


def test_a_version_tells_its_shifts(api_as: As, ana: User, version: str) -> None:
    body = api_as(ana).get(version).get_json()
    assert body["shifts"] == [
        {
            "category": "award_recognition",
            "tier": None,
            "useful": 0,
            "not_relevant": 1,
            "shift": -0.02,
            "reason": "1 of 1 “Award” event was not relevant: \u22120.02",
        }
    ]
    assert api_as(ana).get(URL).get_json()["total"] == 1


def test_its_preview_tells_what_moves(api_as: As, ana: User, version: str, event: Event) -> None:
    body = api_as(ana).get(f"{version}/preview").get_json()
    (moved,) = body["moved"]
    assert (moved["event_id"], moved["before"], moved["after"]) == (str(event.id), 0.71, 0.69)
    assert set(moved["lost_for"]) == {"Ana", "Ben"}
    assert (body["events"], body["moved_total"], body["lost"]) == (1, 1, 1)
    assert api_as(ana).get(f"{version}/preview?skip=1").get_json()["moved"] == []


def test_it_is_switched_on_and_off(api_as: As, ana: User, version: str) -> None:
    program = api_as(ana)
    assert program.post(f"{version}/switch-on").get_json()["is_on"] is True
    body = program.post(f"{version}/switch-off").get_json()
    assert body["is_on"] is False
    assert [(each["is_on"], each["by"]) for each in body["switches"]] == [
        (False, "Ana"),
        (True, "Ana"),
    ]


def test_without_feedback_that_teaches_it_is_a_conflict(api_as: As, ana: User) -> None:
    answer = api_as(ana).post(URL)
    assert answer.status_code == 409
    assert "no feedback" in answer.get_json()["detail"]


def test_only_admins_of_the_business(api_as: As, ben: User, cleo: User, version: str) -> None:
    stranger = factories.user(cleo.business, name="Zoe", role="admin")
    for path in (version, f"{version}/preview"):
        assert api_as(ben).get(path).status_code == 403
        assert api_as(stranger).get(path).status_code == 404
    for act in ("switch-on", "switch-off"):
        assert api_as(ben).post(f"{version}/{act}").status_code == 403
        assert api_as(stranger).post(f"{version}/{act}").status_code == 404
    assert api_as(stranger).get(URL).get_json()["total"] == 0
