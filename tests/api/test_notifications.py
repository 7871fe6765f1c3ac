"""The caller's inbox over JSON."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import NotificationKind
from webapp.models import Notification, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/notifications"


def item(user: User, title: str = "Something happened", **values: Any) -> Notification:
    defaults = {"kind": NotificationKind.ALERT, "dedupe_key": uuid.uuid4().hex}
    return factories.save(
        Notification(
            business_id=user.business_id, user_id=user.id, title=title, **{**defaults, **values}
        )
    )


def unread(browser: FlaskClient) -> int:
    return int(browser.get(f"{URL}/unread-count").get_json()["unread_count"])


def test_the_list_is_ones_own_newest_first(api_as: As, ana: User, ben: User) -> None:
    for title in ("first", "second"):
        item(ben, title)
    item(ana, "hers")
    body = api_as(ben).get(f"{URL}/").get_json()
    assert [each["title"] for each in body["notifications"]] == ["second", "first"]
    assert (body["total"], body["skip"], body["limit"], body["unread"]) == (2, 0, 50, 2)
    assert body["notifications"][0]["is_read"] is False


def test_an_item_about_an_event_tells_its_provenance(api_as: As, ben: User) -> None:
    event = factories.event(factories.client(ben.business))
    item(ben, event_id=event.id, kind=NotificationKind.EVENT)
    (found,) = api_as(ben).get(f"{URL}/").get_json()["notifications"]
    assert (found["event_id"], found["provenance"]) == (str(event.id), "live")


def test_read_and_unread(api_as: As, ben: User) -> None:
    browser, one = api_as(ben), item(ben)
    assert browser.post(f"{URL}/{one.id}/read").get_json()["is_read"] is True
    assert unread(browser) == 0
    assert browser.post(f"{URL}/{one.id}/unread").get_json()["is_read"] is False
    assert unread(browser) == 1


def test_snoozing_takes_an_item_out_of_the_inbox(api_as: As, ben: User) -> None:
    browser, one = api_as(ben), item(ben)
    answer = browser.post(f"{URL}/{one.id}/snooze", json={"preset": "tomorrow"})
    assert answer.get_json()["snoozed_until"].endswith("Z")
    assert browser.get(f"{URL}/").get_json()["total"] == 0
    assert browser.get(f"{URL}/?view=snoozed").get_json()["total"] == 1


def test_read_all_reads_ones_own(api_as: As, ana: User, ben: User) -> None:
    for user in (ana, ben, ben):
        item(user)
    assert api_as(ben).post(f"{URL}/read-all").get_json()["marked"] == 2
    assert (unread(api_as(ben)), unread(api_as(ana))) == (0, 1)


def test_deleting(api_as: As, ben: User) -> None:
    browser, one = api_as(ben), item(ben)
    answer = browser.delete(f"{URL}/{one.id}")
    assert (answer.status_code, list(answer.get_json())) == (200, ["message"])
    assert browser.delete(f"{URL}/{one.id}").status_code == 404


def test_items_of_others_are_404(api_as: As, ana: User, ben: User) -> None:
    hers, browser = item(ana), api_as(ben)
    for act in ("read", "unread"):
        assert browser.post(f"{URL}/{hers.id}/{act}").status_code == 404
    assert browser.post(f"{URL}/{hers.id}/snooze", json={}).status_code == 404
    assert browser.delete(f"{URL}/{hers.id}").status_code == 404


@pytest.mark.parametrize("query", ["view=old", "type=sms", "limit=101", "colour=blue"])
def test_a_bad_query_is_422(api_as: As, ben: User, query: str) -> None:
    assert api_as(ben).get(f"{URL}/?{query}").status_code == 422


def test_without_a_token_nothing_is_told(client: FlaskClient) -> None:
    assert client.get(f"{URL}/unread-count").status_code == 401


def test_many_are_changed_at_once_and_that_undone(api_as: As, ana: User, ben: User) -> None:
    program, items, hers = api_as(ben), [item(ben) for _ in range(3)], item(ana)
    body = {"change": "done", "ids": [str(each.id) for each in (*items[:2], hers)]}
    done = program.post(f"{URL}/bulk", json=body).get_json()
    assert (done["changed"], done["is_all"]) == (2, True)
    assert program.get(f"{URL}/").get_json()["total"] == 1
    assert api_as(ana).get(f"{URL}/").get_json()["total"] == 1
    back = {"change": "done", "at": done["at"]}
    assert program.post(f"{URL}/undo", json=back).get_json()["marked"] == 2
    every = {"change": "snooze", "view": "inbox", "snooze": {"preset": "next_week"}}
    assert program.post(f"{URL}/bulk", json=every).get_json()["changed"] == 3
    assert program.get(f"{URL}/?view=snoozed").get_json()["total"] == 3


@pytest.mark.parametrize(
    "body",
    [
        {"change": "done"},
        {"change": "done", "ids": [], "view": "inbox"},
        {"change": "burn", "view": "inbox"},
        {"change": "snooze", "view": "inbox", "snooze": {"until": "2020-01-01"}},
        {"change": "done", "ids": ["x"]},
    ],
)
def test_a_bulk_change_that_makes_no_sense_changes_nothing(
    api_as: As, ben: User, body: dict[str, Any]
) -> None:
    item(ben)
    assert api_as(ben).post(f"{URL}/bulk", json=body).status_code == 422
    assert unread(api_as(ben)) == 1


def test_done_and_back(api_as: As, ben: User) -> None:
    program, one = api_as(ben), item(ben)
    assert program.post(f"{URL}/{one.id}/done").get_json()["done_at"].endswith("Z")
    assert program.post(f"{URL}/{one.id}/reopen").get_json()["done_at"] is None
