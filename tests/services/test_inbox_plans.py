"""Inbox and held-back list are read along an index in their order, so their length costs nothing.

PostgreSQL plans by what its tables hold, which is nothing here; SQLite always goes the same way.
"""

import uuid
from datetime import UTC, datetime

import pytest

from tests.statements import planned
from webapp.models import User
from webapp.schemas.notifications import NotificationListQuery, NotificationView
from webapp.services.access import Actor
from webapp.services.held_back import HeldBackService
from webapp.services.keyset import Place
from webapp.services.notifications import NotificationService

pytestmark = pytest.mark.usefixtures("sqlite_only")
PLACES = [None, Place(datetime(2026, 11, 22, 12, tzinfo=UTC), uuid.UUID(int=1))]


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def check(plans: list[str], *, table: str, index: str) -> None:
    assert plans
    for plan in plans:
        assert index in plan
        assert f"ix_{table}_business_id" not in plan
        assert "TEMP B-TREE" not in plan
        assert "MATERIALIZE" not in plan
        assert "SCAN events" not in plan


@pytest.mark.parametrize("view", list(NotificationView))
@pytest.mark.parametrize("before", PLACES)
def test_every_view_of_the_inbox(ben: User, view: NotificationView, before: Place | None) -> None:
    service, where = NotificationService(), str(before) if before else None
    with planned() as plans:
        service.list(actor(ben), NotificationListQuery(view=view, before=where))
        service.unread_count(actor(ben))
    check(plans, table="notifications", index="ix_notifications_")


@pytest.mark.parametrize("before", PLACES)
def test_what_was_held_back(ben: User, before: Place | None) -> None:
    service = HeldBackService()
    with planned() as plans:
        service.page(actor(ben), before=before, limit=50)
        service.count(actor(ben))
    check(plans, table="notification_decisions", index="ix_notification_decisions_held_back")
