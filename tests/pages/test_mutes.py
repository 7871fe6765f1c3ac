"""The page of what is muted, with and without htmx."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import Client, Mute, User

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business)


def active() -> list[str]:
    db.session.rollback()
    return [each.label for each in db.session.query(Mute).filter(Mute.lifted_at.is_(None))]


def test_an_event_can_be_muted_from_and_that_undone(
    browse_as: As, ben: User, halcyon: Client
) -> None:
    browser, event = browse_as(ben), factories.event(halcyon)
    page = browser.get(f"/events/{event.id}").text
    assert "Halcyon Health for a week" in page
    assert "news.example.com for a week" in page
    form = {"kind": "source", "source": "news.example.com", "lasts": "week", "_event": event.id}
    answer = browser.post("/mutes", data=form)
    assert (answer.status_code, answer.location) == (303, f"/events/{event.id}")
    assert active() == ["news.example.com"]
    shown = browser.get(answer.location).text
    undo = next(part for part in shown.split('"') if "/lift?" in part)
    assert "news.example.com is muted." in shown
    browser.post(undo.replace("&amp;", "&"))
    assert active() == []


def test_the_list_says_what_until_when_and_lets_go(browse_as: As, ben: User) -> None:
    browser = browse_as(ben)
    assert "Nothing is muted" in browser.get("/mutes").text
    browser.post("/mutes", data={"kind": "category", "category": "funding", "lasts": "for_good"})
    page = browser.get("/mutes").text
    assert "for good" in page
    (row,) = db.session.query(Mute)
    answer = browser.post(f"/mutes/{row.id}/lift", follow_redirects=True)
    assert "You hear of Funding again." in answer.text
    assert active() == []


BAD = [
    ({"kind": "category"}, "category"),
    ({"kind": "client", "client_id": "x"}, "client-id"),
    ({"kind": "source", "source": "x", "lasts": "date"}, "until"),
    ({"kind": "source", "source": "x", "lasts": "date", "until": "2020-01-01"}, "until"),
    ({"kind": "source", "source": "x", "lasts": "ages"}, "lasts"),
]


@pytest.mark.parametrize(("form", "field"), BAD)
def test_a_mistake_is_shown_at_its_field_and_nothing_lost(
    browse_as: As, ben: User, form: dict[str, Any], field: str
) -> None:
    answer = browse_as(ben).post("/mutes", data=form)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert form.get("source", "") in answer.text
    assert active() == []


def test_mutes_of_others_are_404(browse_as: As, ana: User, ben: User, cleo: User) -> None:
    browse_as(ana).post("/mutes", data={"kind": "source", "source": "x"})
    (row,) = db.session.query(Mute)
    for user in (ben, cleo):
        for act in ("lift", "restore"):
            assert browse_as(user).post(f"/mutes/{row.id}/{act}").status_code == 404
    assert active() == ["x"]
