"""A client's history of opinions, over JSON and on the client's page."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import Category, FeedbackVerdict
from webapp.models import Client, EventFeedback, User

As = Callable[[User], FlaskClient]


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


def said(of: Client, by: User, title: str, verdict: str, **values: object) -> None:
    hidden = {"hidden_at": clock.now()} if verdict == "wrong_company" else {}
    event = factories.event(of, title=title, **hidden)
    factories.save(
        EventFeedback(
            business_id=of.business_id,
            event_id=event.id,
            user_id=by.id,
            verdict=FeedbackVerdict(verdict),
            **values,
        )
    )


def test_everybodys_opinions_are_told_latest_first(
    api_as: As, ana: User, ben: User, halcyon: Client
) -> None:
    said(halcyon, ben, "A prize", "wrong_category", category=Category.PARTNERSHIP)
    said(halcyon, ana, "A namesake", "wrong_company", note="Another Halcyon")
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    body = api_as(viewer).get(f"/api/v1/clients/{halcyon.id}/feedback?limit=1").get_json()
    (opinion,) = body["feedback"]
    assert body["total"] == 2
    assert (opinion["event_title"], opinion["user_name"]) == ("A namesake", "Ana")
    assert (opinion["verdict"], opinion["is_hidden"]) == ("wrong_company", True)
    second = api_as(viewer).get(f"/api/v1/clients/{halcyon.id}/feedback?skip=1").get_json()
    assert second["feedback"][0]["category"] == "partnership"


def test_the_clients_page_shows_them_and_links_to_the_rest(
    browse_as: As, ben: User, halcyon: Client
) -> None:
    browser = browse_as(ben)
    address = f"/clients/{halcyon.id}"
    assert "Nobody has said yet" in browser.get(address).text
    for place in range(8):
        said(halcyon, ben, f"Prize {place}", "not_relevant")
    said(halcyon, ben, "A namesake", "wrong_company")
    page = browser.get(address).text
    assert "Not relevant" in page
    assert "All 9" in page
    rest = browser.get(f"{address}/feedback").text
    assert all(f"Prize {place}" in rest for place in range(8))


def test_another_business_finds_nothing(
    api_as: As, browse_as: As, cleo: User, halcyon: Client
) -> None:
    assert api_as(cleo).get(f"/api/v1/clients/{halcyon.id}/feedback").status_code == 404
    assert browse_as(cleo).get(f"/clients/{halcyon.id}/feedback").status_code == 404
