"""How the app is built."""

from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import text

from tests.databases import NO_REDIS, SECRET
from webapp.app import create_app
from webapp.config import Settings
from webapp.errors import SettingsError
from webapp.extensions import db
from webapp.storage import WEB_POOL

MISSING = object()


def build(folder: Path, **values: object) -> Flask:
    return create_app(
        Settings.from_env(secret_key=SECRET, instance_dir=folder, redis_url=NO_REDIS, **values)
    )


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and getattr(app.view_functions[rule.endpoint], "beacon_permission", MISSING) is MISSING
    }
    assert silent == set()


def test_no_route_changes_anything_on_get(app: Flask) -> None:
    both = {
        rule.rule for rule in app.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())
    }
    assert both == set()


def test_sqlite_on_a_dyno_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNO", "web.1")
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        build(tmp_path)
    assert build(tmp_path, allow_sqlite_on_dyno=True).name == "webapp"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="INSTANCE_DIR"):
        build(tmp_path / "file" / "instance")


def test_the_pool_has_a_connection_for_each_thread(tmp_path: Path) -> None:
    app = build(tmp_path)
    assert app.config["SQLALCHEMY_ENGINE_OPTIONS"]["pool_size"] == WEB_POOL >= 8


@pytest.mark.usefixtures("app")
def test_postgresql_ends_what_takes_too_long() -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no such limit")
    assert db.session.scalar(text("SHOW statement_timeout")) == "15s"
    assert db.session.scalar(text("SHOW lock_timeout")) == "5s"


FORWARDED = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"),
    [(0, "127.0.0.1", "http"), (1, "203.0.113.7", "https"), (2, "198.51.100.9", "http")],
)
def test_only_as_many_proxies_are_believed_as_are_set(
    tmp_path: Path, proxies: int, address: str, scheme: str
) -> None:
    app = build(tmp_path, trusted_proxies=proxies)
    seen: list[tuple[str | None, str]] = []
    app.before_request(lambda: seen.append((request.remote_addr, request.scheme)))
    app.test_client().get("/healthz", headers=FORWARDED)
    assert seen == [(address, scheme)]


def test_over_https_the_cookie_is_bound_to_its_host(tmp_path: Path) -> None:
    app = build(tmp_path, public_url="https://beacon.example.com")
    answer = app.test_client().get("/login", base_url="https://beacon.example.com")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-beacon=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]
