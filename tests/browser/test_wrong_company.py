"""Saying "wrong company" in a real browser: the choice, the toast, Undo."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.screens import Screen, axe_findings, every_screen, overflow
from webapp.models import Event, User

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
no_scripts = pytest.mark.parametrize("screen", [Screen(1440, 900, scripts=False)], indirect=True)


@pytest.fixture
def event(ben: User) -> Event:
    halcyon = factories.client(ben.business, name="Halcyon", owner=ben)
    factories.event(halcyon, title="Halcyon names a new chief financial officer")
    title, url = "Halcyon Dental opens ten practices", "https://teeth.example/1"
    return factories.event(halcyon, title=title, url=url)


@every_screen
def test_the_choice_is_accessible_and_fits(
    page: Page, sign_in: SignIn, ben: User, event: Event
) -> None:
    sign_in(ben)
    page.goto(f"/events/{event.id}")
    page.get_by_role("link", name="Wrong company").click()
    page.get_by_role("radio", name=re.compile("Halcyon Dental")).first.wait_for()
    assert axe_findings(page) == []
    assert overflow(page) <= 0
    page.goto(f"/events/{event.id}/wrong-company")
    assert axe_findings(page) == []
    assert overflow(page) <= 0


def test_a_choice_hides_the_event_and_undo_brings_it_back(
    page: Page, sign_in: SignIn, ben: User, event: Event
) -> None:
    sign_in(ben)
    page.goto(f"/events?sel={event.id}")
    rows = page.locator("#event-list")
    page.get_by_role("link", name="Wrong company").click()
    page.get_by_role("button", name="Hide and leave out").click()
    expect(rows).not_to_contain_text("Halcyon Dental")
    expect(page.locator("#event-title")).to_contain_text("new chief financial officer")
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_contain_text("Halcyon Dental")


def test_a_bad_word_is_told_beside_its_field(
    page: Page, sign_in: SignIn, ben: User, event: Event, problems: list[str]
) -> None:
    sign_in(ben)
    page.goto(f"/events?sel={event.id}")
    page.get_by_role("link", name="Wrong company").click()
    page.get_by_role("radio", name="Another word or name").check()
    page.get_by_label("Word or name", exact=True).fill("Halcyon")
    page.get_by_role("button", name="Hide and leave out").click()
    expect(page.locator("#wrong-company")).to_contain_text("own name")
    expect(page.get_by_label("Word or name", exact=True)).to_have_value("Halcyon")
    problems.clear()  # the browser notes the 422


@no_scripts
def test_it_works_without_scripts(page: Page, sign_in: SignIn, ben: User, event: Event) -> None:
    sign_in(ben)
    page.goto(f"/events/{event.id}")
    page.get_by_role("link", name="Wrong company").click()
    page.get_by_role("button", name="Hide and leave out").click()
    expect(page.get_by_text("is hidden")).to_be_visible()
    expect(page.locator("#event-list")).not_to_contain_text("Halcyon Dental")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("back in the lists")).to_be_visible()
    expect(page.locator("#event-title")).to_contain_text("Halcyon Dental")
