"""Fixtures that every test may use: a database of each kind, the app, and the cast."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.databases import Database, postgres_database, sqlite_database, wipe
from webapp import clock
from webapp.config import Settings
from webapp.enums import Role
from webapp.extensions import db
from webapp.models import Business, User
from webapp.services.api_tokens import ApiTokens, allowed_scopes
from webapp.services.sessions import Sessions

KINDS = ("sqlite", "postgresql")
SECRET = "a-secret-key-that-only-tests-ever-use"


LONG = ("slow", "long", "browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of long tests: what is left for the end is short on every process."""
    first = {item.path for item in items if any(map(item.get_closest_marker, LONG))}
    items.sort(key=lambda item: item.path not in first)


def pytest_collection_finish() -> None:
    """Take what lives to the end out of the garbage collector's rounds, which it would fill."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set_clock(None)


@pytest.fixture(autouse=True, scope="session")
def _clean_environment() -> None:
    """Take every setting of this shell out, so that tests see only their own."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Database]]:
    """Give each kind of database, made once a test process with all tables."""
    made: dict[str, Database] = {}

    def get(kind: str) -> Database:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            made[kind] = sqlite_database(folder) if kind == "sqlite" else postgres_database(folder)
        return made[kind]

    yield get
    for each in made.values():
        each.close()


@pytest.fixture(params=KINDS)
def database(
    request: pytest.FixtureRequest, databases: Callable[[str], Database]
) -> Iterator[Flask]:
    """An empty database inside a bare app context: models and services, no pages."""
    kind = databases(request.param)
    with kind.bare_app.app_context():
        wipe()
        yield kind.bare_app
        db.session.rollback()
        db.session.remove()


@pytest.fixture
def sqlite_only(databases: Callable[[str], Database]) -> Iterator[Flask]:
    """An empty SQLite database, for what does not depend on the kind."""
    with databases("sqlite").bare_app.app_context():
        wipe()
        yield databases("sqlite").bare_app
        db.session.remove()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a bare deployment: no key, mails kept in a folder."""
    return Settings.from_env(secret_key=SECRET, instance_dir=tmp_path)


@pytest.fixture
def business(request: pytest.FixtureRequest) -> Business:
    """The business of ana and ben."""
    _database_of(request)
    return factories.business(name="Lighthouse")


@pytest.fixture
def ana(business: Business) -> User:
    """The admin."""
    return factories.user(business, name="Ana", role="admin")


@pytest.fixture
def ben(business: Business) -> User:
    """A CSM of the same business."""
    return factories.user(business, name="Ben", role="csm")


@pytest.fixture
def cleo(request: pytest.FixtureRequest) -> User:
    """A CSM of another business."""
    _database_of(request)
    return factories.user(factories.business(name="Faraway"), name="Cleo", role="csm")


def _database_of(request: pytest.FixtureRequest) -> None:
    """Use the database that the test asked for, by whichever fixture."""
    for name in ("app", "database", "sqlite_only"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
            return
    request.getfixturevalue("database")


@pytest.fixture(params=KINDS)
def app(request: pytest.FixtureRequest, databases: Callable[[str], Database]) -> Iterator[Flask]:
    """The whole app over an empty database, with nothing behind its queues."""
    whole = databases(request.param).whole_app
    with whole.app_context():
        wipe()
        yield whole
        db.session.rollback()
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser or program that has not signed in."""
    return app.test_client()


@pytest.fixture
def api_as(app: Flask) -> Callable[[User], FlaskClient]:
    """Make a program that holds a token of a user with every scope of their role."""

    def make(user: User) -> FlaskClient:
        issued = ApiTokens().issue(
            user_id=user.id,
            business_id=user.business_id,
            name="test",
            scopes=allowed_scopes(Role(user.role)),
            lifetime=timedelta(days=1),
        )
        program = app.test_client()
        program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {issued.token}"
        return program

    return make


@pytest.fixture
def browse_as(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[User], FlaskClient]:
    """Make a signed-in browser; forms need no CSRF token, which has tests of its own."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=False)

    def make(user: User) -> FlaskClient:
        secret = Sessions().start(user.id, address=None, user_agent=None)
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["sid"] = secret
        return browser

    return make
