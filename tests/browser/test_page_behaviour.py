"""What the scripts add: keys, toasts, confirmation, theme, forms, polling, the detail pane."""

import pytest
from flask import Flask
from playwright.sync_api import Page, Request, expect

from tests.browser.screens import PHONE, axe_findings
from tests.browser.sink import make_app

AFTER_THREE_TICKS = """new Promise((resolve) => {
  let ticks = 0;
  document.getElementById("n").addEventListener("every", () => {
    ticks += 1;
    if (ticks === 3) resolve();
  });
})"""


@pytest.fixture
def app() -> Flask:
    """The components' own app."""
    return make_app()


def test_question_mark_opens_the_list_of_keys(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert axe_findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_j_and_k_walk_through_the_rows_and_x_selects(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("j")
    expect(page.locator("#event-2 [data-open]")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#event-2 [data-select]")).to_be_checked()
    expect(page.locator("[data-selected-count]")).to_have_text("1")
    page.keyboard.press("k")
    expect(page.locator("#event-1 [data-open]")).to_be_focused()


def test_shift_x_selects_all_rows_in_between(page: Page) -> None:
    page.goto("/")
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("[data-selected-count]")).to_have_text("3")


def test_slash_goes_to_the_search_field(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("jx?")
    expect(page.locator("[data-search]")).to_have_value("jx?")


def test_g_and_a_letter_go_to_that_page(page: Page) -> None:
    page.route("**/schedules", lambda route: route.fulfill(body="<title>there</title>"))
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/schedules")


def test_keys_rest_where_the_user_turned_them_off(page: Page) -> None:
    page.goto("/")
    page.evaluate("document.documentElement.dataset.keyboard = 'off'")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_t_switches_the_theme_and_saves_it(page: Page, app: Flask) -> None:
    page.goto("/")
    with page.expect_response("**/preferences/theme"):
        page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert app.config["THEMES"] == ["dark"]


def test_a_toast_offers_undo_and_undo_posts(page: Page) -> None:
    page.goto("/")
    page.evaluate("htmx.ajax('POST', '/toast', {target: '#toasts', swap: 'none'})")
    expect(page.locator("#toasts .toast")).to_contain_text("Marked as done.")
    with page.expect_response("**/toast"):
        page.keyboard.press("z")


def test_a_server_error_becomes_a_toast(page: Page, problems: list[str]) -> None:
    page.goto("/")
    page.evaluate("htmx.ajax('GET', '/fails', {target: '#main'})")
    expect(page.locator("#toasts .toast")).to_contain_text("That did not work")
    expect(page.locator("h1")).to_be_visible()
    problems.clear()


def test_a_typed_name_is_asked_for_before_deleting_for_good(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Delete for good").click()
    go = page.locator("[data-confirm-go]")
    expect(go).to_be_disabled()
    page.locator("[data-confirm-typed]").fill("Halcyon")
    expect(go).to_be_enabled()
    assert axe_findings(page) == []
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#confirm")).to_be_hidden()


def test_a_refused_form_comes_back_with_its_error_and_the_focus_on_it(
    page: Page, problems: list[str]
) -> None:
    page.goto("/form")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#f-name-error")).to_have_text("This name is taken.")
    expect(page.locator("#f-name")).to_be_focused()
    expect(page.locator("#toasts .toast")).to_have_count(0)
    problems.clear()


def test_fields_that_do_not_apply_are_hidden_and_not_sent(page: Page, problems: list[str]) -> None:
    page.goto("/form")
    expect(page.locator("#f-day")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#f-name")).to_have_value("name, schedule_type")
    page.get_by_label("Weekly").check()
    expect(page.locator("#f-day")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#f-name")).to_have_value("day, name, schedule_type")
    problems.clear()


def test_beside_the_list_a_row_opens_in_the_pane(page: Page) -> None:
    page.goto("/split")
    page.get_by_role("link", name="One").click()
    expect(page.locator("#detail h2")).to_have_text("One, in full")
    expect(page.locator("#event-1 [data-open]")).to_be_focused()
    expect(page.locator("#event-1")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("screen", [PHONE], indirect=True)
def test_without_a_pane_a_row_opens_as_a_page(page: Page) -> None:
    page.goto("/split")
    page.get_by_role("link", name="One").click()
    page.wait_for_url("**/one")


def test_a_poll_that_brings_nothing_new_has_no_body(page: Page) -> None:
    page.goto("/polls")
    with page.expect_response(lambda answer: answer.url.endswith("/poll") and answer.status == 304):
        expect(page.locator("#n")).to_have_text("31 of 48")


def test_hidden_tabs_do_not_poll(page: Page) -> None:
    page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => true})")
    polls: list[Request] = []
    page.on("request", lambda sent: polls.append(sent) if sent.url.endswith("/poll") else None)
    page.goto("/polls")
    page.evaluate(AFTER_THREE_TICKS)
    assert polls == []


def test_unread_shows_in_the_title_of_the_tab(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_title("(5) Kitchen sink · Beacon")


def test_the_browser_refuses_inline_code_and_the_page_fixture_says_so(
    page: Page, problems: list[str]
) -> None:
    page.goto("/unsafe")
    expect(page.locator("p")).to_have_css("color", "rgb(0, 0, 0)")
    refused = {problem.split()[2] for problem in problems if problem.startswith("console: CSP:")}
    assert refused == {"style-src-attr", "script-src-elem"}
    problems.clear()
