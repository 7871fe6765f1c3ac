"""Calibration in a real browser: learned, looked at on every screen, switched on."""

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.screens import Screen, axe_findings, every_screen, overflow
from webapp.enums import Category, ClientTier, FeedbackVerdict
from webapp.models import Client, EventFeedback, User

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
no_scripts = pytest.mark.parametrize("screen", [Screen(1440, 900, scripts=False)], indirect=True)


@pytest.fixture
def halcyon(ana: User, ben: User) -> Client:
    """A client whose awards nobody wants, but one, and one of which was a partnership."""
    client = factories.client(ben.business, owner=ben, tier=ClientTier.ENTERPRISE)
    said = ["not_relevant"] * 20 + ["useful"] * 2 + ["wrong_category"]
    for place, verdict in enumerate(said):
        event = factories.event(
            client,
            category=Category.AWARD_RECOGNITION,
            title=f"Halcyon Health wins award number {place}",
            relevance_score=0.6 + place % 5 * 0.05,
        )
        factories.save(
            EventFeedback(
                business_id=client.business_id,
                event_id=event.id,
                user_id=(ana if place == 21 else ben).id,
                verdict=FeedbackVerdict(verdict),
                category=Category.PARTNERSHIP if verdict == "wrong_category" else None,
            )
        )
    return client


@every_screen
@pytest.mark.usefixtures("halcyon")
def test_every_part_of_it_is_accessible_and_fits(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    page.goto("/business/calibration")
    assert axe_findings(page) == []
    assert overflow(page) <= 0
    page.get_by_role("button", name="Learn from the feedback so far").click()
    page.get_by_role("button", name="Switch on").wait_for()
    assert axe_findings(page) == []
    assert overflow(page) <= 0


@no_scripts
@pytest.mark.usefixtures("halcyon")
def test_it_is_switched_on_and_off_without_scripts(page: Page, sign_in: SignIn, ana: User) -> None:
    sign_in(ana)
    page.goto("/business/calibration")
    page.get_by_role("button", name="Learn from the feedback so far").click()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("Version 1 is on.")).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Version 1 is off.")).to_be_visible()


@every_screen
def test_the_clients_history_of_opinions_fits(
    page: Page, sign_in: SignIn, ben: User, halcyon: Client
) -> None:
    sign_in(ben)
    page.goto(f"/clients/{halcyon.id}")
    expect(page.get_by_role("heading", name="Feedback")).to_be_visible()
    assert axe_findings(page) == []
    assert overflow(page) <= 0
