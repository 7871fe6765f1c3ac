"""Schedules, runs and status in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.screens import axe_findings, every_screen, overflow
from webapp import clock
from webapp.enums import RunStatus
from webapp.models import User

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def busy_workspace(user: User) -> list[str]:
    """Make one of everything and return the pages that show it."""
    schedule = factories.schedule(user, name="Every weekday")
    factories.client(user.business)
    ended = factories.job_run(schedule, seconds=12.5, finished_at=clock.now())
    made = clock.now() - timedelta(minutes=5)
    stalled = factories.job_run(schedule, status=RunStatus.QUEUED, created_at=made)
    return [
        "/schedules",
        "/schedules/new",
        f"/schedules/{schedule.id}/edit",
        f"/schedules/{schedule.id}/delete",
        "/runs",
        f"/runs/{ended.id}",
        f"/runs/{stalled.id}",
        "/status",
    ]


@every_screen
def test_every_page_is_accessible_and_fits(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    for path in busy_workspace(ana):
        page.goto(path)
        assert (path, axe_findings(page)) == (path, [])
        assert (path, overflow(page) <= 0) == (path, True)


def test_the_preview_follows_what_is_typed(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    page.goto("/schedules/new")
    page.get_by_role("radio", name="Custom").check()
    page.get_by_label("Cron expression").fill("30 7 * * 1-5")
    expect(page.locator("#preview")).to_contain_text("At 07:30 on Monday through Friday")
    page.get_by_label("Cron expression").fill("30 25 * * 1-5")
    expect(page.locator("#preview")).to_contain_text("Bad hour")
    expect(page.locator("#preview .stale")).to_contain_text("At 07:30 on Monday through Friday")


def test_only_the_fields_of_the_frequency_are_shown(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    page.goto("/schedules/new")
    expect(page.get_by_label("Time", exact=True)).to_be_visible()
    expect(page.get_by_label("Cron expression")).to_be_hidden()
    page.get_by_role("radio", name="Monthly").check()
    expect(page.get_by_label("Day of the month")).to_be_visible()


def test_enter_in_the_name_saves(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    page.goto("/schedules/new")
    page.get_by_label("Name").fill("Morning")
    page.get_by_label("Name").press("Enter")
    expect(page).to_have_url("/schedules")
    expect(page.locator("#toasts")).to_contain_text("was created")


def test_the_switch_pauses_and_run_now_leads_to_the_run(
    page: Page, sign_in: SignIn, ana: User
) -> None:
    sign_in(ana)
    factories.schedule(ana, name="Morning")
    page.goto("/schedules")
    page.get_by_role("switch", name="Active: Morning").click()
    expect(page.locator("#toasts")).to_contain_text("is paused")
    expect(page.locator("tbody")).to_contain_text("paused")
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    page.get_by_role("button", name="Cancel run").click()
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
