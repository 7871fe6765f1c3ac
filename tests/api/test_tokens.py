"""Personal API tokens over JSON: made, listed, revoked, and each caller's own."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from webapp.extensions import db
from webapp.models import ApiToken, User

Caller = Callable[[User], FlaskClient]
TOKENS = "/api/v1/api-tokens"
EVENTS = "/api/v1/events/"


def made(program: FlaskClient, **values: object) -> dict[str, str]:
    answer = program.post(TOKENS, json={"name": "Export", "scopes": ["read"], **values})
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_shown_once_and_kept_as_a_hash(
    api_as: Caller, ben: User, client: FlaskClient
) -> None:
    program = api_as(ben)
    new = made(program)
    assert new["token"].startswith("bcn_")
    assert client.get(EVENTS, headers=bearer(new["token"])).status_code == 200
    for text in (program.get(TOKENS).text, program.get(f"{TOKENS}/{new['id']}").text):
        assert new["token"] not in text
        assert new["prefix"] in text
    stored = [repr(vars(row)) for row in db.session.query(ApiToken)]
    assert not any(new["token"] in each for each in stored)


def test_a_token_can_do_no_more_than_its_scopes(
    api_as: Caller, ben: User, client: FlaskClient
) -> None:
    reader = bearer(made(api_as(ben))["token"])
    assert client.post("/api/v1/notifications/read-all", headers=reader).status_code == 403
    more = {"name": "More", "scopes": ["write"]}
    assert client.post(TOKENS, json=more, headers=reader).status_code == 403
    writer = bearer(made(api_as(ben), scopes=["read", "write"])["token"])
    admin = {"name": "More", "scopes": ["admin"]}
    assert client.post(TOKENS, json=admin, headers=writer).status_code == 422


def test_a_revoked_token_is_gone_at_once(api_as: Caller, ben: User, client: FlaskClient) -> None:
    program = api_as(ben)
    new = made(program)
    assert program.delete(f"{TOKENS}/{new['id']}").status_code == 200
    assert client.get(EVENTS, headers=bearer(new["token"])).status_code == 401
    assert program.get(f"{TOKENS}/{new['id']}").status_code == 404
    assert new["id"] not in program.get(TOKENS).text


@pytest.mark.parametrize("bad", [{"days": 0}, {"days": 366}, {"scopes": []}, {"scopes": ["all"]}])
def test_a_token_lives_a_year_at_most(api_as: Caller, ben: User, bad: dict[str, object]) -> None:
    body = {"name": "Export", "scopes": ["read"], **bad}
    assert api_as(ben).post(TOKENS, json=body).status_code == 422


def test_nobody_sees_or_revokes_anothers(
    api_as: Caller, ana: User, ben: User, cleo: User, client: FlaskClient
) -> None:
    new = made(api_as(ben))
    for other in (ana, cleo):
        assert new["id"] not in api_as(other).get(TOKENS).text
        assert api_as(other).get(f"{TOKENS}/{new['id']}").status_code == 404
        assert api_as(other).delete(f"{TOKENS}/{new['id']}").status_code == 404
    assert client.get(EVENTS, headers=bearer(new["token"])).status_code == 200
