"""What an event's relevance is made of, and saying its right category, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.screens import axe_findings, every_screen, overflow
from webapp.models import Event, User

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(ben: User) -> Event:
    factors = {"about_the_client": 0.45, "severity": 0.25, "team_feedback": -0.14}
    client = factories.client(ben.business, owner=ben)
    return factories.event(client, relevance_score=0.56, relevance_factors=factors)


@every_screen
def test_the_team_sees_its_own_part_of_the_relevance(
    page: Page, sign_in: SignIn, ben: User, event: Event
) -> None:
    sign_in(ben)
    page.goto(f"/events/{event.id}")
    page.get_by_text("How the relevance came about").click()
    expect(page.get_by_text("Feedback of your team")).to_be_visible()
    page.get_by_role("button", name="Wrong category").click()
    page.get_by_label("Which category is right?").select_option("partnership")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Which category is right?")).to_have_value("partnership")
    assert axe_findings(page) == []
    assert overflow(page) <= 0
