"""Who is away when, and who stands in."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, Created, Owned, UtcDateTime, UuidKey


class StandIn(UuidKey, Owned, Created, Base):
    """That one user is told in the place of another, who is away from one day to another.

    The days are those of the zone of who is away, both included. `ended_at` is set where they
    came back early, `summarised_at` once they were told what had come meanwhile.
    """

    __tablename__ = "stand_ins"
    __table_args__ = (Index("ix_stand_ins_summarised_at_ends_on", "summarised_at", "ends_on"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    covered_by_user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    summarised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
