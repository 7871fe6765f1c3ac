"""What is asked and told of the in-app inbox."""

import uuid
from enum import StrEnum
from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from webapp.enums import Category, NotificationKind, Provenance, Severity
from webapp.schemas.base import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Answer,
    NextAfter,
    PageQuery,
    Schema,
    UtcTime,
)
from webapp.schemas.events import SnoozeInput


class NotificationView(StrEnum):
    """Which part of the inbox is wanted; `inbox` is what is neither done nor snoozed."""

    INBOX = "inbox"
    UNREAD = "unread"
    SNOOZED = "snoozed"
    DONE = "done"
    ALL = "all"


class InboxChange(StrEnum):
    """What can be done with inbox items."""

    READ = "read"
    UNREAD = "unread"
    SNOOZE = "snooze"
    UNSNOOZE = "unsnooze"
    DONE = "done"
    REOPEN = "reopen"


class NotificationListQuery(PageQuery):
    """Filters of the inbox."""

    view: NotificationView = NotificationView.INBOX
    type: NotificationKind | None = None
    before: str | None = Field(None, max_length=100, description="`next` of the part before")


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
    total: int = Field(description="Counted up to 1000")
    skip: int
    limit: int
    next_after: NextAfter
    unread: int
    next: str | None = Field(description="Give it as `before` for the next part; null at the end")


class UnreadCountAnswer(Answer):
    """How many items of the inbox are unread."""

    unread_count: int = Field(description="Counted up to 1000")


class HeldBackQuery(Schema):
    """Which part of what was held back is wanted."""

    before: str | None = Field(None, max_length=100, description="`next` of the part before")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many to return")


class HeldBackAnswer(Answer):
    """One event that the caller was told of over no channel, and why."""

    event_id: uuid.UUID
    title: str
    client_id: uuid.UUID
    client_name: str
    category: Category
    severity: Severity
    relevance_score: float
    provenance: Provenance
    stopped_by: str | None = Field(description="The name of the check that held it back")
    reason: str
    checks: list[dict[str, Any]]
    decided_at: UtcTime


class HeldBackListAnswer(Answer):
    """A part of what was held back, newest first."""

    held_back: list[HeldBackAnswer]
    total: int = Field(description="Counted up to 1000")
    next: str | None = Field(description="Give it as `before` for the next part; null at the end")


class BulkChangeInput(Schema):
    """A change of the items that are named, or of everything in a view."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"change": "read", "view": "inbox"}]})

    change: InboxChange
    ids: list[uuid.UUID] | None = Field(None, max_length=1000)
    view: NotificationView | None = Field(None, description="Instead of `ids`: all of this view")
    type: NotificationKind | None = Field(None, description="With `view`: only of this kind")
    snooze: SnoozeInput | None = None

    @model_validator(mode="after")
    def _ids_or_view(self) -> Self:
        if (self.ids is None) == (self.view is None):
            message = "give either ids or view"
            raise ValueError(message)
        return self


class BulkChangedAnswer(Answer):
    """What was changed, and how to undo it."""

    message: str
    changed: int
    is_all: bool = Field(description="False where so many match that some are left for a next call")
    at: UtcTime = Field(description="Send it to `/notifications/undo` to take the change back")


class UndoInput(Schema):
    """Which change to take back, by its moment."""

    change: InboxChange
    at: UtcTime


class MarkedAnswer(Answer):
    """How many items were marked."""

    message: str
    marked: int
