"""The page of what was held back."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.models import Client, Event, User
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
URL = "/notifications/held-back"


@pytest.fixture
def halcyon(ben: User) -> Client:
    factories.preference(ben, relevance_threshold=0.8)
    return factories.client(ben.business)


def happened(client: Client, relevance: float = 0.6) -> Event:
    event = factories.event(client, relevance_score=relevance)
    NotificationService().record_event(event, UserPreferenceService().get_users_to_notify(event))
    return event


def test_the_inbox_counts_what_was_held_back(browse_as: As, ben: User, halcyon: Client) -> None:
    browser = browse_as(ben)
    assert "Held back (0)" in browser.get("/notifications").text
    assert "Nothing was held back" in browser.get(URL).text
    happened(halcyon)
    assert "Held back (1)" in browser.get("/notifications").text


def test_a_row_says_why_and_what_would_change_it(browse_as: As, ben: User, halcyon: Client) -> None:
    happened(halcyon)
    happened(halcyon, 0.58)
    browser = browse_as(ben)
    text = browser.get(URL).text
    assert "Lower your limit to 58" in text
    assert "Relevance 60 is below the limit of 80" in text
    assert 'href="/preferences?relevance_percent=60#events"' in text
    proposed = browser.get("/preferences?relevance_percent=60").text
    assert 'value="60"' in proposed
    assert "Nothing is saved yet" in proposed


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_wanted_and_back_with_and_without_scripts(
    browse_as: As, ben: User, halcyon: Client, headers: dict[str, str]
) -> None:
    browser, event = browse_as(ben), happened(halcyon)
    assert browser.post(f"{URL}/{event.id}/wanted", headers=headers).status_code < 400
    assert event.title in browser.get("/notifications").text
    assert event.title not in browser.get(URL).text
    again = browser.post(f"{URL}/{event.id}/wanted", follow_redirects=True)
    assert "was not held back from you" in again.text
    browser.post(f"{URL}/{event.id}/unwanted", headers=headers)
    assert event.title in browser.get(URL).text


def test_the_event_offers_it_too(browse_as: As, ben: User, halcyon: Client) -> None:
    browser, event = browse_as(ben), happened(halcyon)
    assert "I wanted this" in browser.get(f"/events/{event.id}").text
    form = {"_event": str(event.id)}
    answer = browser.post(f"{URL}/{event.id}/wanted", data=form)
    assert answer.location == f"/events/{event.id}"
    assert "You wanted this" in browser.get(f"/events/{event.id}").text


def test_older_ones_are_on_further_pages(browse_as: As, ben: User, halcyon: Client) -> None:
    for _ in range(51):
        happened(halcyon)
    browser = browse_as(ben)
    page = browser.get(URL).text
    older = next(part for part in page.split('"') if part.startswith(f"{URL}?before="))
    text = browser.get(older).text
    assert text.count("I wanted this") == 1
    assert "Newest" in text
    assert browser.get(f"{URL}?before=x").status_code == 422


def test_cleo_finds_nothing(browse_as: As, ben: User, cleo: User, halcyon: Client) -> None:
    event = happened(halcyon)
    browser = browse_as(cleo)
    assert event.title not in browser.get(URL).text
    assert browser.post(f"{URL}/{event.id}/wanted").status_code == 404
    assert event.title in browse_as(ben).get(URL).text
