"""What was held back over JSON, and "I wanted this"."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import FeedbackVerdict, SimulationReason
from webapp.extensions import db
from webapp.models import Client, Event, EventFeedback, Notification, User
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService

As = Callable[[User], FlaskClient]
URL = "/api/v1/notifications/held-back"


@pytest.fixture
def halcyon(ben: User) -> Client:
    factories.preference(ben, relevance_threshold=0.8)
    return factories.client(ben.business)


def happened(client: Client, relevance: Any = 0.6, **values: Any) -> Event:
    event = factories.event(client, relevance_score=relevance, **values)
    NotificationService().record_event(event, UserPreferenceService().get_users_to_notify(event))
    return event


def held(program: FlaskClient, query: str = "") -> Any:
    return program.get(f"{URL}/{query}").get_json()


def inbox(program: FlaskClient) -> list[str]:
    found = program.get("/api/v1/notifications/").get_json()["notifications"]
    return [each["event_id"] for each in found]


def test_what_no_channel_told_is_listed_with_its_reason(
    api_as: As, ben: User, halcyon: Client
) -> None:
    event = happened(halcyon)
    happened(halcyon, 0.9)
    body = held(api_as(ben))
    assert (body["total"], body["next"]) == (1, None)
    (found,) = body["held_back"]
    assert (found["event_id"], found["stopped_by"]) == (str(event.id), "relevance")
    assert found["reason"] == "relevance 60 is below the limit of 80"
    assert {"name": "relevance", "passed": False, "detail": found["reason"]} in found["checks"]


def test_what_one_channel_told_or_put_off_was_not_held_back(
    api_as: As, business: Any, halcyon: Client
) -> None:
    only_mail = factories.user(business, name="Mia")
    factories.preference(only_mail, notification_enabled=False, notification_frequency="daily")
    happened(halcyon, 0.9)
    happened(halcyon, 0.5)
    assert [each["relevance_score"] for each in held(api_as(only_mail))["held_back"]] == [0.5]


def test_what_stood_in_for_a_failed_source_or_was_hidden_is_not_listed(
    api_as: As, ben: User, halcyon: Client
) -> None:
    invented = {"provenance": "simulated", "simulation_reason": SimulationReason.FALLBACK}
    happened(halcyon, **invented)
    happened(halcyon, hidden_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert held(api_as(ben))["total"] == 0


def test_wanted_brings_it_into_the_inbox_and_teaches(
    api_as: As, ben: User, halcyon: Client
) -> None:
    program, event = api_as(ben), happened(halcyon)
    assert program.post(f"{URL}/{event.id}/wanted").status_code == 200
    assert inbox(program) == [str(event.id)]
    assert held(program)["total"] == 0
    (opinion,) = db.session.query(EventFeedback)
    assert (opinion.user_id, opinion.verdict) == (ben.id, FeedbackVerdict.WANTED)
    item = db.session.query(Notification).one()
    assert item.why == "you wanted this; it was held back: relevance 60 is below the limit of 80"
    assert program.post(f"{URL}/{event.id}/wanted").status_code == 409


def test_wanted_can_be_taken_back(api_as: As, ben: User, halcyon: Client) -> None:
    program, event = api_as(ben), happened(halcyon)
    program.post(f"{URL}/{event.id}/wanted")
    assert program.delete(f"{URL}/{event.id}/wanted").status_code == 200
    assert (inbox(program), held(program)["total"]) == ([], 1)
    assert db.session.query(EventFeedback).count() == 0
    assert program.delete(f"{URL}/{event.id}/wanted").status_code == 409


def test_who_may_not_give_feedback_may_still_look(
    api_as: As, business: Any, halcyon: Client
) -> None:
    vera = factories.user(business, name="Vera", role="viewer")
    factories.preference(vera, relevance_threshold=0.8)
    event = happened(halcyon)
    assert held(api_as(vera))["total"] == 1
    assert api_as(vera).post(f"{URL}/{event.id}/wanted").status_code == 403


def test_others_and_cleo_find_nothing(
    api_as: As, ana: User, ben: User, cleo: User, halcyon: Client
) -> None:
    factories.preference(ana, relevance_threshold=0.1)
    event = happened(halcyon)
    for user, status in ((ana, 409), (cleo, 404)):
        assert held(api_as(user)) == {"held_back": [], "total": 0, "next": None}
        assert api_as(user).post(f"{URL}/{event.id}/wanted").status_code == status
    assert held(api_as(ben))["total"] == 1


def test_pages_go_on_where_the_last_one_ended(api_as: As, ben: User, halcyon: Client) -> None:
    program = api_as(ben)
    expected = [str(happened(halcyon).id) for _ in range(7)][::-1]
    seen, query = list[str](), "?limit=3"
    while query:
        body = held(program, query)
        seen += [each["event_id"] for each in body["held_back"]]
        happened(halcyon)  # what comes in meanwhile moves nothing
        query = body["next"] and f"?limit=3&before={body['next']}"
    assert seen == expected


@pytest.mark.parametrize("before", ["x", "20261122T120000.000000~x", "~", "2026~" + "0" * 32])
def test_a_place_that_nobody_gave_is_refused(api_as: As, ben: User, before: str) -> None:
    answer = api_as(ben).get(f"{URL}/?before={before}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "before"
