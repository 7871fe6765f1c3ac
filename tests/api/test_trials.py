"""Trials over JSON: estimate, start, watch, look at the rows, decide."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.api.test_raw_data import stored
from webapp.container import services
from webapp.enums import AIName, Category, RawOutcome
from webapp.extensions import db
from webapp.models import Client, Event, EventRawData, ReprocessTrial, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/reprocess-trials/"
NEWS = "Halcyon Health raises $65M in Series C funding"


@pytest.fixture
def event(ben: User) -> Event:
    """An event that the rules judge otherwise today."""
    halcyon = factories.client(ben.business, owner=ben, name="Halcyon Health")
    found = factories.event(
        halcyon, title=NEWS, category=Category.OTHER, relevance_score=0.4, prompt_version="old"
    )
    raw = {"is_processed": True, "outcome": RawOutcome.CREATED}
    stored(halcyon, NEWS, processed_into_event_id=found.id, **raw)
    return found


def judged(program: FlaskClient) -> str:
    """Start a trial by rules and judge it; return its address."""
    answer = program.post(URL, json={"provider": "rules"})
    assert answer.status_code == 202, answer.get_json()
    services().trials.runner.work(db.session.query(ReprocessTrial).one().id)
    return answer.headers["Location"]


def test_an_estimate_starts_nothing(api_as: As, ana: User, event: Event) -> None:
    body = api_as(ana).post(f"{URL}estimate", json={"provider": "rules"}).get_json()
    assert body == {
        "rows": 1,
        "clients": 1,
        "ai_calls": 0,
        "estimated_usd": 0,
        "provider": "rules",
        "model": "",
    }
    assert db.session.query(ReprocessTrial).count() == 0
    assert event.prompt_version == "old"


def test_a_trial_tells_what_it_found_and_nothing_changes_by_it(
    api_as: As, ana: User, event: Event
) -> None:
    program = api_as(ana)
    address = judged(program)
    body = program.get(address).get_json()
    assert (body["status"], body["rows_done"], body["cost_usd"]) == ("ready", 1, 0)
    assert (body["counts"]["changed"], body["counts"]["category_moved"]) == (1, 1)
    (item,) = program.get(f"{address}/items").get_json()["items"]
    assert (item["event_id"], item["client_name"]) == (str(event.id), "Halcyon Health")
    assert (item["before"]["category"], item["after"]["category"]) == ("other", "funding")
    assert {each["user_name"] for each in item["told"]} <= {"Ana", "Ben"}
    assert program.get(f"{address}/items?kind=new_event").get_json()["total"] == 0
    assert program.get(f"/api/v1/events/{event.id}").get_json()["category"] == "other"
    assert program.get(URL).get_json()["total"] == 1


def test_adoption_writes_it_and_the_event_tells_what_it_was(
    api_as: As, ana: User, event: Event
) -> None:
    program = api_as(ana)
    address = judged(program)
    for _ in range(2):
        assert program.post(f"{address}/adopt").status_code == 202
    services().trials.runner.work(db.session.query(ReprocessTrial).one().id)
    body = program.get(address).get_json()
    assert (body["status"], body["counts"]["done"], body["decided_by"]) == ("adopted", 1, "Ana")
    shown = program.get(f"/api/v1/events/{event.id}").get_json()
    assert (shown["category"], shown["classified_by"]) == ("funding", AIName.RULES)
    revisions = program.get(f"/api/v1/events/{event.id}/revisions").get_json()
    assert revisions["total"] == 1
    assert revisions["revisions"][0]["before"]["category"] == "other"
    assert revisions["revisions"][0]["replaced_by"] == "Ana"


def test_a_trial_is_cancelled_or_discarded(api_as: As, ana: User, event: Event) -> None:
    program = api_as(ana)
    address = program.post(URL, json={"provider": "rules"}).headers["Location"]
    assert program.post(f"{address}/cancel").get_json()["status"] == "cancelled"
    assert program.post(f"{address}/adopt").status_code == 409
    assert program.post(f"{address}/discard").get_json()["status"] == "discarded"
    assert event.category is Category.OTHER


BAD: list[dict[str, Any]] = [
    {"outcomes": ["duplicate"]},
    {"outcomes": []},
    {"limit": 0},
    {"limit": 10_001},
    {"cost_cap_usd": -1},
    {"cost_cap_usd": "1"},
    {"provider": "pigeon"},
    {"provider": "openai"},
    {"provider": "rules", "model": "finer"},
    {"model": "a b"},
    {"categories": ["weather"]},
    {"since": "2026-11-02T00:00:00Z", "until": "2026-11-01T00:00:00Z"},
    {"client_ids": ["01890000-0000-7000-8000-000000000000"]},
    {"everything": True},
]


@pytest.mark.parametrize("body", BAD)
def test_a_wish_that_makes_no_sense_is_422(
    api_as: As, ana: User, event: Event, body: dict[str, Any]
) -> None:
    assert event.category is Category.OTHER
    for path in (URL, f"{URL}estimate"):
        assert api_as(ana).post(path, json=body).status_code == 422
    assert db.session.query(ReprocessTrial).count() == 0


def test_nothing_to_judge_and_a_second_at_once_are_conflicts(
    api_as: As, ana: User, event: Event
) -> None:
    program = api_as(ana)
    empty = {"provider": "rules", "categories": ["award_recognition"]}
    assert program.post(URL, json=empty).status_code == 409
    assert program.post(URL, json={"provider": "rules"}).status_code == 202
    assert program.post(URL, json={"provider": "rules"}).status_code == 409
    assert event.category is Category.OTHER


def test_only_admins_of_the_business(
    api_as: As, ana: User, ben: User, cleo: User, event: Event
) -> None:
    address = judged(api_as(ana))
    zoe = api_as(factories.user(cleo.business, name="Zoe", role="admin"))
    for path in ("", "/items"):
        assert api_as(ben).get(address + path).status_code == 403
        assert zoe.get(address + path).status_code == 404
    for act in ("cancel", "adopt", "discard"):
        assert api_as(ben).post(f"{address}/{act}").status_code == 403
        assert zoe.post(f"{address}/{act}").status_code == 404
    assert zoe.get(URL).get_json()["total"] == 0
    assert api_as(cleo).get(f"/api/v1/events/{event.id}/revisions").status_code == 404
    assert db.session.query(EventRawData).one().outcome is RawOutcome.CREATED
    assert db.session.query(Client).count() == 1
