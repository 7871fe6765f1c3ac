"""The inbox belongs to one user: views, marks, counts."""

import uuid
from datetime import timedelta
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
from webapp.schemas.notifications import NotificationListQuery
from webapp.services.access import Actor
from webapp.services.notifications import NotificationService

pytestmark = pytest.mark.usefixtures("database")

service = NotificationService()


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
    rows, _ = service.list(actor(user), NotificationListQuery.model_validate(filters))
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
    hers, stamp = item(ana), clock.now()
    assert service.read_all(actor(ben), stamp=stamp) == 3
    assert service.unread_count(actor(ben)) == 0
    assert service.undo_read_all(actor(ben), stamp) == 3
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


def test_the_list_costs_two_queries_however_long(ben: User) -> None:
    client = factories.client(ben.business)
    for number in range(12):
        item(ben, event_id=factories.event(client).id, title=str(number))
    who = actor(ben)
    db.session.remove()
    with counted() as statements:
        rows, total = service.list(who, NotificationListQuery(limit=10))
        clients = {row.event.client.name for row in rows if row.event}
    assert (len(rows), total, clients) == (10, 12, {"Halcyon Health"})
    assert selects(statements) == 2
