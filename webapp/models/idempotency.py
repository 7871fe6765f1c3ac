"""Requests that a program may send again without doing their work twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, Created, JsonValue, Owned, UtcDateTime, UuidKey


class IdempotencyKey(UuidKey, Owned, Created, Base):
    """One key that a user sent with a POST, and what was answered. Good for a day.

    `effect_at` is written in the transaction that the request's work is kept in; without it
    nothing was done, whatever became of the request.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("business_id", "user_id", "key"),
        Index("ix_idempotency_keys_created_at", "created_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    effect_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]] = mapped_column(JsonValue, default=dict)
    answer: Mapped[str | None] = mapped_column(Text)
    """Sealed, as an answer may show a secret that is kept nowhere else in the clear."""
