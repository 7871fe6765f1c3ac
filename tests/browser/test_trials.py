"""A trial in a real browser: started, looked at on every screen, adopted."""

import threading

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests import factories
from tests.api.test_raw_data import stored
from tests.browser.conftest import SignIn
from tests.browser.screens import Screen, axe_findings, every_screen, overflow
from webapp.container import services
from webapp.enums import Category, CategoryGroup, RawOutcome
from webapp.extensions import db
from webapp.models import Client, ReprocessTrial, User

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
no_scripts = pytest.mark.parametrize("screen", [Screen(1440, 900, scripts=False)], indirect=True)
TOLD = (
    "Halcyon Health raises $65M in Series C funding",
    "Halcyon Health names Ida Berg chief financial officer",
    "Halcyon Health opens 40 clinics in Portugal",
)
MISSED = "Halcyon Health sued over data breach of patient records"


@pytest.fixture
def halcyon(ana: User, ben: User) -> Client:
    """A client whose events were judged as nothing much, and one row that made no event."""
    assert ana.business_id == ben.business_id
    client = factories.client(ben.business, owner=ben, name="Halcyon Health")
    for title in TOLD:
        event = factories.event(
            client,
            title=title,
            category=Category.OTHER,
            group=CategoryGroup.INFO,
            relevance_score=0.4,
        )
        done = {"is_processed": True, "outcome": RawOutcome.CREATED}
        stored(client, title, processed_into_event_id=event.id, **done)
    unlike = {"is_processed": True, "outcome": RawOutcome.IRRELEVANT}
    stored(client, MISSED, url="https://court.example.com/1", **unlike)
    return client


def work(app: Flask) -> None:
    """Do what a worker does, beside the server."""

    def act() -> None:
        with app.app_context():
            services().trials.runner.work(db.session.query(ReprocessTrial).one().id)
            db.session.remove()

    worker = threading.Thread(target=act)
    worker.start()
    worker.join(20)


@every_screen
@pytest.mark.usefixtures("halcyon")
def test_every_part_of_it_is_accessible_and_fits(
    page: Page, sign_in: SignIn, ana: User, app: Flask
) -> None:
    sign_in(ana)
    page.goto("/business/trials/new")
    page.get_by_role("button", name="Estimate").click()
    expect(page.get_by_text("it costs nothing")).to_be_visible()
    assert axe_findings(page) == []
    assert overflow(page) <= 0
    page.get_by_role("button", name="Start the trial").click()
    expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    work(app)
    expect(page.get_by_role("heading", name="Nothing was changed so far")).to_be_visible()
    page.reload()
    expect(page.get_by_text(MISSED)).to_be_visible()
    assert axe_findings(page) == []
    assert overflow(page) <= 0


@no_scripts
@pytest.mark.usefixtures("halcyon")
def test_it_is_adopted_without_scripts(page: Page, sign_in: SignIn, ana: User, app: Flask) -> None:
    sign_in(ana)
    page.goto("/business/trials/new")
    page.get_by_role("button", name="Start the trial").click()
    work(app)
    page.reload()
    page.get_by_role("button", name="Adopt 4 differences").click()
    work(app)
    page.reload()
    expect(page.get_by_text("4 differences were written, adopted by Ana")).to_be_visible()
    page.get_by_role("link", name=TOLD[0]).click()
    expect(page.get_by_role("heading", name="What it was before")).to_be_visible()
