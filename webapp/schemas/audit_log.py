"""The audit log: which entries are wanted, and what goes out."""

import uuid
from typing import Any

from pydantic import Field

from webapp.enums import AuditDoor
from webapp.schemas.base import Answer, NextAfter, PageQuery, UtcTime


class AuditQuery(PageQuery):
    """A part of the log, newest first."""

    user_id: int | None = Field(None, ge=1, le=2**31 - 1, description="Who did it")
    action: str | None = Field(
        None, max_length=120, description="What was done, as `clients.update_client`"
    )
    start_date: UtcTime | None = Field(None, description="From this time on")
    end_date: UtcTime | None = Field(None, description="Up to this time")


class AuditEntryAnswer(Answer):
    """One change or sign-in. `hash` covers everything in it and `previous_hash`."""

    id: uuid.UUID
    number: int
    created_at: UtcTime
    user_id: int | None
    user_name: str
    door: AuditDoor
    action: str
    target: dict[str, str] = Field(description="What the address named")
    changes: list[dict[str, Any]] = Field(
        description="Rows made, changed or deleted, with the values before and after"
    )
    address: str | None = Field(description="From where, cut to the network")
    request_id: str | None
    previous_hash: str
    hash: str


class AuditListAnswer(Answer):
    """A part of the audit log."""

    entries: list[AuditEntryAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter
