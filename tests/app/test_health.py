"""What load balancers and launchers are told."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.databases import SECRET
from webapp import clock
from webapp.app import create_app
from webapp.config import Settings
from webapp.enums import ProcessKind
from webapp.models import ProcessHeartbeat

PARTS = {"database", "migrations", "redis", "scheduler", "worker"}


def beat(kind: ProcessKind, *, seconds_ago: float) -> None:
    at = clock.now() - timedelta(seconds=seconds_ago)
    factories.save(ProcessHeartbeat(name=f"{kind}-1", kind=kind, started_at=at, beat_at=at))


def checks(client: FlaskClient) -> dict[str, dict[str, object]]:
    answer = client.get("/readyz")
    assert answer.json is not None
    assert answer.status_code == (200 if answer.json["ready"] else 503)
    return dict(answer.json["checks"])


def test_a_process_that_answers_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_each_part_has_its_name(client: FlaskClient) -> None:
    found = checks(client)
    assert set(found) == PARTS
    assert found["database"]["ok"] is True
    assert found["redis"]["ok"] is False
    assert found["scheduler"] == {"ok": False, "message": "was never seen"}


@pytest.mark.parametrize(
    ("kind", "seconds", "ok"),
    [
        (ProcessKind.SCHEDULER, 179, True),
        (ProcessKind.SCHEDULER, 181, False),
        (ProcessKind.WORKER, 55, True),
        (ProcessKind.WORKER, 61, False),
    ],
)
def test_a_process_is_there_while_its_heart_beats(
    client: FlaskClient, kind: ProcessKind, seconds: float, *, ok: bool
) -> None:
    beat(kind, seconds_ago=seconds)
    assert checks(client)[kind.value]["ok"] is ok


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_parts_that_hang_do_not_hold_the_answer_up(tmp_path: Path, silent_port: int) -> None:
    app = silent_app(tmp_path, silent_port)
    start = time.monotonic()
    found = checks(app.test_client())
    assert time.monotonic() - start < 1.5
    assert {name for name, each in found.items() if not each["ok"]} == PARTS


def silent_app(folder: Path, port: int) -> Flask:
    settings = Settings.from_env(
        secret_key=SECRET,
        database_url=f"postgresql://nobody@127.0.0.1:{port}/none",
        redis_url=f"redis://127.0.0.1:{port}/0",
        instance_dir=folder,
    )
    return create_app(settings)


def test_a_database_that_is_away_is_told_in_words(tmp_path: Path) -> None:
    app = silent_app(tmp_path, 1)
    client = app.test_client()
    with client.session_transaction() as session:
        session["sid"] = "some session"
    page = client.get("/")
    assert page.status_code == 503
    assert "cannot be reached" in page.text
    answer = client.get("/api/v1/events/")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
