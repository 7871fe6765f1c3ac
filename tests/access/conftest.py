"""Two filled businesses, and callers who come with a session and a token at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.access.two_businesses import OURS, THEIRS, Filled, credentials, fill
from webapp.models import User
from webapp.services.rate_limits import RateLimits

Visit = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crawl asks more in a minute than a person may."""
    monkeypatch.setattr(RateLimits, "take", lambda _self, _caller: None)


@pytest.fixture
def ours(app: Flask) -> Filled:  # noqa: ARG001 -- the tables have to be there
    return fill(OURS)


@pytest.fixture
def theirs(app: Flask) -> Filled:  # noqa: ARG001 -- the tables have to be there
    return fill(THEIRS)


@pytest.fixture
def visit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Make a caller who has both a browser's session and a token."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)

    def make(user: User) -> FlaskClient:
        secret, token = credentials(user)
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["sid"] = secret
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return browser

    return make
