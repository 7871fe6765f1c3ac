"""A body says what it means: its values have the type of their field, and none is passed over."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests import factories
from webapp.extensions import db
from webapp.models import AutomationSchedule, User, UserPreference
from webapp.pages.forms import parse_form
from webapp.schemas.preferences import PreferencePatch

Caller = Callable[[User], FlaskClient]
SCHEDULES = "/api/v1/automation-schedules/"
PREFERENCES = "/api/v1/user-preferences/me"
DAILY = {"name": "Mornings", "schedule_type": "daily", "hour_of_day": 9}

WRONG_TYPES: list[tuple[str, Any]] = [
    ("relevance_threshold", "0.5"),
    ("relevance_threshold", True),
    ("relevance_threshold", None),
    ("notification_enabled", "true"),
    ("notification_enabled", 1),
    ("digest_day_of_week", "3"),
    ("digest_day_of_week", True),
    ("digest_day_of_week", 3.5),
    ("digest_time", 32400),
    ("notification_frequency", 1),
    ("notification_categories", "risk"),
    ("notification_categories", {"risk": 1}),
]


@pytest.mark.parametrize(("field", "value"), WRONG_TYPES)
def test_a_value_of_another_type_is_422_and_named(
    api_as: Caller, ben: User, field: str, value: object
) -> None:
    answer = api_as(ben).put(PREFERENCES, json={field: value})
    assert answer.status_code == 422
    assert answer.json is not None
    assert {each["field"].partition(".")[0] for each in answer.json["errors"]} == {field}


def test_what_json_writes_as_text_is_read_as_what_it_is(api_as: Caller, ben: User) -> None:
    body = {
        "digest_time": "10:30",
        "notification_frequency": "daily",
        "relevance_threshold": 1,
        "quiet_hours_start": None,
        "notification_categories": ["risk"],
    }
    answer = api_as(ben).put(PREFERENCES, json=body)
    assert answer.status_code == 200, answer.json
    stored = db.session.query(UserPreference).filter_by(user_id=ben.id).one()
    assert (stored.digest_time.isoformat(), stored.relevance_threshold) == ("10:30:00", 1.0)


def test_ids_in_a_body_are_text(api_as: Caller, ben: User) -> None:
    client = factories.client(ben.business, owner=ben)
    body = {**DAILY, "business_id": str(ben.business_id), "client_ids": [str(client.id)]}
    answer = api_as(ben).post(SCHEDULES, json=body)
    assert answer.status_code == 201, answer.json
    assert answer.json is not None
    assert answer.json["client_ids"] == [str(client.id)]


@pytest.mark.parametrize("config", [{"force_mock": True}, '{"force_mock": true}'])
def test_config_is_an_object_or_text_that_holds_one(
    api_as: Caller, ben: User, config: object
) -> None:
    answer = api_as(ben).post(SCHEDULES, json={**DAILY, "config": config})
    assert answer.status_code == 201, answer.json
    assert db.session.query(AutomationSchedule).one().config == {"force_mock": True}


@pytest.mark.parametrize("config", ["5", "[]", "no object", 5, ["force_mock"], True])
def test_config_is_nothing_else(api_as: Caller, ben: User, config: object) -> None:
    answer = api_as(ben).post(SCHEDULES, json={**DAILY, "config": config})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == "config"


@pytest.mark.parametrize("until", ["2999-01-01", 7, True, ["tomorrow"]])
def test_a_time_to_snooze_until_is_text_with_a_date(
    api_as: Caller, ben: User, until: object
) -> None:
    event = factories.event(factories.client(ben.business, owner=ben))
    answer = api_as(ben).post(f"/api/v1/events/{event.id}/snooze", json={"until": until})
    assert answer.status_code == 422


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_where_no_body_is_taken_an_empty_one_is_fine(
    api_as: Caller, ben: User, body: bytes
) -> None:
    schedule = factories.schedule(ben)
    answer = api_as(ben).post(
        f"{SCHEDULES}{schedule.id}/deactivate", data=body, content_type="application/json"
    )
    assert answer.status_code == 200


NOT_TAKEN = [
    (b'{"is_active": false}', "application/json", 422),
    (b"is_active=0", "application/x-www-form-urlencoded", 415),
    (b"[]", "application/json", 400),
    (b"{", "application/json", 400),
]


@pytest.mark.parametrize(("body", "kind", "status"), NOT_TAKEN)
def test_where_no_body_is_taken_one_with_content_is_refused(
    api_as: Caller, ben: User, body: bytes, kind: str, status: int
) -> None:
    address = f"{SCHEDULES}{factories.schedule(ben).id}"
    for method in ("GET", "DELETE"):
        answer = api_as(ben).open(address, method=method, data=body, content_type=kind)
        assert answer.status_code == status
    assert db.session.query(AutomationSchedule).count() == 1


def test_a_field_that_nobody_reads_is_named(api_as: Caller, ben: User) -> None:
    schedule = factories.schedule(ben)
    answer = api_as(ben).post(f"{SCHEDULES}{schedule.id}/trigger", json={"force_mock": True})
    assert answer.status_code == 422
    assert answer.json is not None
    assert [each["field"] for each in answer.json["errors"]] == ["force_mock"]


def test_who_may_not_is_told_that_first(client: FlaskClient) -> None:
    answer = client.post(f"{SCHEDULES}{uuid.uuid4()}/trigger", json={"force_mock": True})
    assert answer.status_code == 401


def test_a_form_holds_only_text_and_is_read_as_its_fields_want_it() -> None:
    form = MultiDict({"relevance_threshold": "0.5", "digest_day_of_week": "3"})
    read = parse_form(PreferencePatch, form, flags={"notification_enabled"})
    assert (read.relevance_threshold, read.digest_day_of_week) == (0.5, 3)
    assert read.notification_enabled is False


def test_a_query_string_is_text_too(api_as: Caller, ben: User) -> None:
    factories.schedule(ben)
    assert api_as(ben).get(f"{SCHEDULES}?limit=1&is_active=true").get_json()["total"] == 1


def test_a_field_that_is_named_twice_is_refused(api_as: Caller, ben: User) -> None:
    body = '{"relevance_threshold": 0.2, "relevance_threshold": 0.9}'
    answer = api_as(ben).put(PREFERENCES, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert "twice" in answer.get_json()["detail"]
