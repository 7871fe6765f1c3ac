"""The keys page: keys go in, and never come out again."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import Role
from webapp.models import User

As = Callable[[User], FlaskClient]
KEY = "own-key-of-ours-1234"
PAGE, API = "/business/keys", "/api/v1/business/keys/"


def test_a_key_is_stored_shown_by_its_end_and_forgotten(browse_as: As, ana: User) -> None:
    browser = browse_as(ana)
    assert "Ends in" not in browser.get(PAGE).text
    stored = browser.post(f"{PAGE}/openai", data={"openai_api_key": KEY}, follow_redirects=True)
    assert "<code>1234</code>" in stored.text
    assert KEY not in stored.text
    assert "Ends in" not in browser.post(f"{PAGE}/openai/remove", follow_redirects=True).text


def test_what_is_no_key_is_told_and_not_shown(browse_as: As, ana: User) -> None:
    answer = browse_as(ana).post(f"{PAGE}/openai", data={"openai_api_key": "my key"})
    assert answer.status_code == 422
    assert "A key has 8 to 500 characters." in answer.text
    assert "my key" not in answer.text


def test_no_answer_holds_a_key(api_as: As, ana: User) -> None:
    program = api_as(ana)
    values = {"values": {"hubspot_api_key": KEY}}
    answers = [program.put(f"{API}hubspot", json=values), program.get(API)]
    assert [each.status_code for each in answers] == [200, 200]
    assert not any(KEY in each.text for each in answers)
    assert answers[0].get_json()["last4"] == "1234"
    assert program.delete(f"{API}hubspot").status_code == 200
    assert program.delete(f"{API}hubspot").status_code == 404


@pytest.mark.parametrize(
    ("provider", "body", "status"),
    [
        ("rss", {"values": {"key": KEY}}, 404),
        ("openai", {"values": {}}, 422),
        ("openai", {"values": {"openai_api_key": "x"}}, 422),
        ("openai", {"values": {"serper_api_key": KEY}}, 422),
        ("openai", {"openai_api_key": KEY}, 422),
    ],
)
def test_bad_input_stores_nothing(
    api_as: As, ana: User, provider: str, body: dict[str, object], status: int
) -> None:
    program = api_as(ana)
    assert program.put(f"{API}{provider}", json=body).status_code == status
    assert not any(each["is_set"] for each in program.get(API).get_json()["keys"])


def test_a_service_without_a_key_cannot_be_tried(api_as: As, ana: User) -> None:
    assert api_as(ana).post(f"{API}serper/check").status_code == 404


def test_others_see_nothing_of_it(api_as: As, browse_as: As, ana: User, ben: User) -> None:
    api_as(ana).put(f"{API}openai", json={"values": {"openai_api_key": KEY}})
    assert browse_as(ben).get(PAGE).status_code == 403
    assert api_as(ben).get(API).status_code == 403


def test_another_business_has_keys_of_its_own(api_as: As, ana: User, cleo: User) -> None:
    api_as(ana).put(f"{API}openai", json={"values": {"openai_api_key": KEY}})
    theirs = api_as(factories.user(cleo.business, name="Dora", role=Role.ADMIN))
    assert not any(each["is_set"] for each in theirs.get(API).get_json()["keys"])
    assert theirs.delete(f"{API}openai").status_code == 404
