"""The form of "wrong company" on the event's page: its choices, its errors, Undo."""

import json
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.models import Event, User

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
FORM = {"verdict": "wrong_company", "_view": "pane", "_from": ""}


@pytest.fixture
def event(ben: User) -> Event:
    halcyon = factories.client(ben.business, name="Halcyon", owner=ben)
    title, url = "Halcyon Dental opens ten practices", "https://teeth.example/1"
    return factories.event(halcyon, title=title, url=url)


def test_the_choices_are_radio_buttons_with_what_they_hide(
    browse_as: As, ben: User, event: Event
) -> None:
    page = browse_as(ben).get(f"/events/{event.id}/wrong-company").get_data(as_text=True)
    assert 'value="term:Halcyon Dental" checked' in page
    assert 'value="domain:teeth.example"' in page
    assert "hides 1 event" in page
    assert "<h1" in page


def test_htmx_gets_the_form_alone(browse_as: As, ben: User, event: Event) -> None:
    address = f"/events/{event.id}/wrong-company?_view=pane"
    part = browse_as(ben).get(address, headers=HTMX).get_data(as_text=True)
    assert part.lstrip().startswith("<form")


def test_a_choice_hides_the_event_and_undo_brings_it_back(
    browse_as: As, ben: User, event: Event
) -> None:
    browser = browse_as(ben)
    chosen = {**FORM, "_choice": "domain:teeth.example"}
    answer = browser.post(f"/events/{event.id}/feedback", data=chosen, headers=HTMX)
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert "1 event is hidden" in toast["text"]
    assert "teeth.example" in toast["text"]
    assert browser.get(f"/events/{event.id}").status_code == 404
    assert urlsplit(toast["undo_url"]).path == f"/events/{event.id}/feedback"
    undone = browser.post(toast["undo_url"], headers=HTMX)
    assert "back in the lists" in json.loads(undone.headers["HX-Trigger"])["toast"]["text"]
    assert browser.get(f"/events/{event.id}").status_code == 200


def test_without_scripts_it_leads_back_to_the_list(browse_as: As, ben: User, event: Event) -> None:
    browser = browse_as(ben)
    answer = browser.post(f"/events/{event.id}/feedback", data={**FORM, "_view": "page"})
    assert (answer.status_code, urlsplit(answer.location).path) == (303, "/events")
    page = browser.get(answer.location).get_data(as_text=True)
    assert "is hidden" in page
    undo = re.search(r'<form [^>]*action="([^"]+)">(?:(?!</form>).)*data-undo', page, re.DOTALL)
    assert undo is not None
    undone = browser.post(unescape(undo[1]))
    assert (undone.status_code, undone.location) == (303, f"/events/{event.id}")
    assert "back in the lists" in browser.get(undone.location).get_data(as_text=True)


def test_a_word_of_ones_own_can_be_given(browse_as: As, ben: User, event: Event) -> None:
    own = {**FORM, "_choice": "other:", "_other": "practices"}
    answer = browse_as(ben).post(f"/events/{event.id}/feedback", data=own, headers=HTMX)
    assert "practices" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


@pytest.mark.parametrize(("word", "said"), [("Halcyon", "own name"), ("?", "two letters")])
def test_a_bad_word_is_told_beside_the_field_and_kept(
    browse_as: As, ben: User, event: Event, word: str, said: str
) -> None:
    own = {**FORM, "_choice": "other:", "_other": word}
    answer = browse_as(ben).post(f"/events/{event.id}/feedback", data=own, headers=HTMX)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert f'value="{word}"' in text


def test_viewers_are_not_offered_it(browse_as: As, ben: User, event: Event) -> None:
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    browser = browse_as(viewer)
    assert "wrong-company" not in browser.get(f"/events/{event.id}").get_data(as_text=True)
    assert browser.get(f"/events/{event.id}/wrong-company").status_code == 403


def test_another_word_that_is_left_empty_is_asked_for(
    browse_as: As, ben: User, event: Event
) -> None:
    browser = browse_as(ben)
    chosen = {**FORM, "_choice": "other:", "_other": " "}
    answer = browser.post(f"/events/{event.id}/feedback", data=chosen, headers=HTMX)
    assert answer.status_code == 422
    assert "at least two letters" in answer.get_data(as_text=True)
    assert browser.get(f"/events/{event.id}").status_code == 200


def test_an_event_that_is_hidden_while_it_is_looked_at_is_read_without_a_word(
    browse_as: As, ben: User, event: Event
) -> None:
    browser = browse_as(ben)
    browser.post(f"/events/{event.id}/feedback", data={**FORM, "_choice": "domain:teeth.example"})
    quiet = browser.post(f"/events/{event.id}/read", data={"_quiet": "1"}, headers=HTMX)
    assert (quiet.status_code, quiet.data) == (204, b"")
    assert browser.get(f"/events/{event.id}").status_code == 404
