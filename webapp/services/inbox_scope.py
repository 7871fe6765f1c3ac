"""Which items of an inbox are meant: one's own, none that speaks of a hidden event, of one view."""

from sqlalchemy import ColumnElement, Select, and_, exists, or_, true

from webapp import clock
from webapp.enums import NotificationKind
from webapp.models import Event, Notification
from webapp.schemas.notifications import NotificationView
from webapp.services.access import Actor, scoped


def speaks_of_nothing_hidden() -> ColumnElement[bool]:
    """Items about no event, or about one that nobody hid as another company's."""
    hidden = exists().where(Event.id == Notification.event_id, Event.hidden_at.is_not(None))
    return ~hidden


def own(actor: Actor) -> Select[Notification]:
    """Select the actor's own items."""
    mine = scoped(Notification, actor.business_id).where(Notification.user_id == actor.user_id)
    return mine.where(speaks_of_nothing_hidden())


def matching(
    actor: Actor, view: NotificationView, kind: NotificationKind | None = None
) -> Select[Notification]:
    """Select the actor's own items of a view, and of a kind if one is given."""
    found = own(actor).where(_in_view(view))
    return found if kind is None else found.where(Notification.kind == kind)


def _in_view(view: NotificationView) -> ColumnElement[bool]:
    now = clock.now()
    is_open = Notification.done_at.is_(None)
    snoozed = Notification.snoozed_until
    inbox = and_(is_open, or_(snoozed.is_(None), snoozed <= now))
    conditions: dict[NotificationView, ColumnElement[bool]] = {
        NotificationView.INBOX: inbox,
        NotificationView.UNREAD: and_(inbox, Notification.read_at.is_(None)),
        NotificationView.SNOOZED: and_(is_open, snoozed.is_not(None), snoozed > now),
        NotificationView.DONE: Notification.done_at.is_not(None),
        NotificationView.ALL: true(),
    }
    return conditions[view]
