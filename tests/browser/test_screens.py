"""The pages of the demo workspace, as its admin sees them; also makes the pictures of the docs.

With BEACON_WRITE_SCREENS=1 the pictures that README and docs show are written to docs/screens/.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import flask_migrate
import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.screens import SCREENS, Screen, draw, every_screen, overflow
from tests.databases import SECRET
from tests.doubles.redis_server import running_redis
from webapp import clock
from webapp.app import create_app
from webapp.config import PROJECT_ROOT, Settings
from webapp.enums import JobType, ProcessKind, RawOutcome, RunStatus
from webapp.extensions import db
from webapp.models import Event, EventRawData, JobRun, ProcessHeartbeat
from webapp.services.demo.people import DEMO_EMAIL, DEMO_PASSWORD
from webapp.services.demo.seed import DemoService
from webapp.services.transactions import atomic

WEDNESDAY_MORNING = datetime(2026, 11, 18, 9, 40, tzinfo=UTC)
STORY = "Northwind Logistics to cut 340 jobs in Rotterdam"
PAGES = {
    "overview": "/",
    "events": "/events",
    "event": "",
    "clients": "/clients",
    "client": "",
    "coverage": "/coverage",
    "raw-data": "/raw-data",
    "raw-item": "",
    "business": "/business",
    "schedules": "/schedules",
    "new-schedule": "/schedules/new",
    "job-run": "",
    "notifications": "/notifications",
    "held-back": "/notifications/held-back",
    "mutes": "/mutes",
    "stand-ins": "/stand-ins",
    "preferences": "/preferences",
    "email": "/email",
    "status": "/status",
}
KEPT = {
    *(f"{name}-desktop-light" for name in PAGES),
    "overview-desktop-dark",
    "events-phone-light",
    "event-phone-dark",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The product over a demo workspace of its own, as `make run` makes it."""
    clock.set_clock(WEDNESDAY_MORNING)
    with running_redis() as redis:
        settings = Settings.from_env(
            secret_key=SECRET, demo=True, instance_dir=tmp_path, redis_url=redis.url
        )
        made = create_app(settings)
        with made.app_context():
            db.create_all()
            flask_migrate.stamp()
            DemoService(settings=settings).seed()
            yield made
            db.session.remove()
            db.engine.dispose()


def beat() -> None:
    """Live as the processes do, however long the drawing takes."""
    now = clock.now()
    with atomic() as session:
        for kind in (ProcessKind.SCHEDULER, ProcessKind.WORKER):
            session.merge(ProcessHeartbeat(name=kind, kind=kind, started_at=now, beat_at=now))


def addresses() -> dict[str, str]:
    event = db.session.scalar(select(Event.id).where(Event.title == STORY))
    run = db.session.scalar(
        select(JobRun.id)
        .where(JobRun.status == RunStatus.COMPLETED, JobRun.job_type == JobType.CLIENT_MONITORING)
        .order_by(JobRun.events.desc(), JobRun.created_at.desc())
    )
    raw = db.session.scalar(
        select(EventRawData.id).where(EventRawData.outcome == RawOutcome.WRONG_COMPANY)
    )
    client = db.session.scalar(select(Event.client_id).where(Event.id == event))
    return PAGES | {
        "event": f"/events/{event}",
        "client": f"/clients/{client}",
        "job-run": f"/runs/{run}",
        "raw-item": f"/raw-data/{raw}",
    }


def sign_in(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("textbox", name="E-mail address").fill(DEMO_EMAIL)
    page.get_by_role("textbox", name="Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/")


def keep(page: Page, name: str, screen: Screen) -> None:
    file = f"{name}-{next(key for key, each in SCREENS.items() if each == screen)}"
    if os.environ.get("BEACON_WRITE_SCREENS") == "1" and file in KEPT:
        page.evaluate("document.fonts.ready.then(() => true)")
        page.screenshot(path=PROJECT_ROOT / "docs" / "screens" / f"{file}.png")
    draw(page, name, screen)


@every_screen
def test_every_page_of_the_demo_answers_and_fits(page: Page, screen: Screen) -> None:
    sign_in(page)
    for name, path in addresses().items():
        beat()
        answer = page.goto(path)
        assert (name, answer.status if answer else None) == (name, 200)
        assert urlsplit(page.url).path == path
        assert (name, overflow(page)) == (name, 0)
        keep(page, name, screen)
