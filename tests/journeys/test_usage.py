"""The documented usage, over real HTTP with the client that integrators use."""

import re
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from tests.pages.signing_in import PASSWORD, person
from webapp.config import PROJECT_ROOT
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, User

GUIDE = PROJECT_ROOT / "docs" / "api.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
LOCAL = "http://localhost:8000"


@pytest.fixture
def ana(business: Business) -> User:
    return person(business)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app behind a real server."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_guide_runs_from_top_to_bottom(address: str, ana: User) -> None:
    blocks = BLOCK.findall(GUIDE.read_text())
    assert len(blocks) >= 6
    names: dict[str, Any] = {"EMAIL": ana.email, "PASSWORD": PASSWORD}
    db.session.commit()
    for block in blocks:
        exec(compile(block.replace(LOCAL, address), GUIDE.name, "exec"), names)  # noqa: S102 -- our own documentation
    db.session.expire_all()
    assert db.session.query(AutomationSchedule).count() == 1


def test_a_creator_who_is_nobody_is_the_caller(address: str, ana: User, cleo: User) -> None:
    """A body copied from documentation names a user whom this installation does not have."""
    url, headers = f"{address}/api/v1", {}
    credentials = {"email": ana.email, "password": PASSWORD}
    db.session.commit()
    token = requests.post(f"{url}/auth/token", json=credentials, timeout=10).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def create(creator: int) -> requests.Response:
        body: dict[str, Any] = {
            "business_id": str(ana.business_id),
            "created_by_user_id": creator,
            "name": "Each morning at nine",
            "job_type": "client_monitoring",
            "client_ids": None,
            "schedule_type": "daily",
            "hour_of_day": 9,
        }
        return requests.post(f"{url}/automation-schedules/", headers=headers, json=body, timeout=10)

    made = create(123)
    assert (made.status_code, made.json()["created_by_user_id"]) == (201, ana.id)
    assert create(cleo.id).status_code == 422


def test_the_questions_of_whoever_looks_for_a_fault_are_answered(address: str, ana: User) -> None:
    url = f"{address}/api/v1"
    credentials = {"email": ana.email, "password": PASSWORD}
    db.session.commit()
    token = requests.post(f"{url}/auth/token", json=credentials, timeout=10).json()["access_token"]
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    body = {"name": "By hand", "schedule_type": "manual", "config": '{"force_mock": true}'}
    made = session.post(f"{url}/automation-schedules/", json=body, timeout=10).json()
    assert made["config"] == {"force_mock": True}
    ran = session.post(f"{url}/automation-schedules/{made['id']}/trigger", timeout=10)
    assert ran.status_code == 202
    assert ran.json()["message"] == "Schedule triggered successfully"

    def ask(path: str) -> dict[str, Any]:
        answer = session.get(f"{url}/{path}", timeout=10)
        assert answer.status_code == 200, path
        found: dict[str, Any] = answer.json()
        return found

    schedule = ask(f"automation-schedules/{made['id']}")
    assert {"is_active", "last_error_message", "consecutive_failures"} <= schedule.keys()
    assert {"running", "total_jobs", "jobs", "heartbeat_at"} <= ask("scheduler/status").keys()
    assert ask("scheduler/jobs/recent?limit=10")["jobs"][0]["id"] == ran.json()["job_run_id"]
    preferences = ask("user-preferences/me")
    assert preferences["notification_enabled"] is True
    assert preferences["email_notifications_enabled"] is True
    assert preferences["relevance_threshold"] == 0.7
    assert ask("events/")["events"] == []
    assert ask("email-logs/")["logs"] == []
    stats = ask("email-logs/stats/summary")
    assert (stats["total_emails"], stats["open_rate"], stats["by_type"]) == (0, 0.0, {})
