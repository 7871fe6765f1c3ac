"""Stand-ins over JSON: who may say so, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.extensions import db
from webapp.models import StandIn, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/stand-ins"
NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
DAYS = {"starts_on": "2026-12-01", "ends_on": "2026-12-05"}


@pytest.fixture(autouse=True)
def _in_december() -> None:
    clock.set_clock(NOON)


def add(program: FlaskClient, cover: int, **body: Any) -> Any:
    return program.post(f"{URL}/", json={"covered_by_user_id": cover, **DAYS, **body})


def test_it_is_made_listed_and_ended(api_as: As, ana: User, ben: User) -> None:
    program = api_as(ben)
    made = add(program, ana.id)
    assert made.status_code == 201
    body = made.get_json()
    assert (body["user_name"], body["covered_by_name"], body["is_current"]) == ("Ben", "Ana", True)
    assert program.get(made.location).get_json() == body
    for user in (ana, ben):
        assert api_as(user).get(f"{URL}/").get_json()["total"] == 1
    program.delete(made.location)
    assert program.get(made.location).get_json()["is_current"] is False


def test_one_that_has_not_begun_is_taken_away(api_as: As, ana: User, ben: User) -> None:
    made = add(api_as(ben), ana.id, starts_on="2026-12-04")
    api_as(ben).delete(made.location)
    assert db.session.query(StandIn).count() == 0


def test_an_admin_may_say_so_for_others_and_nobody_else(
    api_as: As, business: Any, ana: User, ben: User
) -> None:
    dora = factories.user(business, name="Dora")
    assert add(api_as(dora), ana.id, user_id=ben.id).status_code == 403
    assert add(api_as(ana), dora.id, user_id=ben.id).status_code == 201
    emil = factories.user(business, name="Emil")
    assert api_as(emil).get(f"{URL}/").get_json()["total"] == 0


BAD = [
    ({"ends_on": "2026-11-30"}, "body"),
    ({"starts_on": "2026-11-20", "ends_on": "2026-12-02"}, "ends_on"),
    ({"ends_on": "2028-01-01"}, "ends_on"),
    ({"starts_on": "soon"}, "starts_on"),
    ({"covered_by_user_id": 99_999}, "covered_by_user_id"),
    ({"user_id": 99_999}, "user_id"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_what_makes_no_sense_is_refused_by_name(
    api_as: As, ana: User, ben: User, body: dict[str, Any], field: str
) -> None:
    answer = add(api_as(ana), ben.id, **body)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == [field]
    assert db.session.query(StandIn).count() == 0


def test_nobody_stands_in_for_themselves_or_in_a_circle(
    api_as: As, business: Any, ana: User, ben: User
) -> None:
    dora = factories.user(business, name="Dora")
    gone = factories.user(business, name="Gil", is_active=False)
    for cover in (ben.id, gone.id):
        assert add(api_as(ben), cover).status_code == 422
    assert add(api_as(ben), dora.id).status_code == 201
    assert add(api_as(ben), ana.id).status_code == 422  # away then already
    assert add(api_as(dora), ana.id).status_code == 201  # a chain is fine
    answer = add(api_as(ana), ben.id)
    assert answer.status_code == 422
    assert "Ben is away then and Ana stands in" in answer.get_json()["errors"][0]["message"]
    later = {"starts_on": "2026-12-06", "ends_on": "2026-12-09"}
    assert add(api_as(ana), ben.id, **later).status_code == 201


def test_cleo_finds_nothing_and_stands_in_for_nobody(
    api_as: As, ana: User, ben: User, cleo: User
) -> None:
    made = add(api_as(ben), ana.id)
    hers = api_as(cleo)
    assert hers.get(made.location).status_code == 404
    assert hers.delete(made.location).status_code == 404
    assert hers.get(f"{URL}/").get_json()["total"] == 0
    assert add(api_as(ana), cleo.id).status_code == 422
    assert add(hers, ana.id).status_code == 422
