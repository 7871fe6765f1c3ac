"""ETags: nothing is sent twice for nothing, and nothing is overwritten unseen."""

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, User
from webapp.services.transactions import atomic, first_transaction

Caller = Callable[[User], FlaskClient]


@pytest.fixture
def address(ben: User) -> str:
    return f"/api/v1/automation-schedules/{factories.schedule(ben).id}"


def test_what_one_has_is_not_sent_again(api_as: Caller, ben: User, address: str) -> None:
    program = api_as(ben)
    tag = program.get(address).headers["ETag"]
    same = program.get(address, headers={"If-None-Match": tag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    assert program.put(address, json={"name": "Noon"}).status_code == 200
    assert program.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_tag_that_compression_marked_is_known(api_as: Caller, ben: User) -> None:
    for number in range(5):
        factories.schedule(ben, name=f"Schedule {number}")
    program, headers = api_as(ben), {"Accept-Encoding": "gzip"}
    first = program.get("/api/v1/automation-schedules/", headers=headers)
    tag = first.headers["ETag"]
    assert first.headers["Content-Encoding"] == "gzip"
    for each in (tag, f"W/{tag}", '"other", ' + tag, "*"):
        again = program.get("/api/v1/automation-schedules/", headers={"If-None-Match": each})
        assert again.status_code == 304, each


@pytest.mark.parametrize("header", [",", "W/", '"', '""', "é", ",,x"])
def test_a_header_that_names_no_tag_matches_nothing(
    api_as: Caller, ben: User, address: str, header: str
) -> None:
    program = api_as(ben)
    assert program.get(address, headers={"If-None-Match": header}).status_code == 200
    answer = program.put(address, json={"name": "Noon"}, headers={"If-Match": header})
    assert answer.status_code == 412


def test_a_change_meets_what_was_read_or_nothing(api_as: Caller, ben: User, address: str) -> None:
    program = api_as(ben)
    tag = program.get(address).headers["ETag"]
    changed = program.put(address, json={"name": "Noon"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    late = program.put(address, json={"name": "Night"}, headers={"If-Match": tag})
    assert (late.status_code, late.mimetype) == (412, "application/problem+json")
    assert program.delete(address, headers={"If-Match": tag}).status_code == 412
    assert program.get(address).get_json()["name"] == "Noon"
    new = changed.headers["ETag"]
    assert program.delete(address, headers={"If-Match": new}).status_code == 200


def test_a_change_that_comes_between_look_and_write_is_met(
    api_as: Caller, ben: User, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = api_as(ben)
    tag = program.get(address).headers["ETag"]

    def somebody_is_faster(**hooks: Callable[[], None]) -> object:
        with atomic() as session:
            schedule = session.get_one(AutomationSchedule, uuid.UUID(address[-36:]))
            schedule.name = "Faster"
        return first_transaction(**hooks)

    monkeypatch.setattr("webapp.api.conditional.first_transaction", somebody_is_faster)
    answer = program.put(address, json={"name": "Late"}, headers={"If-Match": tag})
    assert answer.status_code == 412
    assert program.get(address).get_json()["name"] == "Faster"


def test_a_star_stands_for_whatever_is_there(api_as: Caller, ben: User, address: str) -> None:
    program, star = api_as(ben), {"If-Match": "*"}
    assert program.put(address, json={"name": "Noon"}, headers=star).status_code == 200
    assert program.delete(address, headers=star).status_code == 200
    assert program.delete(address, headers=star).status_code == 404


def test_who_may_not_see_it_learns_nothing_by_a_tag(
    api_as: Caller, cleo: User, address: str
) -> None:
    for headers in ({"If-Match": "*"}, {"If-Match": '"x"'}):
        answer = api_as(cleo).put(address, json={"name": "Mine"}, headers=headers)
        assert answer.status_code == 404


def test_where_nothing_can_be_read_nothing_matches(api_as: Caller, ana: User) -> None:
    kept = factories.preference(ana).id
    answer = api_as(ana).delete(f"/api/v1/user-preferences/{kept}", headers={"If-Match": '"x"'})
    assert answer.status_code == 412
    assert db.session.query(Business).count() == 1
