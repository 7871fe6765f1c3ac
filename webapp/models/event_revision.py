"""What an event was before it was judged anew."""

import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, Created, JsonValue, Owned, UuidKey


class EventRevision(UuidKey, Owned, Created, Base):
    """The verdict that held of an event until this row was made, and what replaced it."""

    __tablename__ = "event_revisions"
    __table_args__ = (Index("ix_event_revisions_event_id_created_at", "event_id", "created_at"),)

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    trial_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("reprocess_trials.id", ondelete="SET NULL")
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    before: Mapped[dict[str, Any]] = mapped_column(JsonValue)
