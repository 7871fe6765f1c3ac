"""Changes of events from the pages: one, many, and back."""

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import Event, EventUserState, User

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(factories.client(ben.business, owner=ben))


def state(event: Event, user: User) -> EventUserState | None:
    db.session.rollback()
    return db.session.get(EventUserState, (event.id, user.id))


def test_without_scripts_a_change_leads_back(browse_as: As, ben: User, event: Event) -> None:
    form = {"_from": "group=relationship", "_view": "page"}
    starred = browse_as(ben).post(f"/events/{event.id}/star", data=form)
    assert (starred.status_code, starred.location) == (
        303,
        f"/events/{event.id}?group=relationship",
    )
    done = browse_as(ben).post(f"/events/{event.id}/done", data=form)
    assert (done.status_code, done.location) == (303, "/events?group=relationship")
    changed = state(event, ben)
    assert changed is not None
    assert None not in (changed.starred_at, changed.done_at)


def test_with_htmx_a_change_draws_list_and_detail_and_offers_undo(
    browse_as: As, ben: User, event: Event
) -> None:
    following = factories.event(event.client, title="The next one")
    answer = browse_as(ben).post(
        f"/events/{event.id}/done", headers=HTMX, data={"_view": "pane", "_from": ""}
    )
    assert "<html" not in answer.text
    assert 'hx-target="#event-list"' in answer.text
    assert f'class="detail-title">{following.title}' in answer.text
    assert "/events/undo?change=done" in answer.headers["HX-Trigger"]
    assert answer.headers["HX-Replace-Url"] == f"/events?sel={following.id}"


def test_undo_brings_an_event_back(browse_as: As, ben: User, event: Event) -> None:
    browser = browse_as(ben)
    answer = browser.post(f"/events/{event.id}/done", headers=HTMX, data={"_view": "pane"})
    undo_url = answer.headers["HX-Trigger"].split('"undo_url": "')[1].split('"')[0]
    assert browser.post(undo_url, headers=HTMX).status_code == 200
    back = state(event, ben)
    assert back is not None
    assert (back.done_at, back.read_at) == (None, None)


@pytest.mark.parametrize("query", ["", "?change=done", "?change=done&at=x", "?change=no&at=2026"])
def test_an_undo_that_makes_no_sense_is_422(browse_as: As, ben: User, query: str) -> None:
    assert browse_as(ben).post(f"/events/undo{query}").status_code == 422


@pytest.mark.parametrize("change", ["read", "done", "snooze"])
def test_ticked_events_are_changed_together(
    browse_as: As, ben: User, event: Event, change: str
) -> None:
    others = [factories.event(event.client) for _ in range(2)]
    ids = [str(event.id), str(others[0].id), "nonsense", str(uuid.uuid4())]
    answer = browse_as(ben).post(f"/events/bulk/{change}", data={"id": ids})
    assert answer.status_code == 303
    db.session.rollback()
    changed = {each.event_id for each in db.session.query(EventUserState)}
    assert changed == {event.id, others[0].id}


def test_all_that_the_filter_matches_is_marked_read_and_nothing_else(
    browse_as: As, ben: User, event: Event
) -> None:
    factories.event(event.client, relevance_score=0.2)
    form = {"_from": "min_relevance=0.7", "_all": "1"}
    browse_as(ben).post("/events/bulk/read", data=form)
    db.session.rollback()
    assert [each.event_id for each in db.session.query(EventUserState)] == [event.id]


def test_a_bulk_change_without_a_selection_says_so(browse_as: As, ben: User, event: Event) -> None:
    answer = browse_as(ben).post("/events/bulk/done", headers=HTMX)
    assert "Nothing was selected." in answer.headers["HX-Trigger"]
    assert state(event, ben) is None


def test_a_bad_snooze_is_422(browse_as: As, ben: User, event: Event) -> None:
    post = browse_as(ben).post
    for form in ({"until": "2020-01-01"}, {"preset": "never"}):
        assert post(f"/events/{event.id}/snooze", data=form).status_code == 422
    assert state(event, ben) is None
