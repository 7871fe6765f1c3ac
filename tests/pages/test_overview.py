"""The overview page."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import RiskLevel, Urgency
from webapp.models import User

As = Callable[[User], FlaskClient]


def test_an_empty_workspace_shows_first_steps(browse_as: As, ben: User) -> None:
    text = browse_as(ben).get("/").text
    assert "First steps" in text
    assert "nothing needs you" in text
    assert "Nothing has run yet." in text


def test_what_needs_the_user_is_on_it(browse_as: As, ben: User) -> None:
    client = factories.client(ben.business, owner=ben, arr=240_000)
    event = factories.event(client, risk_level=RiskLevel.HIGH)
    factories.schedule(ben)
    text = browse_as(ben).get("/").text
    assert "1 thing needs you" in text
    assert event.title in text
    assert "$240k" in text
    assert "First steps" not in text


def test_the_whole_list_is_one_click_away(browse_as: As, ben: User) -> None:
    client = factories.client(ben.business, owner=ben)
    for number in range(6):
        factories.event(client, title=f"Pressing news {number}", risk_level=RiskLevel.HIGH)
    factories.event(client, title="Calm news", risk_level=RiskLevel.LOW, urgency=Urgency.LOW)
    browser = browse_as(ben)
    found = re.search(r'href="(/events[^"]*)">See all 6<', browser.get("/").text)
    assert found is not None
    listed = browser.get(html.unescape(found.group(1))).text
    assert all(f"Pressing news {number}" in listed for number in range(6))
    assert "Calm news" not in listed


@pytest.mark.parametrize(("query", "shown"), [("", 1), ("?scope=me", 1), ("?scope=team", 2)])
def test_the_scope_is_in_the_address(browse_as: As, ben: User, query: str, shown: int) -> None:
    mine = factories.client(ben.business, owner=ben)
    factories.event(mine)
    factories.event(factories.client(ben.business, name="Castellan Bank"))
    noun = "thing needs" if shown == 1 else "things need"
    assert f"{shown} {noun} you" in browse_as(ben).get(f"/{query}").text


def test_a_scope_that_is_none_is_passed_over(browse_as: As, ben: User) -> None:
    assert browse_as(ben).get("/?scope=everybody").status_code == 200


def test_the_last_run_and_trouble_are_told(browse_as: As, ben: User) -> None:
    schedule = factories.schedule(ben, consecutive_failures=2)
    factories.job_run(schedule, started_at=schedule.next_run_at, clients_total=48, events=14)
    text = browse_as(ben).get("/").text
    assert "48 clients, 14 events" in text
    assert "Failing" in text


def test_the_page_wants_a_sign_in(client: FlaskClient) -> None:
    assert client.get("/").status_code == 303
