"""What a user does with many inbox items at once, and the way back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, update

from webapp import clock
from webapp.models import Notification
from webapp.models.base import rows_changed
from webapp.schemas.events import SnoozeInput
from webapp.schemas.notifications import InboxChange, NotificationListQuery
from webapp.services.access import Actor, Permission
from webapp.services.inbox_scope import matching, own
from webapp.services.snoozing import snooze_until
from webapp.services.transactions import atomic

MOST = 20_000
"""Items that one change of everything that matches takes; the rest is left for the next."""
BATCH = 2_000


@dataclass(frozen=True)
class Changed:
    """How many items were changed; `stamp` finds them for Undo, `is_all` says if none are left."""

    count: int
    stamp: datetime
    is_all: bool = True


_TOUCHES: dict[InboxChange, ColumnElement[bool]] = {
    InboxChange.READ: Notification.read_at.is_(None),
    InboxChange.UNREAD: Notification.read_at.is_not(None),
    InboxChange.SNOOZE: Notification.done_at.is_(None),
    InboxChange.UNSNOOZE: Notification.snoozed_until.is_not(None),
    InboxChange.DONE: Notification.done_at.is_(None),
    InboxChange.REOPEN: Notification.done_at.is_not(None),
}
"""The items that a change makes a difference to; it passes over all others."""


class NotificationChangeService:
    """Changes inbox items by the id or by the view, in transactions of bounded size."""

    def change_some(
        self,
        actor: Actor,
        ids: Sequence[uuid.UUID],
        change: InboxChange,
        *,
        snooze: SnoozeInput | None = None,
    ) -> Changed:
        """Change those of the actor's own that are named; others are passed over."""
        wanted = own(actor).where(Notification.id.in_(ids[:BATCH]))
        return self._change(actor, wanted, change, snooze=snooze)

    def change_matching(
        self,
        actor: Actor,
        query: NotificationListQuery,
        change: InboxChange,
        *,
        snooze: SnoozeInput | None = None,
    ) -> Changed:
        """Change everything in a view, on whichever page of it."""
        wanted = matching(actor, query.view, query.type)
        return self._change(actor, wanted, change, snooze=snooze)

    def undo(self, actor: Actor, change: InboxChange, stamp: datetime) -> int:
        """Take one change back, found by its stamp; what was changed again since stays."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            return rows_changed(
                update(Notification)
                .where(
                    Notification.business_id == actor.business_id,
                    Notification.user_id == actor.user_id,
                    Notification.changed_at == stamp,
                )
                .values(changed_at=None, **_undone(change, stamp))
            )

    def _change(
        self,
        actor: Actor,
        wanted: Select[Notification],
        change: InboxChange,
        *,
        snooze: SnoozeInput | None,
    ) -> Changed:
        actor.require(Permission.CHANGE_OWN_STATE)
        stamp = clock.now()
        values = _values(change, stamp)
        if change is InboxChange.SNOOZE:
            values = {"snoozed_until": snooze_until(snooze or SnoozeInput(), actor.zone)}
        untouched = or_(Notification.changed_at.is_(None), Notification.changed_at != stamp)
        some = wanted.where(_TOUCHES[change], untouched).with_only_columns(Notification.id)
        count = 0
        while count < MOST:
            with atomic():
                done = rows_changed(
                    update(Notification)
                    .where(Notification.id.in_(some.limit(BATCH)))
                    .values(changed_at=stamp, **values)
                )
            count += done
            if done < BATCH:
                return Changed(count, stamp)
        return Changed(count, stamp, is_all=False)


def _values(change: InboxChange, stamp: datetime) -> Mapping[str, Any]:
    read = func.coalesce(Notification.read_at, stamp)
    values: dict[InboxChange, dict[str, Any]] = {
        InboxChange.READ: {"read_at": stamp},
        InboxChange.UNREAD: {"read_at": None},
        InboxChange.SNOOZE: {},
        InboxChange.UNSNOOZE: {"snoozed_until": None},
        InboxChange.DONE: {"done_at": stamp, "read_at": read},
        InboxChange.REOPEN: {"done_at": None},
    }
    return values[change]


def _undone(change: InboxChange, stamp: datetime) -> Mapping[str, Any]:
    """Return what a change is taken back with: what it set goes, what was there before stays."""
    values: dict[InboxChange, dict[str, Any]] = {
        InboxChange.READ: {"read_at": None},
        InboxChange.UNREAD: {"read_at": stamp},
        InboxChange.SNOOZE: {"snoozed_until": None},
        InboxChange.UNSNOOZE: {},
        InboxChange.DONE: {
            "done_at": None,
            "read_at": case((Notification.read_at == stamp, None), else_=Notification.read_at),
        },
        InboxChange.REOPEN: {"done_at": stamp},
    }
    return values[change]
