"""Every component, seen in a real browser: accessible, and within its window."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.screens import (
    DESKTOP,
    PHONE,
    PHONE_DARK,
    Screen,
    axe_findings,
    every_screen,
    overflow,
)
from tests.browser.sink import make_app


@pytest.fixture
def app() -> Flask:
    """The components' own app."""
    return make_app()


@every_screen
def test_components_are_accessible_and_fit_their_window(page: Page) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Components")
    assert axe_findings(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("screen", [DESKTOP, PHONE_DARK], indirect=True)
def test_a_form_with_errors_is_accessible_and_starts_at_the_first_one(page: Page) -> None:
    page.goto("/invalid")
    expect(page.locator("#f-name")).to_be_focused()
    assert axe_findings(page) == []
    assert overflow(page) <= 0


@every_screen
def test_error_pages_are_accessible_and_fit_their_window(page: Page) -> None:
    for status in (403, 404, 500, 503):
        page.goto(f"/error/{status}")
        expect(page.locator(".error-code")).to_have_text(f"Error {status}")
        assert overflow(page) <= 0
    assert axe_findings(page) == []


@pytest.mark.parametrize("screen", [PHONE], indirect=True)
def test_more_in_the_tab_bar_shows_the_other_pages(page: Page) -> None:
    page.goto("/")
    page.locator(".tabbar summary").click()
    expect(page.locator(".tabbar-sheet")).to_contain_text("Status")
    assert axe_findings(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("screen", [Screen(1440, 900, scripts=False)], indirect=True)
def test_without_scripts_the_page_stands_and_menus_open(page: Page) -> None:
    page.goto("/")
    page.locator("summary.account").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.locator("[data-reveal]")).to_be_hidden()
