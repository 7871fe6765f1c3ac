"""Automation schedules over JSON."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import AutomationSchedule, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/automation-schedules"
DAILY: dict[str, Any] = {
    "name": "Daily Morning Monitoring",
    "description": "Monitor all clients every morning",
    "job_type": "client_monitoring",
    "client_ids": None,
    "schedule_type": "daily",
    "hour_of_day": 9,
    "is_active": True,
}


def fields_of(answer: Any) -> set[str]:
    return {each["field"] for each in answer.get_json()["errors"]}


def test_a_schedule_is_created_as_documented(api_as: As, ana: User) -> None:
    body = {**DAILY, "business_id": str(ana.business_id), "created_by_user_id": ana.id}
    answer = api_as(ana).post(f"{URL}/", json=body)
    schedule = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"{URL}/{schedule['id']}")
    assert {name: schedule[name] for name in body} == body
    assert schedule["next_run_at"].endswith("Z")


def test_both_trailing_slash_forms_answer(api_as: As, ana: User) -> None:
    assert api_as(ana).get(URL).status_code == 200
    assert api_as(ana).get(f"{URL}/").status_code == 200


def test_config_may_be_a_string_that_holds_an_object(api_as: As, ana: User) -> None:
    body = {"name": "Test", "schedule_type": "manual", "config": '{"force_mock": true}'}
    schedule = api_as(ana).post(f"{URL}/", json=body).get_json()
    assert schedule["config"] == {"force_mock": True}
    assert schedule["next_run_at"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hour_of_day": None}, "hour_of_day"),
        ({"hour_of_day": 24}, "hour_of_day"),
        ({"hour_of_day": True}, "hour_of_day"),
        ({"minute_of_hour": 60}, "minute_of_hour"),
        ({"day_of_week": 7}, "day_of_week"),
        ({"day_of_month": 0}, "day_of_month"),
        ({"schedule_type": "yearly"}, "schedule_type"),
        ({"job_type": "nothing"}, "job_type"),
        ({"schedule_type": "custom", "cron_expression": "61 * * * *"}, "cron_expression"),
        ({"schedule_type": "custom", "cron_expression": "* * * * *"}, "cron_expression"),
        ({"schedule_type": "custom", "cron_expression": "0 0 30 2 *"}, "cron_expression"),
        ({"schedule_type": "custom", "cron_expression": None}, "cron_expression"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"config": "[1]"}, "config"),
        ({"config": "{"}, "config"),
        ({"config": 3}, "config"),
        ({"config": {"force_mock": "yes"}}, "config"),
        ({"config": {"x": "y" * 10_001}}, "config"),
        ({"client_ids": []}, "client_ids"),
        ({"client_ids": "all"}, "client_ids"),
        ({"client_ids": [str(uuid.uuid4())]}, "client_ids"),
        ({"created_by_user_id": 2**40}, "created_by_user_id"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"next_run_at": "2027-01-01T00:00:00Z"}, "next_run_at"),
        ({"consecutive_failures": 3}, "consecutive_failures"),
    ],
)
def test_bad_values_are_refused_by_field_and_nothing_is_stored(
    api_as: As, ana: User, change: dict[str, Any], field: str
) -> None:
    answer = api_as(ana).post(f"{URL}/", json={**DAILY, **change})
    assert answer.status_code == 422
    assert field in {name.partition(".")[0] for name in fields_of(answer)}
    assert db.session.query(AutomationSchedule).count() == 0


def test_a_foreign_business_is_403(api_as: As, ana: User, cleo: User) -> None:
    answer = api_as(ana).post(f"{URL}/", json={**DAILY, "business_id": str(cleo.business_id)})
    assert answer.status_code == 403


def test_a_list_has_the_documented_envelope(api_as: As, ana: User, cleo: User) -> None:
    factories.schedule(cleo)
    own = factories.schedule(ana)
    answer = api_as(ana).get(f"{URL}/?skip=0&limit=5&is_active=true&job_type=client_monitoring")
    page = answer.get_json()
    assert [each["id"] for each in page["schedules"]] == [str(own.id)]
    assert (page["total"], page["skip"], page["limit"]) == (1, 0, 5)


@pytest.mark.parametrize("query", ["limit=101", "limit=0", "skip=-1", "is_active=2", "colour=red"])
def test_a_bad_query_is_422(api_as: As, ana: User, query: str) -> None:
    assert api_as(ana).get(f"{URL}/?{query}").status_code == 422


def test_a_put_merges(api_as: As, ana: User) -> None:
    schedule = factories.schedule(ana, minute_of_hour=30, description="why")
    changed = api_as(ana).put(f"{URL}/{schedule.id}", json={"hour_of_day": 0}).get_json()
    assert (changed["hour_of_day"], changed["minute_of_hour"]) == (0, 30)
    assert changed["description"] == "why"


@pytest.mark.parametrize("name", ["name", "job_type", "schedule_type", "is_active", "config"])
def test_null_is_refused_where_there_must_be_a_value(api_as: As, ana: User, name: str) -> None:
    schedule = factories.schedule(ana)
    answer = api_as(ana).put(f"{URL}/{schedule.id}", json={name: None})
    assert answer.status_code == 422


def test_null_is_taken_where_there_may_be_none(api_as: As, ana: User) -> None:
    schedule = factories.schedule(ana, description="why")
    changed = api_as(ana).put(f"{URL}/{schedule.id}", json={"description": None}).get_json()
    assert changed["description"] is None


def test_switching_off_and_on(api_as: As, ana: User) -> None:
    url = f"{URL}/{factories.schedule(ana, consecutive_failures=4).id}"
    off = api_as(ana).post(f"{url}/deactivate").get_json()
    on = api_as(ana).post(f"{url}/activate").get_json()
    assert (off["is_active"], off["next_run_at"]) == (False, None)
    assert (on["is_active"], on["consecutive_failures"]) == (True, 0)
    assert on["next_run_at"] is not None


def test_deleting_answers_with_a_message(api_as: As, ana: User) -> None:
    url = f"{URL}/{factories.schedule(ana).id}"
    answer = api_as(ana).delete(url)
    assert (answer.status_code, list(answer.get_json())) == (200, ["message"])
    assert api_as(ana).get(url).status_code == 404


def test_a_trigger_answers_with_the_run_also_while_redis_is_down(api_as: As, ana: User) -> None:
    schedule = factories.schedule(ana)
    first = api_as(ana).post(f"{URL}/{schedule.id}/trigger")
    again = api_as(ana).post(f"{URL}/{schedule.id}/trigger").get_json()
    assert first.status_code == 202
    assert first.get_json() == {
        "message": "Schedule triggered successfully",
        "schedule_id": str(schedule.id),
        "job_run_id": again["job_run_id"],
    }


def test_a_preview_tells_the_next_runs(api_as: As, ana: User) -> None:
    body = {"schedule_type": "custom", "cron_expression": "30 7 * * 1-5", "count": 3}
    shown = api_as(ana).post(f"{URL}/preview", json=body).get_json()
    assert shown["description"] == "At 07:30 on Monday through Friday"
    assert len(shown["next_runs"]) == 3
    assert api_as(ana).post(f"{URL}/preview", json={**body, "count": 21}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("put", ""),
        ("delete", ""),
        ("post", "/activate"),
        ("post", "/deactivate"),
        ("post", "/trigger"),
    ],
)
def test_a_foreign_schedule_is_404(
    api_as: As, ana: User, cleo: User, method: str, path: str
) -> None:
    url = f"{URL}/{factories.schedule(ana).id}{path}"
    options = {"json": {"name": "Mine"}} if method == "put" else {}
    answer = getattr(api_as(cleo), method)(url, **options)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_nobody_gets_in_without_a_token(client: FlaskClient) -> None:
    assert client.get(f"{URL}/").status_code == 401
