"""Forms and cookies from other sites change nothing."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.signing_in import csrf_token, person, post_login
from webapp.models import Business

THEME = "/preferences/theme"
READ_ALL = "/api/v1/notifications/read-all"


@pytest.fixture
def ana_browses(
    app: Flask, business: Business, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    person(business)
    post_login(client)
    return client


def test_a_form_without_its_token_is_refused(ana_browses: FlaskClient) -> None:
    answer = ana_browses.post(THEME, data={"theme": "dark"})
    assert answer.status_code == 403
    assert "too old or came from another site" in answer.text


@pytest.mark.parametrize("token", ["", "nonsense", "IjEi.aaaa.bbbb"])
def test_a_token_that_is_none_is_refused(ana_browses: FlaskClient, token: str) -> None:
    assert ana_browses.post(THEME, data={"theme": "dark", "csrf_token": token}).status_code == 403


def test_the_token_of_another_session_is_refused(app: Flask, ana_browses: FlaskClient) -> None:
    foreign = csrf_token(app.test_client())
    assert ana_browses.post(THEME, data={"theme": "dark", "csrf_token": foreign}).status_code == 403


def test_signing_in_from_another_site_is_refused(ana_browses: FlaskClient) -> None:
    form = {"email": "ana@example.com", "password": "whatever"}
    assert ana_browses.post("/login", data=form).status_code == 403


def test_the_api_wants_the_token_from_a_browser(ana_browses: FlaskClient) -> None:
    answer = ana_browses.post(READ_ALL)
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"


def test_the_api_takes_a_browser_with_its_token(ana_browses: FlaskClient) -> None:
    token = csrf_token(ana_browses, "/notifications")
    assert ana_browses.post(READ_ALL, headers={"X-CSRFToken": token}).status_code == 200


def test_reading_the_api_needs_no_token(ana_browses: FlaskClient) -> None:
    assert ana_browses.get("/api/v1/notifications/").status_code == 200
