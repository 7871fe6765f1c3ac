"""Clients, coverage and the business in a real browser."""

from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.screens import Screen, axe_findings, draw, every_screen, overflow
from tests.doubles.feeds import ScriptedFeeds, install
from webapp import clock
from webapp.enums import ExclusionKind, SourceName, SourceStatus
from webapp.models import Client, ClientExclusion, SourceCheck, User

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
PAGE = "https://halcyon-health.com/news"
FEED = "https://halcyon-health.com/news/feed.xml"
ANSWERS = {
    "Halcyon Health": [("serper", "found", 4), ("rss", "empty", 0), ("news_api", "over_quota", 0)],
    "Castellan Bank": [("serper", "failed", 0), ("rss", "failed", 0)],
    "Northwind Logistics": [("serper", "empty", 0), ("gdelt", "empty", 0)],
    "Meridian Energy": [("mock", "found", 3)],
    "Brightleaf Foods": [],
}


@pytest.fixture(autouse=True)
def feeds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> ScriptedFeeds:
    scripted = ScriptedFeeds()
    scripted.says(PAGE, "This address is a web page, not a feed.", FEED)
    monkeypatch.setattr(app, "extensions", install(app, scripted))
    return scripted


def check(client: Client, source: str, status: str, found: int) -> None:
    message = "The service did not answer in time." if status == "failed" else None
    row = SourceCheck(
        business_id=client.business_id,
        client_id=client.id,
        source=SourceName(source),
        status=SourceStatus(status),
        found=found,
        message="The day's 100 calls are used up." if status == "over_quota" else message,
        created_at=clock.now() - timedelta(minutes=18),
    )
    factories.save(row)


def portfolio(user: User) -> Client:
    """Make clients of every kind; returns the one that has everything."""
    made = {}
    for number, (name, answers) in enumerate(ANSWERS.items()):
        client = factories.client(
            user.business,
            owner=user if number % 2 else None,
            name=name,
            domain=f"{name.split()[0].lower()}.example",
            tier=["enterprise", "mid_market", None, "smb", None][number],
            arr=[1_240_000.0, 85_000.0, None, 12_500.0, None][number],
            renewal_on=date(2026, 12, 4) + timedelta(days=90 * number) if number < 3 else None,
            last_checked_at=clock.now() - timedelta(minutes=18) if answers else None,
        )
        for answer in answers:
            check(client, *answer)
        made[name] = client
    whole = made["Halcyon Health"]
    taught = factories.event(whole, title="Halcyon Hotels opens a resort in Lisbon")
    factories.event(whole)
    factories.save(
        ClientExclusion(
            business_id=user.business_id,
            client_id=whole.id,
            kind=ExclusionKind.TERM,
            value="Halcyon Hotels",
            event_id=taught.id,
            created_by_user_id=user.id,
        )
    )
    return whole


def pages(client: Client) -> dict[str, str]:
    return {
        "list": "/clients",
        "detail": f"/clients/{client.id}",
        "new": "/clients/new",
        "edit": f"/clients/{client.id}/edit",
        "import": "/clients/import",
        "coverage": "/coverage",
        "coverage-client": f"/coverage?client_id={client.id}",
        "business": "/business",
    }


@every_screen
def test_every_page_is_accessible_and_fits(
    page: Page, screen: Screen, sign_in: SignIn, ana: User
) -> None:
    sign_in(ana)
    for name, path in pages(portfolio(ana)).items():
        page.goto(path)
        draw(page, name, screen)
        assert (path, axe_findings(page)) == (path, [])
        assert (path, overflow(page) <= 0) == (path, True)


def test_empty_pages_say_what_to_do_next(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    page.goto("/clients")
    expect(page.get_by_role("heading", name="No clients yet")).to_be_visible()
    page.goto("/coverage")
    expect(page.get_by_role("link", name="Go to clients")).to_be_visible()


def test_a_web_page_is_told_from_a_feed_before_saving(
    page: Page, sign_in: SignIn, ana: User
) -> None:
    sign_in(ana)
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Halcyon Health")
    page.get_by_label("RSS and Atom feeds").fill(f"{PAGE}\n{FEED}")
    page.get_by_role("button", name="Check feeds").click()
    found = page.locator("#feed-reports")
    expect(found).to_contain_text("This address is a web page, not a feed.")
    expect(found).to_contain_text("A feed named “News” with 3 entries.")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Halcyon Health")


def test_a_refused_form_keeps_what_was_typed(
    page: Page, problems: list[str], sign_in: SignIn, ana: User
) -> None:
    sign_in(ana)
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Halcyon Health")
    page.get_by_label("CIK").fill("Halcyon")
    page.get_by_label("RSS and Atom feeds").fill("http://10.0.0.8/feed")
    page.get_by_role("button", name="Add client").click()
    expect(page.locator("#f-cik-error")).to_contain_text("ten digits")
    expect(page.locator("#f-feed-urls-error")).to_contain_text("private network")
    expect(page.get_by_label("CIK")).to_have_value("Halcyon")
    expect(page.get_by_label("RSS and Atom feeds")).to_be_focused()
    page.get_by_label("CIK").fill("320193")
    page.get_by_label("RSS and Atom feeds").fill(FEED)
    page.get_by_role("button", name="Add client").click()
    expect(page.get_by_role("heading", name="Halcyon Health", level=1)).to_be_visible()
    problems.clear()  # the browser tells of each 422


def test_undo_forgets_what_wrong_company_taught(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    page.goto(f"/clients/{portfolio(ana).id}")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("“Halcyon Hotels” counts again.")
    expect(page.get_by_text("None so far.")).to_be_visible()


def test_an_admin_switches_gdelt_on(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    page.goto("/business")
    page.get_by_role("switch", name="Ask GDELT").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    expect(page.get_by_role("switch", name="Ask GDELT")).to_be_checked()
