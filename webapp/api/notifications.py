"""The caller's inbox over JSON."""

import uuid

from webapp.api.paging import part
from webapp.api.routing import Api
from webapp.container import services
from webapp.models import Notification
from webapp.schemas.base import MessageAnswer
from webapp.schemas.events import SnoozeInput
from webapp.schemas.notifications import (
    BulkChangedAnswer,
    BulkChangeInput,
    InboxChange,
    MarkedAnswer,
    NotificationAnswer,
    NotificationListAnswer,
    NotificationListQuery,
    NotificationView,
    UndoInput,
    UnreadCountAnswer,
)
from webapp.services.access import Actor, Permission
from webapp.services.notifications import ORDER

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
    page = inbox.list(actor, query)
    return NotificationListAnswer(
        notifications=[_answer(row) for row in page.rows],
        **part(query, page.rows, total=page.total, order=ORDER, is_last=page.next is None),
        next=str(page.next) if page.next else None,
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
    unread = NotificationListQuery(view=NotificationView.UNREAD)
    done = services().notification_changes.change_matching(actor, unread, InboxChange.READ)
    return MarkedAnswer(message=f"{done.count} marked as read", marked=done.count)


@api.post(
    "/bulk",
    permission=Permission.CHANGE_OWN_STATE,
    body=BulkChangeInput,
    answer=BulkChangedAnswer,
    summary="Change many notifications at once",
)
def change_notifications(actor: Actor, body: BulkChangeInput) -> BulkChangedAnswer:
    """Change the items that are named, or everything that a view holds, on all of its pages."""
    changes = services().notification_changes
    if body.ids is not None:
        done = changes.change_some(actor, body.ids, body.change, snooze=body.snooze)
    else:
        query = NotificationListQuery(view=body.view or NotificationView.INBOX, type=body.type)
        done = changes.change_matching(actor, query, body.change, snooze=body.snooze)
    text = f"{done.count} changed"
    return BulkChangedAnswer(message=text, changed=done.count, is_all=done.is_all, at=done.stamp)


@api.post(
    "/undo",
    permission=Permission.CHANGE_OWN_STATE,
    body=UndoInput,
    answer=MarkedAnswer,
    summary="Take one change back",
)
def undo_change(actor: Actor, body: UndoInput) -> MarkedAnswer:
    """Take back what one call changed, where nothing else was changed since."""
    undone = services().notification_changes.undo(actor, body.change, body.at)
    return MarkedAnswer(message=f"{undone} taken back", marked=undone)


@api.post(
    "/<uuid:notification_id>/done",
    permission=Permission.CHANGE_OWN_STATE,
    answer=NotificationAnswer,
    summary="Put a notification away",
)
def finish_notification(actor: Actor, notification_id: uuid.UUID) -> NotificationAnswer:
    """Put an item away; it counts as read."""
    return _answer(services().notifications.done(actor, notification_id))


@api.post(
    "/<uuid:notification_id>/reopen",
    permission=Permission.CHANGE_OWN_STATE,
    answer=NotificationAnswer,
    summary="Bring a notification back that was put away",
)
def reopen_notification(actor: Actor, notification_id: uuid.UUID) -> NotificationAnswer:
    """Bring an item back into the inbox."""
    return _answer(services().notifications.reopen(actor, notification_id))


@api.post(
    "/<uuid:notification_id>/unsnooze",
    permission=Permission.CHANGE_OWN_STATE,
    answer=NotificationAnswer,
    summary="Bring a snoozed notification back",
)
def wake_notification(actor: Actor, notification_id: uuid.UUID) -> NotificationAnswer:
    """Bring an item back at once."""
    return _answer(services().notifications.unsnooze(actor, notification_id))


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
