"""The own account: sessions that can be ended, and the password."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.signing_in import PASSWORD, csrf_token, person, post_login
from webapp.models import Business

NEW = "another password of some length"


@pytest.fixture(autouse=True)
def _ana(app: Flask, business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    person(business)


def signed_in(app: Flask) -> FlaskClient:
    browser = app.test_client()
    assert post_login(browser).status_code == 303
    return browser


def send(browser: FlaskClient, path: str, **fields: str) -> int:
    form = {"csrf_token": csrf_token(browser, "/account"), **fields}
    return browser.post(path, data=form).status_code


def test_other_sessions_are_listed_and_ended(app: Flask) -> None:
    here, there = signed_in(app), signed_in(app)
    assert "Sign out everywhere else" in here.get("/account").text
    assert send(here, "/account/sessions/end-others") == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert "Sign out everywhere else" not in here.get("/account").text


def test_a_new_password_ends_the_other_sessions_and_signs_in(app: Flask) -> None:
    here, there = signed_in(app), signed_in(app)
    sent = send(here, "/account/password", old_password=PASSWORD, new_password=NEW)
    assert sent == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert post_login(app.test_client()).status_code == 401
    assert post_login(app.test_client(), password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new"), [("wrong", NEW), (PASSWORD, "short"), ("", NEW), (PASSWORD, "")]
)
def test_a_wrong_or_unfit_password_changes_nothing(app: Flask, old: str, new: str) -> None:
    here, there = signed_in(app), signed_in(app)
    assert send(here, "/account/password", old_password=old, new_password=new) == 422
    assert there.get("/account").status_code == 200
    assert post_login(app.test_client()).status_code == 303


def test_guessing_the_old_password_is_slowed_down(app: Flask) -> None:
    here = signed_in(app)
    for _ in range(10):
        send(here, "/account/password", old_password="guess", new_password=NEW)
    sent = send(here, "/account/password", old_password=PASSWORD, new_password=NEW)
    assert sent == 429
