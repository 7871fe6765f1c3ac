"""The inbox page with and without htmx."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import NotificationKind
from webapp.extensions import db
from webapp.models import Notification, User

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def item(user: User, title: str = "Something happened", **values: Any) -> Notification:
    defaults = {
        "kind": NotificationKind.ALERT,
        "dedupe_key": uuid.uuid4().hex,
        "link": "/schedules",
    }
    return factories.save(
        Notification(
            business_id=user.business_id, user_id=user.id, title=title, **{**defaults, **values}
        )
    )


def undo_url(answer: Any) -> str:
    return str(answer.headers["HX-Trigger"].split('"undo_url": "')[1].split('"')[0])


def test_items_stand_under_their_days(browse_as: As, ben: User) -> None:
    item(ben, "Newest")
    item(ben, "Older", created_at=clock.now() - timedelta(days=1))
    text = browse_as(ben).get("/notifications").text
    assert text.index("Today") < text.index("Newest") < text.index("Yesterday")
    assert text.index("Yesterday") < text.index("Older")
    assert "2 unread" in text


def test_an_empty_inbox_says_so(browse_as: As, ben: User) -> None:
    assert "You are up to date" in browse_as(ben).get("/notifications").text
    assert "Nothing here" in browse_as(ben).get("/notifications?view=done").text


def test_simulated_events_are_marked(browse_as: As, ben: User) -> None:
    client = factories.client(ben.business)
    event = factories.event(client, provenance="simulated", simulation_reason="forced")
    item(ben, event_id=event.id)
    assert "Simulated · Halcyon Health" in browse_as(ben).get("/notifications").text


def test_opening_marks_read_and_leads_on(browse_as: As, ben: User) -> None:
    one = item(ben)
    answer = browse_as(ben).post(f"/notifications/{one.id}/open", headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/schedules"
    db.session.refresh(one)
    assert one.read_at is not None


@pytest.mark.parametrize(
    ("change", "column"), [("read", "read_at"), ("done", "done_at"), ("snooze", "snoozed_until")]
)
def test_a_change_can_be_undone(browse_as: As, ben: User, change: str, column: str) -> None:
    browser, one = browse_as(ben), item(ben)
    answer = browser.post(f"/notifications/{one.id}/{change}", headers=HTMX)
    db.session.refresh(one)
    assert getattr(one, column) is not None
    assert browser.post(undo_url(answer), headers=HTMX).status_code == 200
    db.session.refresh(one)
    assert getattr(one, column) is None


def test_without_scripts_a_change_leads_back_to_its_view(browse_as: As, ben: User) -> None:
    one = item(ben)
    form = {"_view": "unread", "_type": "alert"}
    answer = browse_as(ben).post(f"/notifications/{one.id}/done", data=form)
    expected = "/notifications?view=unread&type=alert"
    assert (answer.status_code, answer.location) == (303, expected)


def test_everything_is_marked_read_and_back(browse_as: As, ben: User) -> None:
    browser, items = browse_as(ben), [item(ben), item(ben)]
    answer = browser.post("/notifications/bulk/read?_all=1", headers=HTMX)
    assert "2 marked read." in answer.headers["HX-Trigger"]
    assert "0 unread" in answer.text
    browser.post(undo_url(answer), headers=HTMX)
    for each in items:
        db.session.refresh(each)
        assert each.read_at is None


@pytest.mark.parametrize("at", ["", "x", "2026-11-22T10:00:00"])
def test_an_undo_that_makes_no_sense_is_422(browse_as: As, ben: User, at: str) -> None:
    assert browse_as(ben).post(f"/notifications/undo?change=read&at={at}").status_code == 422


def test_what_is_ticked_is_changed_and_nothing_else(browse_as: As, ana: User, ben: User) -> None:
    browser, items, hers = browse_as(ben), [item(ben) for _ in range(3)], item(ana)
    ticked = [str(items[0].id), str(items[1].id), str(hers.id), "x"]
    answer = browser.post("/notifications/bulk/done", data={"id": ticked}, headers=HTMX)
    assert "2 done." in answer.headers["HX-Trigger"]
    assert done_of(*items, hers) == [True, True, False, False]
    browser.post(undo_url(answer), headers=HTMX)
    assert done_of(*items, hers) == [False] * 4
    assert items[0].read_at is None


def test_all_of_a_view_means_all_its_pages_and_only_its_kind(browse_as: As, ben: User) -> None:
    alerts = [item(ben) for _ in range(55)]
    digest = item(ben, kind=NotificationKind.DIGEST)
    browser, form = browse_as(ben), {"_view": "inbox", "_type": "alert"}
    assert "All 55 in this view" in browser.get("/notifications?type=alert").text
    url = "/notifications/bulk/done?_all=1"
    assert browser.post(url, data=form).location == "/notifications?type=alert"
    assert done_of(*alerts, digest) == [True] * 55 + [False]
    again = browser.post(url, data=form, follow_redirects=True)
    assert "There was nothing to change" in again.text


def test_the_list_goes_on_where_the_page_ended(browse_as: As, ben: User) -> None:
    for number in range(51):
        item(ben, f"Item number {number}.", created_at=clock.now() - timedelta(hours=number))
    browser = browse_as(ben)
    page = browser.get("/notifications").text
    assert ("Item number 49." in page, "Item number 50." in page) == (True, False)
    older = next(p for p in page.split('"') if p.startswith("/notifications?before="))
    last = browser.get(older).text
    assert ("Item number 49." in last, "Item number 50." in last) == (False, True)


def done_of(*items: Notification) -> list[bool]:
    for each in items:
        db.session.refresh(each)
    return [each.done_at is not None for each in items]


def test_items_of_others_are_404(browse_as: As, ana: User, ben: User) -> None:
    hers = item(ana)
    for act in ("read", "done", "open", "delete", "snooze"):
        assert browse_as(ben).post(f"/notifications/{hers.id}/{act}").status_code == 404


def test_deleting_takes_the_item_away(browse_as: As, ben: User) -> None:
    one = item(ben)
    assert browse_as(ben).post(f"/notifications/{one.id}/delete").status_code == 303
    assert db.session.query(Notification).count() == 0


def test_the_badge_answers_304_while_nothing_changes(browse_as: As, ben: User) -> None:
    browser = browse_as(ben)
    item(ben)
    first = browser.get("/notifications/unread-badge", headers=HTMX)
    tag = {"HX-PTag": first.headers["HX-PTag"], **HTMX}
    assert 'data-unread="1"' in first.text
    assert browser.get("/notifications/unread-badge", headers=tag).status_code == 304
    item(ben)
    assert 'data-unread="2"' in browser.get("/notifications/unread-badge", headers=tag).text
