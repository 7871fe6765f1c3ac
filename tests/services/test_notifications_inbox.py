"""The inbox belongs to one user: views, marks, counts."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import NotificationKind
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Notification, User
from webapp.schemas.events import SnoozeInput
from webapp.schemas.notifications import InboxChange, NotificationListQuery, NotificationView
from webapp.services import notification_changes
from webapp.services.access import Actor
from webapp.services.notification_changes import NotificationChangeService
from webapp.services.notifications import NotificationService

pytestmark = pytest.mark.usefixtures("database")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
service, changes = NotificationService(), NotificationChangeService()


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def item(user: User, title: str = "Something happened", **values: Any) -> Notification:
    defaults = {"kind": NotificationKind.ALERT, "dedupe_key": uuid.uuid4().hex}
    return factories.save(
        Notification(
            business_id=user.business_id, user_id=user.id, title=title, **{**defaults, **values}
        )
    )


def titles(user: User, **filters: Any) -> list[str]:
    rows, *_ = service.list(actor(user), NotificationListQuery.model_validate(filters))
    return [row.title for row in rows]


def test_newest_come_first_and_only_ones_own(ana: User, ben: User) -> None:
    item(ben, "old", created_at=clock.now() - timedelta(hours=1))
    item(ben, "new")
    item(ana, "hers")
    assert titles(ben) == ["new", "old"]


def test_each_view_shows_its_part(ben: User) -> None:
    who = actor(ben)
    made = {name: item(ben, name) for name in ("new", "read", "later", "done")}
    service.mark_read(who, made["read"].id)
    service.snooze(who, made["later"].id, SnoozeInput())
    service.done(who, made["done"].id)
    assert set(titles(ben)) == {"new", "read"}
    assert titles(ben, view="unread") == ["new"]
    assert titles(ben, view="snoozed") == ["later"]
    assert titles(ben, view="done") == ["done"]
    assert set(titles(ben, view="all")) == set(made)
    assert service.unread_count(who) == 1


def test_a_kind_can_be_had_alone(ben: User) -> None:
    item(ben, "alert")
    item(ben, "digest", kind=NotificationKind.DIGEST)
    assert titles(ben, type="digest") == ["digest"]


def test_marks_go_forth_and_back(ben: User) -> None:
    who, one = actor(ben), item(ben)
    assert service.mark_read(who, one.id).read_at is not None
    assert service.mark_unread(who, one.id).read_at is None
    assert service.snooze(who, one.id, SnoozeInput()).snoozed_until is not None
    assert service.unsnooze(who, one.id).snoozed_until is None
    assert service.done(who, one.id).done_at is not None
    assert service.reopen(who, one.id).done_at is None


def test_a_snoozed_item_comes_back_by_itself(ben: User) -> None:
    service.snooze(actor(ben), item(ben).id, SnoozeInput(preset="later"))
    assert titles(ben) == []
    clock.set_clock(clock.now() + timedelta(hours=4))
    assert len(titles(ben)) == 1


def test_read_all_reads_the_inbox_and_can_be_undone(ana: User, ben: User) -> None:
    before = item(ben, read_at=clock.now() - timedelta(days=1))
    for _ in range(3):
        item(ben)
    hers, unread = item(ana), NotificationListQuery(view=NotificationView.UNREAD)
    done = changes.change_matching(actor(ben), unread, InboxChange.READ)
    assert (done.count, service.unread_count(actor(ben))) == (3, 0)
    assert changes.undo(actor(ben), InboxChange.READ, done.stamp) == 3
    db.session.expire_all()
    assert before.read_at is not None
    assert hers.read_at is None


def test_deleting_takes_one_item_away(ben: User) -> None:
    keep, gone = item(ben, "keep"), item(ben, "gone")
    service.delete(actor(ben), gone.id)
    assert titles(ben, view="all") == [keep.title]


@pytest.mark.parametrize("whose", ["a colleague's", "another business's", "nobody's"])
def test_items_of_others_are_not_found(ana: User, ben: User, cleo: User, whose: str) -> None:
    owners = {"a colleague's": ana, "another business's": cleo}
    wanted = item(owners[whose]).id if whose in owners else uuid.uuid4()
    for act in (service.mark_read, service.mark_unread, service.done, service.delete):
        with pytest.raises(NotFoundError):
            act(actor(ben), wanted)


def test_the_list_costs_three_queries_however_long(ben: User) -> None:
    client = factories.client(ben.business)
    for number in range(12):
        item(ben, event_id=factories.event(client).id, title=str(number))
    who = actor(ben)
    db.session.remove()
    with counted() as statements:
        rows, total, _ = service.list(who, NotificationListQuery(limit=10))
        clients = {row.event.client.name for row in rows if row.event}
    assert (len(rows), total, clients) == (10, 12, {"Halcyon Health"})
    assert selects(statements) == 3


def test_a_change_of_everything_is_cut_into_small_transactions(
    ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notification_changes, "BATCH", 2)
    monkeypatch.setattr(notification_changes, "MOST", 4)
    for _ in range(5):
        item(ben)
    everything = NotificationListQuery(view=NotificationView.ALL)
    first = changes.change_matching(actor(ben), everything, InboxChange.DONE)
    second = changes.change_matching(actor(ben), everything, InboxChange.DONE)
    assert (first.count, first.is_all, second.count, second.is_all) == (4, False, 1, True)
    assert changes.undo(actor(ben), InboxChange.DONE, first.stamp) == 4


def test_what_was_changed_again_since_is_not_undone(ben: User) -> None:
    one, other = item(ben), item(ben)
    everything = NotificationListQuery(view=NotificationView.ALL)
    done = changes.change_matching(actor(ben), everything, InboxChange.DONE)
    changes.change_some(actor(ben), [one.id], InboxChange.REOPEN)
    changes.change_some(actor(ben), [one.id], InboxChange.DONE)
    assert changes.undo(actor(ben), InboxChange.DONE, done.stamp) == 1
    db.session.expire_all()
    assert (one.done_at is None, other.done_at is None) == (False, True)
