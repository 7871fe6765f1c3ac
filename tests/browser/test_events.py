"""Overview, events, notifications and preferences in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.screens import PHONE, Screen, axe_findings, every_screen, overflow
from webapp.container import services
from webapp.enums import AIName, RiskLevel, Urgency
from webapp.models import Event, Insight, User

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
no_scripts = pytest.mark.parametrize("screen", [Screen(1440, 900, scripts=False)], indirect=True)
on_a_phone = pytest.mark.parametrize("screen", [PHONE], indirect=True)


@pytest.fixture
def events(ben: User) -> list[Event]:
    """Three events, oldest first, of a client of Ben's; the last has an insight."""
    client = factories.client(ben.business, owner=ben, arr=240_000)
    titles = ("An old report", "A middle report", "The newest report")
    made = [factories.event(client, title=title, risk_level=RiskLevel.HIGH) for title in titles]
    factories.save(
        Insight(
            business_id=ben.business_id,
            event_id=made[-1].id,
            why_it_matters="The sponsor of the renewal leaves.",
            recommended_actions=["Call Henrik", "Send the summary"],
            urgency=Urgency.HIGH,
            provider=AIName.OPENAI,
            model="a-model",
            prompt_version="1",
        )
    )
    for each in made:
        decisions = services().preferences.get_users_to_notify(each)
        services().notifications.record_event(each, decisions)
    return made


def title_of(page: Page) -> str:
    return page.locator("#event-title").inner_text()


@every_screen
def test_every_page_is_accessible_and_fits(
    page: Page, sign_in: SignIn, ben: User, events: list[Event]
) -> None:
    sign_in(ben)
    paths = ["/", "/events", "/events?filters=1", f"/events/{events[-1].id}", "/notifications"]
    for path in [*paths, "/preferences"]:
        page.goto(path)
        assert (path, axe_findings(page)) == (path, [])
        assert (path, overflow(page) <= 0) == (path, True)


def test_a_click_opens_the_event_beside_the_list(
    page: Page, sign_in: SignIn, ben: User, events: list[Event]
) -> None:
    sign_in(ben)
    page.goto("/events")
    page.get_by_role("link", name="An old report").click()
    expect(page.locator("#event-title")).to_have_text("An old report")
    expect(page.locator(f"#event-{events[0].id}")).to_have_attribute("aria-current", "true")
    expect(page.locator("#event-list [aria-current=true]")).to_have_count(1)
    page.wait_for_url(re.compile(f"sel={events[0].id}"))
    page.reload()
    expect(page.locator("#event-title")).to_have_text("An old report")


@pytest.mark.usefixtures("events")
def test_keys_walk_finish_and_take_back(page: Page, sign_in: SignIn, ben: User) -> None:
    sign_in(ben)
    page.goto("/events")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#event-title")).to_have_text("A middle report")
    page.keyboard.press("e")
    expect(page.locator("#event-title")).to_have_text("An old report")
    expect(page.locator("#event-list .list-row")).to_have_count(2)
    page.keyboard.press("z")
    expect(page.locator("#event-list .list-row")).to_have_count(3)
    expect(page.locator("#event-title")).to_have_text("A middle report")


def test_looking_at_an_event_for_a_moment_reads_it(
    page: Page, sign_in: SignIn, ben: User, events: list[Event]
) -> None:
    sign_in(ben)
    page.goto("/events")
    row = page.locator(f"#event-{events[-1].id}")
    expect(row).to_have_class(re.compile("unread"))
    expect(row).not_to_have_class(re.compile("unread"))
    expect(page.locator("#read-toggle button")).to_have_attribute("aria-label", "Mark unread")


@pytest.mark.usefixtures("events")
def test_several_events_are_done_at_once_and_undone(page: Page, sign_in: SignIn, ben: User) -> None:
    sign_in(ben)
    page.goto("/events")
    page.locator("[data-select]").nth(0).check()
    page.locator("[data-select]").nth(1).check()
    expect(page.locator("[data-selected-count]")).to_have_text("2")
    page.get_by_role("toolbar").get_by_role("button", name="Done").click()
    expect(page.locator("[data-toast]")).to_contain_text("2 events done.")
    expect(page.locator("#event-list .list-row")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#event-list .list-row")).to_have_count(3)


@pytest.mark.usefixtures("events")
def test_actions_and_feedback_are_kept(page: Page, sign_in: SignIn, ben: User) -> None:
    sign_in(ben)
    page.goto("/events")
    with page.expect_response(re.compile("/actions$")):
        page.get_by_label("Call Henrik").check()
    with page.expect_response(re.compile("/feedback$")):
        page.get_by_role("button", name="Useful", exact=True).click()
    page.reload()
    expect(page.get_by_label("Call Henrik")).to_be_checked()
    pressed = page.get_by_role("button", name="Useful", exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")


@on_a_phone
@pytest.mark.usefixtures("events")
def test_a_phone_opens_the_event_on_a_page_of_its_own(
    page: Page, sign_in: SignIn, ben: User
) -> None:
    sign_in(ben)
    page.goto("/events")
    expect(page.locator("#detail")).to_be_hidden()
    page.get_by_role("link", name="An old report").click()
    page.wait_for_url(re.compile("/events/[0-9a-f-]{36}"))
    assert title_of(page) == "An old report"
    page.get_by_role("button", name="Mark done").click()
    page.wait_for_url(re.compile("/events$"))
    expect(page.locator("#event-list .list-row")).to_have_count(2)
    expect(page.locator("[data-toast]")).to_contain_text("Event done.")


@no_scripts
@pytest.mark.usefixtures("events")
def test_without_scripts_everything_still_works(page: Page, sign_in: SignIn, ben: User) -> None:
    sign_in(ben)
    page.goto("/events")
    page.locator("[data-select]").nth(0).check()
    page.get_by_role("toolbar").get_by_role("button", name="Done").click()
    expect(page.locator("#event-list .list-row")).to_have_count(2)
    page.get_by_role("link", name="An old report").click()
    page.get_by_role("button", name="Star").click()
    expect(page.get_by_role("button", name="Starred")).to_be_visible()
    page.goto("/notifications")
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator("#notice-note")).to_have_text("0 unread")
    page.goto("/preferences")
    page.get_by_label("Daily digest").check()
    page.get_by_role("button", name="Save preferences").click()
    expect(page.locator("[data-toast]")).to_contain_text("Preferences saved.")
    expect(page.get_by_label("Daily digest")).to_be_checked()


@pytest.mark.usefixtures("events")
def test_a_notification_leads_to_its_event_and_is_read(
    page: Page, sign_in: SignIn, ben: User
) -> None:
    sign_in(ben)
    page.goto("/notifications")
    expect(page.locator("#notice-note")).to_have_text("3 unread")
    page.get_by_role("link", name="A middle report").click()
    page.wait_for_url(re.compile("/events/"))
    assert title_of(page) == "A middle report"
    page.goto("/notifications")
    expect(page.locator("#notice-note")).to_have_text("2 unread")


@pytest.mark.usefixtures("events")
def test_the_estimate_follows_the_form(page: Page, sign_in: SignIn, ben: User) -> None:
    sign_in(ben)
    page.goto("/preferences")
    expect(page.locator("#estimate")).to_contain_text("3 of 3 events")
    page.get_by_label("Tell me from this relevance on").fill("90")
    expect(page.locator("#estimate")).to_contain_text("0 of 3 events")
    page.get_by_label("Weekly digest").check()
    expect(page.get_by_label("Digest on")).to_be_visible()
