"""Signing in and out in the browser."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.signing_in import PASSWORD, csrf_token, person, post_login
from webapp.models import Business, User
from webapp.services.transactions import atomic

PRIVATE = "/notifications"


@pytest.fixture(autouse=True)
def _with_csrf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)


@pytest.fixture
def ana(business: Business) -> User:
    return person(business)


def test_the_page_needs_no_session(client: FlaskClient) -> None:
    page = client.get("/login")
    assert page.status_code == 200
    assert "Sign in" in page.text
    assert "beacon-demo" not in page.text


@pytest.mark.usefixtures("ana")
def test_a_good_password_leads_to_the_page_that_was_wanted(client: FlaskClient) -> None:
    asked = client.get(PRIVATE + "?view=all")
    assert asked.status_code == 303
    assert asked.location == "/login?next=/notifications?view%3Dall"
    answer = post_login(client, next=PRIVATE + "?view=all")
    assert (answer.status_code, answer.location) == (303, PRIVATE + "?view=all")
    assert client.get(PRIVATE).status_code == 200


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    ("email", "password"), [("ana@example.com", "not-the-one"), ("x@y.z", PASSWORD)]
)
def test_a_wrong_password_keeps_the_address(client: FlaskClient, email: str, password: str) -> None:
    answer = post_login(client, email, password)
    assert answer.status_code == 401
    assert "E-mail address or password is wrong." in answer.text
    assert f'value="{email}"' in answer.text
    assert password not in answer.text


@pytest.mark.parametrize("fields", [{"email": ""}, {"password": ""}, {"email": "a\x00b"}])
def test_an_empty_or_broken_field_is_named(client: FlaskClient, fields: dict[str, str]) -> None:
    answer = post_login(client, **fields)
    assert answer.status_code == 422
    assert f"f-{next(iter(fields))}-error" in answer.text


@pytest.mark.usefixtures("ana")
def test_too_many_tries_have_to_wait(client: FlaskClient) -> None:
    for _ in range(10):
        post_login(client, password="no")
    answer = post_login(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 3000
    assert "Too many tries" in answer.text


@pytest.mark.usefixtures("ana")
def test_who_is_signed_in_needs_no_form(client: FlaskClient) -> None:
    post_login(client)
    assert client.get(f"/login?next={PRIVATE}").location == PRIVATE


@pytest.mark.usefixtures("ana")
def test_a_copied_cookie_is_worthless_after_signing_out(app: Flask, client: FlaskClient) -> None:
    post_login(client)
    cookie = client.get_cookie("beacon")
    assert cookie is not None
    client.post("/logout", data={"csrf_token": csrf_token(client, PRIVATE)})
    thief = app.test_client()
    thief.set_cookie("beacon", cookie.value)
    assert client.get(PRIVATE).status_code == 303
    assert thief.get(PRIVATE).status_code == 303


@pytest.mark.usefixtures("ana")
def test_what_was_in_the_session_before_is_gone_after(client: FlaskClient) -> None:
    csrf_token(client)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    post_login(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_a_disabled_user_is_out_at_once(client: FlaskClient, ana: User) -> None:
    post_login(client)
    assert client.get(PRIVATE).status_code == 200
    with atomic():
        ana.is_active = False
    assert client.get(PRIVATE).status_code == 303


@pytest.mark.parametrize("secret", ["nonsense", 7, ["list"], ""])
def test_a_session_without_a_row_is_nobody(client: FlaskClient, secret: object) -> None:
    with client.session_transaction() as session:
        session["sid"] = secret
    assert client.get(PRIVATE).status_code == 303


def test_htmx_is_led_by_a_header(client: FlaskClient) -> None:
    answer = client.get(PRIVATE, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login"
    assert answer.data == b""


def test_after_a_post_the_form_is_not_sent_again(client: FlaskClient) -> None:
    answer = client.post("/preferences/theme", data={"csrf_token": csrf_token(client)})
    assert (answer.status_code, answer.location) == (303, "/login")
