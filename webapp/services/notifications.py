"""The in-app inbox: what is written into it, and what its owner does with it."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from webapp import clock
from webapp.enums import Channel, NotificationKind, Severity, Verdict
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Event, Notification, NotificationDecision, User
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.schemas.events import SnoozeInput
from webapp.schemas.notifications import NotificationListQuery, NotificationView
from webapp.services.access import Actor, Permission
from webapp.services.inbox_scope import matching, own
from webapp.services.keyset import MAX_COUNTED, Place, counted_up_to
from webapp.services.list_order import newest, part_of
from webapp.services.notification_case import ChannelDecision
from webapp.services.notification_rows import event_item, ledger_row, told_nothing
from webapp.services.snoozing import snooze_until
from webapp.services.transactions import atomic


class InboxPage(NamedTuple):
    """A part of an inbox, how many match in all, and where the list goes on (None at its end)."""

    rows: Sequence[Notification]
    total: int
    next: Place | None


ORDER = newest(Notification)


class NotificationService:
    """Writes inbox items and keeps what their owners do with them."""

    def record_event(self, event: Event, decisions: Iterable[ChannelDecision]) -> int:
        """Write the ledger of an event's decisions and the inbox item of each in-app `send`.

        Joins the caller's transaction. What is there already stays as it is, so doing it twice
        changes nothing. Returns the number of new inbox items.
        """
        return self.record_events([(event, decisions)])

    def record_events(self, decided: Iterable[tuple[Event, Iterable[ChannelDecision]]]) -> int:
        """Do for several events at once what `record_event` does for one."""
        batches = [(event, [*decisions]) for event, decisions in decided]
        pairs = [(event, each) for event, decisions in batches for each in decisions]
        held = {(event.id, user_id) for event, each in batches for user_id in told_nothing(each)}
        with atomic() as session:
            session.flush()
            rows = [ledger_row(event, each, held) for event, each in pairs]
            insert_or_ignore(
                NotificationDecision, rows, conflict=("event_id", "user_id", "channel")
            )
            items = [
                event_item(event, each.user_id, each.reason)
                for event, each in pairs
                if each.channel is Channel.IN_APP and each.verdict is Verdict.SEND
            ]
            return len(insert_or_ignore(Notification, items, conflict=("user_id", "dedupe_key")))

    def alert(
        self,
        *,
        business_id: uuid.UUID,
        user_ids: Sequence[int],
        title: str,
        body: str,
        link: str | None,
        dedupe_key: str,
        severity: Severity = Severity.HIGH,
    ) -> int:
        """Tell users of something that concerns the machine; one item a user and dedupe key.

        Users who are switched off or of another business are passed over. Returns the number of
        new items.
        """
        told = select(User.id).where(
            User.business_id == business_id, User.id.in_(set(user_ids)), User.is_active
        )
        shared = {
            "business_id": business_id,
            "kind": NotificationKind.ALERT,
            "severity": severity,
            "title": title[:500],
            "body": body,
            "link": link,
            "dedupe_key": dedupe_key[:120],
        }
        with atomic() as session:
            rows = [{"id": new_uuid(), "user_id": each, **shared} for each in session.scalars(told)]
            return len(insert_or_ignore(Notification, rows, conflict=("user_id", "dedupe_key")))

    def note_digest(
        self, user: User, *, subject: str, log_id: uuid.UUID, why: str, dedupe_key: str
    ) -> int:
        """Note in a user's inbox that a digest is on its way; joins the caller's transaction.

        Returns the number of new items: none where this digest was noted before.
        """
        row = {
            "id": new_uuid(),
            "business_id": user.business_id,
            "user_id": user.id,
            "kind": NotificationKind.DIGEST,
            "severity": Severity.LOW,
            "title": subject[:500],
            "body": f"Your digest goes to {user.email}.",
            "link": f"/email/{log_id}",
            "why": why[:300],
            "dedupe_key": f"digest:{dedupe_key}"[:120],
        }
        with atomic():
            return len(insert_or_ignore(Notification, [row], conflict=("user_id", "dedupe_key")))

    def list(self, actor: Actor, query: NotificationListQuery) -> InboxPage:
        """Return one part of the actor's inbox, newest first: three queries.

        With `before` it costs the same at any depth, and so does the number of all that match,
        which is counted up to `MAX_COUNTED`.
        """
        actor.require(Permission.VIEW)
        found = matching(actor, query.view, query.type)
        total = counted_up_to(found.with_only_columns(Notification.id), MAX_COUNTED)
        page = found if query.before is None else found.where(_below(query.before))
        page = part_of(page.options(selectinload(Notification.event)), ORDER, query, extra=1)
        rows = db.session.scalars(page).all()
        shown = rows[: query.limit]
        end = Place(shown[-1].created_at, shown[-1].id) if len(rows) > query.limit else None
        return InboxPage(shown, total, end)

    def unread_count(self, actor: Actor) -> int:
        """Count what is unread in the actor's inbox, up to `MAX_COUNTED`."""
        actor.require(Permission.VIEW)
        unread = matching(actor, NotificationView.UNREAD)
        return counted_up_to(unread.with_only_columns(Notification.id), MAX_COUNTED)

    def get(self, actor: Actor, notification_id: uuid.UUID) -> Notification:
        """Return an item of the actor's own; NotFoundError for anybody else's."""
        actor.require(Permission.VIEW)
        return self._get(actor, notification_id)

    def mark_read(self, actor: Actor, notification_id: uuid.UUID) -> Notification:
        """Mark an item read; a second time changes nothing."""
        return self._mark(actor, notification_id, read_at=clock.now())

    def mark_unread(self, actor: Actor, notification_id: uuid.UUID) -> Notification:
        """Mark an item unread again."""
        return self._mark(actor, notification_id, read_at=None)

    def snooze(self, actor: Actor, notification_id: uuid.UUID, wish: SnoozeInput) -> Notification:
        """Put an item off; it comes back when the time has passed."""
        until = snooze_until(wish, actor.zone)
        return self._mark(actor, notification_id, snoozed_until=until)

    def unsnooze(self, actor: Actor, notification_id: uuid.UUID) -> Notification:
        """Bring a snoozed item back at once."""
        return self._mark(actor, notification_id, snoozed_until=None)

    def done(self, actor: Actor, notification_id: uuid.UUID) -> Notification:
        """Put an item away for good; it counts as read."""
        now = clock.now()
        return self._mark(actor, notification_id, done_at=now, read_at=now)

    def reopen(self, actor: Actor, notification_id: uuid.UUID) -> Notification:
        """Bring an item back that was put away."""
        return self._mark(actor, notification_id, done_at=None)

    def delete(self, actor: Actor, notification_id: uuid.UUID) -> None:
        """Delete an item of the actor's own."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            session.delete(self._get(actor, notification_id))

    def _mark(self, actor: Actor, notification_id: uuid.UUID, **values: Any) -> Notification:  # noqa: ANN401 -- a column's value
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            item = self._get(actor, notification_id)
            for name, value in values.items():
                if name == "read_at" and value is not None and item.read_at is not None:
                    continue
                setattr(item, name, value)
        return item

    def _get(self, actor: Actor, notification_id: uuid.UUID) -> Notification:
        query = own(actor).where(Notification.id == notification_id)
        found = db.session.scalar(query.options(selectinload(Notification.event)))
        if found is None:
            raise NotFoundError("There is no notification with this id.")
        return found


def _below(before: str) -> ColumnElement[bool]:
    return Place.read(before).below(Notification.created_at, Notification.id)
