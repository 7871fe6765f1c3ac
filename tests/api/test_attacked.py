"""Schemathesis against the whole document: no answer is outside of it, whatever comes in.

Left out: that all data which fits a schema is accepted, as some rules ask the database; and the
revoking of tokens, as that would end the attack.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests import factories
from tests.databases import NO_REDIS, SECRET, Database, postgres_database, sqlite_database
from webapp.app import create_app
from webapp.config import Settings
from webapp.enums import Role
from webapp.extensions import db
from webapp.models import Business
from webapp.services.api_tokens import ApiTokens, allowed_scopes

IS_FULL = os.environ.get("BEACON_TEST_SIZE") == "full"
EXAMPLES = "100" if IS_FULL else "1"
KINDS = ("sqlite", "postgresql") if IS_FULL else ("sqlite",)
QUICK_PHASES = "examples,fuzzing,stateful"
HOOKS = "tests.api.attack_hooks"
COMMAND = "from schemathesis.cli import schemathesis; schemathesis()"
LEFT_OUT = ("--exclude-checks", "positive_data_acceptance")
KEEPS_TOKEN = ("--exclude-operation-id", "tokens_revoke_token")
pytestmark = pytest.mark.slow


@pytest.fixture(params=KINDS)
def attacked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app over a database of its own, with no limit of requests."""
    make = {"sqlite": sqlite_database, "postgresql": postgres_database}[request.param]
    made: Database = make(tmp_path)
    settings = Settings.from_env(
        secret_key=SECRET,
        database_url=made.url,
        instance_dir=tmp_path,
        redis_url=NO_REDIS,
        api_requests_per_minute=0,
    )
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        _fill()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()
    made.close()


def _fill() -> None:
    business = factories.business()
    user = factories.user(business, name="Ana", role=Role.ADMIN)
    client = factories.client(business, owner=user)
    event = factories.event(client)
    factories.job_run(factories.schedule(user))
    factories.email_log(user, event_id=event.id)
    factories.raw_data(client)


def _token(app: Flask, role: Role) -> str:
    with app.app_context():
        business = db.session.query(Business).one()
        user = factories.user(business, name=f"The {role.value}", role=role)
        issued = ApiTokens().issue(
            user_id=user.id,
            business_id=business.id,
            name="attack",
            scopes=allowed_scopes(role),
            lifetime=timedelta(days=1),
        )
        db.session.remove()
        return issued.token


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Answer over real HTTP."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def attack(address: str, token: str, folder: Path, *more: str) -> str:
    """Run Schemathesis; return what it found, or nothing."""
    command = [sys.executable, "-c", COMMAND, "run", f"{address}/openapi.json"]
    options = ("--header", f"Authorization: Bearer {token}", "--no-color", "--warnings", "off")
    ended = subprocess.run(
        [*command, *options, "--seed", "1", *LEFT_OUT, *KEEPS_TOKEN, *more],
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if ended.returncode == 0 else ended.stdout[-20_000:] + ended.stderr[-2_000:]


@pytest.mark.parametrize("role", Role)
def test_nobody_gets_an_answer_that_is_not_documented(
    attacked: Flask, role: Role, tmp_path: Path
) -> None:
    token = _token(attacked, role)
    with served(attacked) as address:
        assert not attack(address, token, tmp_path, "--phases", QUICK_PHASES, "-n", EXAMPLES)
    headers = {"Authorization": f"Bearer {token}"}
    assert attacked.test_client().get("/api/v1/users/me", headers=headers).status_code == 200


@pytest.mark.long
def test_each_bound_of_each_field_is_kept(attacked: Flask, tmp_path: Path) -> None:
    token = _token(attacked, Role.ADMIN)
    with served(attacked) as address:
        assert not attack(address, token, tmp_path, "--phases", "coverage")
