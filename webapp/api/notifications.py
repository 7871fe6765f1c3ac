"""The caller's inbox over JSON."""

import uuid

from webapp.api.routing import Api
from webapp.container import services
from webapp.models import Notification
from webapp.schemas.base import MessageAnswer
from webapp.schemas.events import SnoozeInput
from webapp.schemas.notifications import (
    MarkedAnswer,
    NotificationAnswer,
    NotificationListAnswer,
    NotificationListQuery,
    UnreadCountAnswer,
)
from webapp.services.access import Actor, Permission

api = Api("notifications", prefix="/notifications", tag="Notifications")


def _answer(item: Notification) -> NotificationAnswer:
    computed = {
        "is_read": item.read_at is not None,
        "provenance": item.event.provenance if item.event else None,
    }
    names = NotificationAnswer.model_fields.keys() - computed.keys()
    return NotificationAnswer(**{name: getattr(item, name) for name in names}, **computed)


@api.get(
    "/",
    permission=Permission.VIEW,
    query=NotificationListQuery,
    answer=NotificationListAnswer,
    summary="List your notifications",
)
def list_notifications(actor: Actor, query: NotificationListQuery) -> NotificationListAnswer:
    """Return a part of the caller's inbox, newest first."""
    inbox = services().notifications
    rows, total = inbox.list(actor, query)
    return NotificationListAnswer(
        notifications=[_answer(row) for row in rows],
        total=total,
        skip=query.skip,
        limit=query.limit,
        unread=inbox.unread_count(actor),
    )


@api.get(
    "/unread-count",
    permission=Permission.VIEW,
    answer=UnreadCountAnswer,
    summary="Count your unread notifications",
)
def count_unread(actor: Actor) -> UnreadCountAnswer:
    """Return how many items are unread."""
    return UnreadCountAnswer(unread_count=services().notifications.unread_count(actor))


@api.post(
    "/read-all",
    permission=Permission.CHANGE_OWN_STATE,
    answer=MarkedAnswer,
    summary="Mark all your notifications read",
)
def read_all_notifications(actor: Actor) -> MarkedAnswer:
    """Mark everything unread in the caller's inbox read."""
    marked = services().notifications.read_all(actor)
    return MarkedAnswer(message=f"{marked} marked as read", marked=marked)


@api.post(
    "/<uuid:notification_id>/read",
    permission=Permission.CHANGE_OWN_STATE,
    answer=NotificationAnswer,
    summary="Mark a notification read",
)
def read_notification(actor: Actor, notification_id: uuid.UUID) -> NotificationAnswer:
    """Mark an item read."""
    return _answer(services().notifications.mark_read(actor, notification_id))


@api.post(
    "/<uuid:notification_id>/unread",
    permission=Permission.CHANGE_OWN_STATE,
    answer=NotificationAnswer,
    summary="Mark a notification unread",
)
def unread_notification(actor: Actor, notification_id: uuid.UUID) -> NotificationAnswer:
    """Mark an item unread again."""
    return _answer(services().notifications.mark_unread(actor, notification_id))


@api.post(
    "/<uuid:notification_id>/snooze",
    permission=Permission.CHANGE_OWN_STATE,
    body=SnoozeInput,
    answer=NotificationAnswer,
    summary="Put a notification off",
)
def snooze_notification(
    actor: Actor, body: SnoozeInput, notification_id: uuid.UUID
) -> NotificationAnswer:
    """Put an item off until a time."""
    return _answer(services().notifications.snooze(actor, notification_id, body))


@api.delete(
    "/<uuid:notification_id>",
    permission=Permission.CHANGE_OWN_STATE,
    answer=MessageAnswer,
    summary="Delete a notification",
)
def delete_notification(actor: Actor, notification_id: uuid.UUID) -> MessageAnswer:
    """Delete an item of the caller's own."""
    services().notifications.delete(actor, notification_id)
    return MessageAnswer(message="Notification deleted successfully")
