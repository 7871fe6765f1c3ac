"""Users over JSON: what an admin may do to others, and to nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, User
from webapp.services.sessions import Sessions

Caller = Callable[[User], FlaskClient]
USERS = "/api/v1/users"
DANA = {"email": "dana@example.com", "name": "Dana Fields", "role": "manager"}
PASSWORD = "seven green bicycles"


def test_an_admin_adds_a_user_who_can_sign_in(api_as: Caller, ana: User) -> None:
    made = api_as(ana).post(USERS, json={**DANA, "password": PASSWORD})
    assert made.status_code == 201
    assert made.json is not None
    assert "password" not in made.text
    assert api_as(ana).get(made.headers["Location"]).json == made.json
    credentials = {"email": "Dana@example.com", "password": PASSWORD}
    issued = api_as(ana).post("/api/v1/auth/token", json=credentials)
    assert issued.status_code == 200
    assert issued.get_json()["scopes"] == ["read", "write"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"email": "ANA@example.com"}, 409),
        ({"email": "nobody"}, 422),
        ({"email": "a b@example.com"}, 422),
        ({"email": "a@example.com\nBcc: b@example.com"}, 422),
        ({"name": " "}, 422),
        ({"role": "owner"}, 422),
        ({"timezone": "Europe/Nowhere"}, 422),
        ({"password": "short"}, 422),
        ({"is_active": False}, 422),
        ({"business_id": "0190d3a0-0000-7000-8000-000000000000"}, 422),
    ],
)
def test_what_cannot_be_stored_is_named(
    api_as: Caller, ana: User, change: dict[str, Any], status: int
) -> None:
    answer = api_as(ana).post(USERS, json={**DANA, **change})
    assert answer.status_code == status
    assert db.session.query(User).count() == 1


def test_a_list_is_filtered_and_by_name(api_as: Caller, ana: User, business: Business) -> None:
    factories.user(business, name="ben", role="csm")
    factories.user(business, name="Zoe", role="csm", is_active=False)

    def names(query: str) -> list[str]:
        return [each["name"] for each in api_as(ana).get(f"{USERS}?{query}").get_json()["users"]]

    assert names("") == ["Ana", "ben", "Zoe"]
    assert names("role=csm&is_active=true") == ["ben"]
    assert names("q=ZOE%40") == ["Zoe"]


def test_who_is_switched_off_can_do_nothing_from_then_on(
    api_as: Caller, ana: User, ben: User
) -> None:
    program, session = api_as(ben), Sessions().start(ben.id, address=None, user_agent=None)
    assert program.get(f"{USERS}/me").get_json()["id"] == ben.id
    assert api_as(ana).put(f"{USERS}/{ben.id}", json={"is_active": False}).status_code == 200
    assert program.get(f"{USERS}/me").status_code == 401
    assert Sessions().user_of(session) is None


def test_a_new_password_ends_the_old_sessions(api_as: Caller, ana: User, ben: User) -> None:
    session = Sessions().start(ben.id, address=None, user_agent=None)
    answer = api_as(ana).put(f"{USERS}/{ben.id}", json={"password": PASSWORD})
    assert answer.status_code == 200
    assert Sessions().user_of(session) is None


def test_what_the_body_does_not_hold_stays(api_as: Caller, ana: User, ben: User) -> None:
    answer = api_as(ana).put(f"{USERS}/{ben.id}", json={"timezone": "Europe/Berlin"})
    found = answer.get_json()
    assert (found["name"], found["role"], found["timezone"]) == ("Ben", "csm", "Europe/Berlin")
    assert api_as(ana).put(f"{USERS}/{ben.id}", json={"role": None}).status_code == 422


def test_nobody_ends_their_own_power(api_as: Caller, ana: User) -> None:
    own = f"{USERS}/{ana.id}"
    assert api_as(ana).put(own, json={"role": "csm"}).status_code == 409
    assert api_as(ana).put(own, json={"is_active": False}).status_code == 409
    assert api_as(ana).delete(own).status_code == 409
    assert api_as(ana).put(own, json={"name": "Anna", "role": "admin"}).status_code == 200


def test_what_somebody_made_outlives_them(api_as: Caller, ana: User, ben: User) -> None:
    kept, user_id = factories.schedule(ben).id, ben.id
    assert api_as(ana).delete(f"{USERS}/{user_id}").status_code == 200
    assert api_as(ana).get(f"{USERS}/{user_id}").status_code == 404
    db.session.expire_all()
    assert db.session.get_one(AutomationSchedule, kept).created_by_user_id is None


def test_only_admins_reach_users_and_only_their_own(
    api_as: Caller, ana: User, ben: User, cleo: User
) -> None:
    other = factories.user(db.session.get_one(Business, cleo.business_id), name="Dov", role="admin")
    for path in (USERS, f"{USERS}/{ana.id}"):
        assert api_as(ben).get(path).status_code == 403
    address = f"{USERS}/{ben.id}"
    for answer in (
        api_as(other).get(address),
        api_as(other).put(address, json={"role": "admin"}),
        api_as(other).delete(address),
    ):
        assert answer.status_code == 404
    assert "Ben" not in api_as(other).get(USERS).text
