"""What is asked and told of the in-app inbox."""

import uuid
from enum import StrEnum

from webapp.enums import NotificationKind, Provenance, Severity
from webapp.schemas.base import Answer, PageQuery, UtcTime


class NotificationView(StrEnum):
    """Which part of the inbox is wanted; `inbox` is what is neither done nor snoozed."""

    INBOX = "inbox"
    UNREAD = "unread"
    SNOOZED = "snoozed"
    DONE = "done"
    ALL = "all"


class NotificationListQuery(PageQuery):
    """Filters of the inbox."""

    view: NotificationView = NotificationView.INBOX
    type: NotificationKind | None = None


class NotificationAnswer(Answer):
    """One inbox item; `why` says for which reasons it was sent."""

    id: uuid.UUID
    user_id: int
    event_id: uuid.UUID | None
    job_run_id: uuid.UUID | None
    kind: NotificationKind
    severity: Severity
    title: str
    body: str
    link: str | None
    why: str
    is_read: bool
    read_at: UtcTime | None
    snoozed_until: UtcTime | None
    done_at: UtcTime | None
    provenance: Provenance | None
    created_at: UtcTime


class NotificationListAnswer(Answer):
    """A part of the inbox."""

    notifications: list[NotificationAnswer]
    total: int
    skip: int
    limit: int
    unread: int


class UnreadCountAnswer(Answer):
    """How many items of the inbox are unread."""

    unread_count: int


class MarkedAnswer(Answer):
    """How many items were marked."""

    message: str
    marked: int
