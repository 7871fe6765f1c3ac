"""Who may call the API, and how a token is had."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.signing_in import PASSWORD, person
from webapp.container import services
from webapp.enums import TokenScope
from webapp.models import Business, User
from webapp.services.actors import actor_of
from webapp.services.transactions import atomic

TOKEN = "/api/v1/auth/token"
EVENTS = "/api/v1/events/"
READ_ALL = "/api/v1/notifications/read-all"
CREDENTIALS = {"email": "ana@example.com", "password": PASSWORD}


@pytest.fixture
def ana(business: Business) -> User:
    return person(business)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.usefixtures("ana")
def test_a_password_buys_a_token_that_works(client: FlaskClient) -> None:
    answer = client.post(TOKEN, json=CREDENTIALS)
    assert answer.status_code == 200
    assert answer.json is not None
    assert set(answer.json) == {"access_token", "token_type", "expires_at", "scopes"}
    assert answer.json["token_type"] == "bearer"
    assert answer.json["expires_at"].endswith("Z")
    assert client.get(EVENTS, headers=bearer(answer.json["access_token"])).status_code == 200


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"password": "wrong"}, 401),
        ({"email": "nobody@example.com"}, 401),
        ({"email": ""}, 422),
        ({"password": 7}, 422),
        ({"password": None}, 422),
        ({"scopes": []}, 422),
        ({"scopes": ["everything"]}, 422),
        ({"role": "admin"}, 422),
    ],
)
def test_wrong_credentials_buy_nothing(
    client: FlaskClient, change: dict[str, object], status: int
) -> None:
    answer = client.post(TOKEN, json={**CREDENTIALS, **change})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert PASSWORD not in answer.text


@pytest.mark.usefixtures("ana")
def test_guessing_is_slowed_down(client: FlaskClient) -> None:
    for _ in range(10):
        client.post(TOKEN, json={**CREDENTIALS, "password": "wrong"})
    answer = client.post(TOKEN, json=CREDENTIALS)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer bcn_wrong", "Basic YW5hOng=", "bcn_x", "Bearer \xe4", "Token x"],
)
def test_nonsense_in_the_header_is_401(client: FlaskClient, header: str) -> None:
    answer = client.get(EVENTS, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_nobody_is_401_and_never_led_to_a_page(client: FlaskClient) -> None:
    answer = client.get(EVENTS)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_reads_cannot_write(client: FlaskClient, ana: User) -> None:
    made = services().accounts.tokens.create(
        actor_of(ana), "Report", scopes=[TokenScope.READ], days=1
    )
    assert client.get(EVENTS, headers=bearer(made.token)).status_code == 200
    assert client.post(READ_ALL, headers=bearer(made.token)).status_code == 403


def test_a_token_needs_no_csrf_token(
    app: Flask, client: FlaskClient, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    made = services().accounts.tokens.create(
        actor_of(ana), "Report", scopes=[TokenScope.WRITE, TokenScope.READ], days=1
    )
    assert client.post(READ_ALL, headers=bearer(made.token)).status_code == 200


def test_the_token_of_a_disabled_user_is_401(client: FlaskClient, ana: User) -> None:
    made = services().accounts.tokens.create(
        actor_of(ana), "Report", scopes=[TokenScope.READ], days=1
    )
    with atomic():
        ana.is_active = False
    assert client.get(EVENTS, headers=bearer(made.token)).status_code == 401
