"""User preferences over JSON, as documented."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import User, UserPreference

As = Callable[[User], FlaskClient]
URL = "/api/v1/user-preferences"
DOCUMENTED = [
    "id",
    "user_id",
    "business_id",
    "notification_enabled",
    "email_notifications_enabled",
    "relevance_threshold",
    "notification_categories",
    "notification_frequency",
    "assigned_clients_only",
    "digest_time",
    "digest_day_of_week",
    "created_at",
    "updated_at",
]


def test_first_look_answers_the_defaults_as_documented(api_as: As, ben: User) -> None:
    answer = api_as(ben).get(f"{URL}/me")
    body = answer.get_json()
    assert answer.status_code == 200
    assert list(body)[: len(DOCUMENTED)] == DOCUMENTED
    assert (body["user_id"], body["business_id"]) == (ben.id, str(ben.business_id))
    assert (body["digest_time"], body["relevance_threshold"]) == ("09:00:00", 0.7)
    assert body["notification_categories"] is None
    assert body["created_at"].endswith("Z")


def test_a_put_merges_as_documented(api_as: As, ben: User) -> None:
    factories.preference(ben, assigned_clients_only=True)
    wish = {
        "relevance_threshold": 0.8,
        "notification_categories": ["risk", "expansion"],
        "notification_frequency": "daily",
        "digest_time": "10:00:00",
    }
    changed = api_as(ben).put(f"{URL}/me", json=wish).get_json()
    assert {name: changed[name] for name in wish} == wish
    assert changed["assigned_clients_only"] is True


def test_null_means_all_categories_and_an_empty_list_none(api_as: As, ben: User) -> None:
    browser = api_as(ben)
    for wish in ([], None, ["funding"]):
        answer = browser.put(f"{URL}/me", json={"notification_categories": wish})
        assert answer.get_json()["notification_categories"] == wish


def test_an_empty_put_changes_nothing(api_as: As, ben: User) -> None:
    before = api_as(ben).get(f"{URL}/me").get_json()
    assert api_as(ben).put(f"{URL}/me", json={}).get_json() == before


BAD: list[tuple[dict[str, Any], str]] = [
    ({"relevance_threshold": 1.2}, "relevance_threshold"),
    ({"relevance_threshold": None}, "relevance_threshold"),
    ({"relevance_threshold": "high"}, "relevance_threshold"),
    ({"notification_categories": ["sports"]}, "notification_categories"),
    ({"notification_frequency": "hourly"}, "notification_frequency"),
    ({"notification_enabled": None}, "notification_enabled"),
    ({"digest_time": "25:00:00"}, "digest_time"),
    ({"digest_time": "10:00:00+02:00"}, "digest_time"),
    ({"digest_day_of_week": 7}, "digest_day_of_week"),
    ({"quiet_hours_start": "22:00"}, "quiet_hours_end"),
    ({"nonsense": 1}, "nonsense"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_a_bad_value_is_422_by_name_and_nothing_is_stored(
    api_as: As, ben: User, body: dict[str, Any], field: str
) -> None:
    answer = api_as(ben).put(f"{URL}/me", json={"assigned_clients_only": True, **body})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert {each["field"].split(".")[0] for each in answer.get_json()["errors"]} == {field}
    assert api_as(ben).get(f"{URL}/me").get_json()["assigned_clients_only"] is False


def test_an_admin_reads_a_users_set_and_makes_it_on_the_way(
    api_as: As, ana: User, ben: User
) -> None:
    answer = api_as(ana).get(f"{URL}/{ben.id}")
    assert (answer.status_code, answer.get_json()["user_id"]) == (200, ben.id)


def test_a_csm_reads_their_own_and_no_other(api_as: As, ana: User, ben: User, cleo: User) -> None:
    browser = api_as(ben)
    codes = [browser.get(f"{URL}/{user_id}").status_code for user_id in (ben.id, ana.id, cleo.id)]
    assert codes == [200, 403, 404]


@pytest.mark.parametrize("user_id", ["0", "999999", "9" * 30])
def test_unknown_users_are_404(api_as: As, ana: User, user_id: str) -> None:
    assert api_as(ana).get(f"{URL}/{user_id}").status_code == 404


def test_a_set_is_created_once(api_as: As, ana: User, ben: User) -> None:
    body = {"user_id": ben.id, "relevance_threshold": 0.5}
    made = api_as(ana).post(f"{URL}/", json=body)
    assert (made.status_code, made.get_json()["relevance_threshold"]) == (201, 0.5)
    assert api_as(ana).get(made.headers["Location"]).get_json() == made.get_json()
    assert api_as(ana).post(f"{URL}/", json=body).status_code == 409


def test_creating_for_others_is_guarded(api_as: As, ana: User, ben: User, cleo: User) -> None:
    post = api_as(ana).post
    foreign = {"user_id": ben.id, "business_id": str(cleo.business_id)}
    assert post(f"{URL}/", json={"user_id": cleo.id}).status_code == 422
    assert post(f"{URL}/", json={"user_id": 10**12}).status_code == 422
    assert post(f"{URL}/", json={}).status_code == 422
    assert post(f"{URL}/", json=foreign).status_code == 403
    assert api_as(ben).post(f"{URL}/", json={"user_id": ben.id}).status_code == 403
    assert db.session.query(UserPreference).count() == 0


def test_an_admin_deletes_a_set(api_as: As, ana: User, ben: User, cleo: User) -> None:
    row, foreign = factories.preference(ben), factories.preference(cleo)
    assert api_as(ben).delete(f"{URL}/{row.id}").status_code == 403
    answer = api_as(ana).delete(f"{URL}/{row.id}")
    assert (answer.status_code, list(answer.get_json())) == (200, ["message"])
    for gone in (row.id, foreign.id, uuid.uuid4()):
        assert api_as(ana).delete(f"{URL}/{gone}").status_code == 404


def test_both_trailing_slash_forms_answer(api_as: As, ben: User) -> None:
    for form in (f"{URL}/me", f"{URL}/me/"):
        assert api_as(ben).get(form).status_code == 200


def test_without_a_token_nothing_is_told(client: FlaskClient) -> None:
    assert client.get(f"{URL}/me").status_code == 401
