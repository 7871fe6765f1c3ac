"""Events over JSON: list, filters, detail, marks, feedback, decisions."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import Provenance, SimulationReason
from webapp.models import Event, User
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService

As = Callable[[User], FlaskClient]
URL = "/api/v1/events"


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(factories.client(ben.business, owner=ben))


def test_the_list_has_the_decided_envelope(api_as: As, ben: User, event: Event) -> None:
    body = api_as(ben).get(f"{URL}/").get_json()
    assert {name: body[name] for name in ("total", "skip", "limit")} == {
        "total": 1,
        "skip": 0,
        "limit": 50,
    }
    (found,) = body["events"]
    assert (found["id"], found["client_name"]) == (str(event.id), "Halcyon Health")
    assert found["created_at"].endswith("Z")
    assert found["state"] == {
        "read_at": None,
        "starred_at": None,
        "snoozed_until": None,
        "done_at": None,
    }


def test_pages_are_cut_as_asked(api_as: As, ben: User, event: Event) -> None:
    for _ in range(3):
        factories.event(event.client)
    body = api_as(ben).get(f"{URL}/?skip=1&limit=2").get_json()
    assert (len(body["events"]), body["total"], body["skip"], body["limit"]) == (2, 4, 1, 2)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("group=relationship", 1),
        ("group=risk", 0),
        ("category=leadership_change&min_relevance=0.85", 1),
        ("min_relevance=0.86", 0),
        ("risk_level=medium&sentiment=neutral&provenance=live", 1),
        ("q=financial%20OFFICER", 1),
        ("q=100%25", 0),
        ("status=unread&sort=relevance", 1),
        ("status=done", 0),
        ("start_date=2020-01-01&end_date=2099-12-31", 1),
        ("end_date=2020-01-01", 0),
        ("assigned_only=true", 1),
    ],
)
@pytest.mark.usefixtures("event")
def test_each_filter_works_by_its_name(api_as: As, ben: User, query: str, found: int) -> None:
    assert api_as(ben).get(f"{URL}/?{query}").get_json()["total"] == found


@pytest.mark.parametrize(
    "query",
    [
        "limit=101",
        "limit=0",
        "skip=-1",
        "group=sports",
        "category=risk",
        "min_relevance=2",
        "min_relevance=nan",
        "status=new",
        "sort=random",
        "client_id=7",
        "start_date=yesterday",
        "end_date=2026-13-01",
        "start_date=0001-01-01T00:00:00%2B14:00",
        "q=%00",
        "colour=blue",
    ],
)
def test_a_bad_query_is_422(api_as: As, ben: User, query: str) -> None:
    assert api_as(ben).get(f"{URL}/?{query}").status_code == 422


def test_stand_ins_are_hidden_until_asked_for(api_as: As, ben: User, event: Event) -> None:
    factories.event(
        event.client,
        provenance=Provenance.SIMULATED,
        simulation_reason=SimulationReason.FALLBACK,
    )
    assert api_as(ben).get(f"{URL}/").get_json()["total"] == 1
    assert api_as(ben).get(f"{URL}/?provenance=simulated").get_json()["total"] == 1
    assert api_as(ben).get(f"{URL}/?provenance=all").get_json()["total"] == 2


def test_detail_has_insight_sources_and_feedback(api_as: As, ben: User, event: Event) -> None:
    body = api_as(ben).get(f"{URL}/{event.id}").get_json()
    assert (body["id"], body["insight"], body["sources"]) == (str(event.id), None, [])
    assert body["feedback"] is None


@pytest.mark.parametrize("path", ["", "/decisions"])
def test_foreign_and_unknown_events_are_404(
    api_as: As, ben: User, cleo: User, event: Event, path: str
) -> None:
    assert api_as(cleo).get(f"{URL}/{event.id}{path}").status_code == 404
    assert api_as(ben).get(f"{URL}/{uuid.uuid4()}{path}").status_code == 404
    assert api_as(cleo).get(f"{URL}/").get_json()["total"] == 0


PAIRS = [
    ("read", "unread", "read_at"),
    ("star", "unstar", "starred_at"),
    ("snooze", "unsnooze", "snoozed_until"),
    ("done", "reopen", "done_at"),
]


@pytest.mark.parametrize("pair", PAIRS)
def test_each_mark_and_its_inverse(
    api_as: As, ben: User, event: Event, pair: tuple[str, str, str]
) -> None:
    forth, back, field = pair
    body: dict[str, Any] = {"json": {}} if forth == "snooze" else {}
    browser = api_as(ben)
    marked = browser.post(f"{URL}/{event.id}/{forth}", **body)
    assert (marked.status_code, marked.get_json()["id"]) == (200, str(event.id))
    assert marked.get_json()["state"][field].endswith("Z")
    assert browser.post(f"{URL}/{event.id}/{back}").get_json()["state"][field] is None


@pytest.mark.parametrize("pair", PAIRS)
def test_nobody_marks_what_is_not_theirs(
    api_as: As, cleo: User, event: Event, pair: tuple[str, str, str]
) -> None:
    forth, back, _ = pair
    body: dict[str, Any] = {"json": {}} if forth == "snooze" else {}
    assert api_as(cleo).post(f"{URL}/{event.id}/{forth}", **body).status_code == 404
    assert api_as(cleo).post(f"{URL}/{event.id}/{back}").status_code == 404


def test_a_snooze_takes_a_time_a_date_or_a_preset(api_as: As, ben: User, event: Event) -> None:
    at = (clock.now() + timedelta(days=2)).replace(microsecond=0)
    browser = api_as(ben)
    for wish in ({"until": at.isoformat()}, {"until": at.date().isoformat()}, {"preset": "later"}):
        assert browser.post(f"{URL}/{event.id}/snooze", json=wish).status_code == 200


@pytest.mark.parametrize(
    "wish",
    [
        {"until": "2020-01-01"},
        {"until": "2999-01-01"},
        {"until": "soon"},
        {"until": 5},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"preset": "never"},
        {"colour": "blue"},
    ],
)
def test_a_bad_snooze_is_422(api_as: As, ben: User, event: Event, wish: dict[str, Any]) -> None:
    assert api_as(ben).post(f"{URL}/{event.id}/snooze", json=wish).status_code == 422


def test_feedback_is_kept_and_replaced(api_as: As, ben: User, event: Event) -> None:
    browser = api_as(ben)
    for verdict in ("useful", "wrong_category"):
        answer = browser.post(f"{URL}/{event.id}/feedback", json={"verdict": verdict})
        assert (answer.status_code, answer.get_json()["verdict"]) == (200, verdict)
    detail = browser.get(f"{URL}/{event.id}").get_json()
    assert detail["feedback"]["verdict"] == "wrong_category"


def test_bad_feedback_is_refused(api_as: As, ben: User, event: Event) -> None:
    post = api_as(ben).post
    for wrong in ({}, {"verdict": "nice"}, {"verdict": "useful", "category": "funding"}):
        assert post(f"{URL}/{event.id}/feedback", json=wrong).status_code == 422
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    useful = {"verdict": "useful"}
    assert api_as(viewer).post(f"{URL}/{event.id}/feedback", json=useful).status_code == 403


def test_decisions_are_ones_own_or_all_for_an_admin(
    api_as: As, ana: User, ben: User, event: Event
) -> None:
    decisions = UserPreferenceService().get_users_to_notify(event)
    NotificationService().record_event(event, decisions)
    mine = api_as(ben).get(f"{URL}/{event.id}/decisions").get_json()
    everybodys = api_as(ana).get(f"{URL}/{event.id}/decisions").get_json()
    assert {each["user_name"] for each in mine["decisions"]} == {"Ben"}
    assert (mine["total"], everybodys["total"]) == (3, 6)  # one a channel
    assert mine["decisions"][0]["checks"][0]["name"] == "account"


def test_both_trailing_slash_forms_answer(api_as: As, ben: User) -> None:
    assert api_as(ben).get(URL).status_code == 200
    assert api_as(ben).get(f"{URL}/").status_code == 200


def test_an_insight_is_asked_for(api_as: As, ben: User, cleo: User, event: Event) -> None:
    path = f"/api/v1/events/{event.id}/insight"
    assert api_as(cleo).post(path).status_code == 404
    answer = api_as(ben).post(path)
    assert (answer.status_code, answer.json) == (202, {"message": "The insight is being written."})
    shown = api_as(ben).get(f"/api/v1/events/{event.id}").json
    assert shown is not None
    assert shown["insight_wanted_at"].endswith("Z")
