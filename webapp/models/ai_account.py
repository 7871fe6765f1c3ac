"""What a business spent on models in a month, and what calls under way may still cost."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, Owned, UtcDateTime, UuidKey


class AiMonth(UuidKey, Owned, Base):
    """The running totals of one business in one month (UTC), and of the day it was last used on.

    What is reserved for calls under way stands beside what was counted for calls that ended.
    """

    __tablename__ = "ai_months"
    __table_args__ = (UniqueConstraint("business_id", "month"),)

    month: Mapped[date]
    """Its first day."""
    counted_usd: Mapped[float] = mapped_column(default=0.0)
    reserved_usd: Mapped[float] = mapped_column(default=0.0)
    reserved_calls: Mapped[int] = mapped_column(default=0)
    day: Mapped[date]
    day_calls: Mapped[int] = mapped_column(default=0)
    day_tokens: Mapped[int] = mapped_column(default=0)


class AiReservation(UuidKey, Owned, Base):
    """The most that one question under way can cost; gone once its calls are booked.

    A worker that dies leaves it, and after `expires_at` it is given back.
    """

    __tablename__ = "ai_reservations"
    __table_args__ = (
        Index("ix_ai_reservations_business_id_expires_at", "business_id", "expires_at"),
    )

    business_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("businesses.id", ondelete="CASCADE"))
    month: Mapped[date]
    usd: Mapped[float] = mapped_column(default=0.0)
    calls: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
