"""Lists whose address was mistyped, shortened, or is from long ago: they stay usable."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import NotificationKind
from webapp.models import Notification, User

Browse = Callable[[User], FlaskClient]
LISTS = {
    "/events": "Halcyon",
    "/clients": "Halcyon Health",
    "/schedules": "Weekday mornings",
    "/runs": "Weekday mornings",
    "/notifications": "Halcyon",
    "/email": "Halcyon",
    "/coverage": "Halcyon Health",
    "/raw-data": "Halcyon Health grows",
}
"""Each list and a word of its one row."""
SEARCHED = ("/events", "/clients", "/schedules", "/coverage", "/raw-data")
LONG = "x" * 10_000


@pytest.fixture
def tab(browse_as: Browse, ana: User) -> FlaskClient:
    schedule = factories.schedule(ana, name="Weekday mornings")
    factories.job_run(schedule)
    event = factories.event(factories.client(ana.business, owner=ana), title="Halcyon Health grows")
    factories.raw_data(event.client, title=event.title)
    factories.email_log(ana)
    factories.save(
        Notification(
            business_id=ana.business_id,
            user_id=ana.id,
            title="Halcyon Health grows",
            kind=NotificationKind.ALERT,
            dedupe_key="one",
        )
    )
    return browse_as(ana)


@pytest.mark.parametrize("path", LISTS)
def test_a_page_number_that_is_none_shows_the_first_page(tab: FlaskClient, path: str) -> None:
    for skip in ("-1", "two", "9" * 30):
        answer = tab.get(f"{path}?skip={skip}")
        assert answer.status_code == 422
        assert LISTS[path] in answer.text
        assert "Part of this address could not be used" in answer.text
        assert "<li>Page: Give " in answer.text
        assert f'href="{path}">Clear all filters</a>' in answer.text
        assert 'aria-label="Main"' in answer.text  # the navigation


TOLD = [
    ("/events?group=sports", "Group: Choose one of: risk, expansion, relationship, info."),
    ("/events?min_relevance=7", "Relevance: Give 1 or less."),
    ("/events?status=lost", "Status: Choose one of: inbox, unread,"),
    ("/events?start_date=soon", "From: give a date such as"),
    ("/clients?tier=huge", "Tier: Choose one of: enterprise,"),
    ("/clients?assigned_only=maybe", "Only my clients: Give true or false."),
    ("/schedules?is_active=maybe", "Active: Give true or false."),
    ("/runs?schedule_id=7", "Schedule: This is not an id."),
    ("/notifications?view=old", "View: Choose one of: inbox,"),
    ("/email?status=lost", "Status: Choose one of: "),
    ("/coverage?source=x", "Source: Choose one of: "),
    ("/coverage?start_date=2026-12-01&end_date=2026-01-01", "The first day lies after the"),
    ("/raw-data?state=lost", "State: Choose one of: created, duplicate,"),
    ("/raw-data?client_id=7", "Client: This is not an id."),
    ("/raw-data?start_date=soon", "From: give a date such as"),
    ("/events?limit=1e9", "Length of the page: Give a whole number."),
    *((f"{path}?q={LONG}", "Search: Use at most 200") for path in SEARCHED),
    (f"/email?recipient_email={LONG}", "Recipient email: Use at most 254 characters."),
]
"""Addresses, and what each page says of them."""


def test_what_is_wrong_is_said_and_the_list_shown(tab: FlaskClient) -> None:
    for address, told in TOLD:
        answer = tab.get(address)
        assert (address[:60], answer.status_code) == (address[:60], 422)
        assert told in answer.text
        assert LISTS[address.partition("?")[0]] in answer.text
        assert LONG not in answer.text


def test_the_filters_that_make_sense_are_used(tab: FlaskClient) -> None:
    assert "Halcyon Health" not in tab.get("/clients?q=nobody&tier=huge&skip=x").text
    page = tab.get("/events?status=done&skip=-4").text
    assert "Halcyon Health grows" not in page
    assert 'href="/events?status=done" aria-current="page">Done' in page


@pytest.mark.parametrize("path", LISTS)
def test_a_page_past_the_end_leads_to_the_first_one(tab: FlaskClient, path: str) -> None:
    answer = tab.get(f"{path}?skip=1000")
    assert answer.status_code == 200
    assert "This page is past the end" in answer.text
    assert f'href="{path}' in answer.text.partition("This page is past the end")[2]


def test_a_bad_filter_in_a_form_does_not_cost_the_act(tab: FlaskClient) -> None:
    answer = tab.post("/events/bulk/read?_all=1", data={"_from": "group=sports&skip=x"})
    assert (answer.status_code, answer.location) == (303, "/events")
