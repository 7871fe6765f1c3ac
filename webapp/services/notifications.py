"""The in-app inbox: what is written into it, and what its owner does with it."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, true, update
from sqlalchemy.orm import joinedload

from webapp import clock
from webapp.enums import Channel, NotificationKind, Severity, SimulationReason, Verdict
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Event, Notification, NotificationDecision, User
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.schemas.events import SnoozeInput
from webapp.schemas.notifications import NotificationListQuery, NotificationView
from webapp.services.access import Actor, Permission, scoped
from webapp.services.inbox_scope import speaks_of_nothing_hidden
from webapp.services.notification_case import ChannelDecision
from webapp.services.snoozing import snooze_until
from webapp.services.transactions import atomic
from webapp.services.update_words import told_summary, told_title


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
        held = {(event.id, user_id) for event, each in batches for user_id in _told_nothing(each)}
        with atomic() as session:
            session.flush()
            rows = [_ledger_row(event, each, held) for event, each in pairs]
            insert_or_ignore(
                NotificationDecision, rows, conflict=("event_id", "user_id", "channel")
            )
            items = [
                _event_item(event, each)
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

    def list(self, actor: Actor, query: NotificationListQuery) -> tuple[list[Notification], int]:
        """Return one part of the actor's inbox, newest first, and how many match: two queries."""
        actor.require(Permission.VIEW)
        found = _own(actor).where(_in_view(query.view))
        if query.type is not None:
            found = found.where(Notification.kind == query.type)
        total = db.session.scalar(found.with_only_columns(func.count()))
        page = (
            found.options(joinedload(Notification.event))
            .order_by(Notification.created_at.desc(), Notification.id.desc())
            .offset(query.skip)
            .limit(query.limit)
        )
        return [*db.session.scalars(page)], total or 0

    def unread_count(self, actor: Actor) -> int:
        """Count what is unread in the actor's inbox."""
        actor.require(Permission.VIEW)
        unread = _own(actor).where(_in_view(NotificationView.UNREAD))
        return db.session.scalar(unread.with_only_columns(func.count())) or 0

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

    def read_all(self, actor: Actor, *, stamp: datetime | None = None) -> int:
        """Mark everything unread in the actor's inbox read; returns how many that were.

        `stamp` is the moment to write, by which `undo_read_all` finds them again.
        """
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            unread = _own(actor).where(_in_view(NotificationView.UNREAD))
            result: Any = session.execute(
                update(Notification)
                .where(Notification.id.in_(unread.with_only_columns(Notification.id)))
                .values(read_at=stamp or clock.now())
                .execution_options(synchronize_session=False)
            )
            return int(result.rowcount)

    def undo_read_all(self, actor: Actor, stamp: datetime) -> int:
        """Take back one `read_all` by its moment; returns how many items are unread again."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            result: Any = session.execute(
                update(Notification)
                .where(
                    Notification.business_id == actor.business_id,
                    Notification.user_id == actor.user_id,
                    Notification.read_at == stamp,
                )
                .values(read_at=None)
                .execution_options(synchronize_session=False)
            )
            return int(result.rowcount)

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
        query = _own(actor).where(Notification.id == notification_id)
        found = db.session.scalar(query.options(joinedload(Notification.event)))
        if found is None:
            raise NotFoundError("There is no notification with this id.")
        return found


def _own(actor: Actor) -> Select[Notification]:
    own = scoped(Notification, actor.business_id).where(Notification.user_id == actor.user_id)
    return own.where(speaks_of_nothing_hidden())


def _in_view(view: NotificationView) -> Any:  # noqa: ANN401 -- a condition
    now = clock.now()
    is_open = Notification.done_at.is_(None)
    snoozed = Notification.snoozed_until
    inbox = and_(is_open, or_(snoozed.is_(None), snoozed <= now))
    return {
        NotificationView.INBOX: inbox,
        NotificationView.UNREAD: and_(inbox, Notification.read_at.is_(None)),
        NotificationView.SNOOZED: and_(is_open, snoozed > now),
        NotificationView.DONE: Notification.done_at.is_not(None),
        NotificationView.ALL: true(),
    }[view]


def _told_nothing(decisions: Sequence[ChannelDecision]) -> set[int]:
    """Return the users whom every decision holds back."""
    users = {each.user_id for each in decisions}
    return users - {each.user_id for each in decisions if each.verdict is not Verdict.HOLD}


def _ledger_row(
    event: Event, decision: ChannelDecision, held: Collection[tuple[uuid.UUID, int]]
) -> dict[str, Any]:
    is_shown = event.simulation_reason is not SimulationReason.FALLBACK
    is_first = decision.channel is Channel.IN_APP
    return {
        "id": new_uuid(),
        "business_id": event.business_id,
        "event_id": event.id,
        "user_id": decision.user_id,
        "channel": decision.channel,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "stopped_by": decision.stopped_by,
        "is_held_back": is_shown and is_first and (event.id, decision.user_id) in held,
        "checks": [dict(vars(check)) for check in decision.checks],
    }


def _event_item(event: Event, decision: ChannelDecision) -> dict[str, Any]:
    return {
        "id": new_uuid(),
        "business_id": event.business_id,
        "user_id": decision.user_id,
        "event_id": event.id,
        "job_run_id": event.job_run_id,
        "kind": NotificationKind.EVENT,
        "severity": event.severity,
        "title": told_title(event)[:500],
        "body": told_summary(event),
        "link": f"/events/{event.id}",
        "why": decision.reason,
        "dedupe_key": f"event:{event.id}",
    }
