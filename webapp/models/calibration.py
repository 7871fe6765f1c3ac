"""What the feedback of a business taught about relevance, one version a row, and its switches."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, Created, JsonValue, Owned, UtcDateTime, UuidKey


class Calibration(UuidKey, Owned, Created, Base):
    """One version: counts and shifts as they were learned, which never change afterwards.

    At most one of a business is on.
    """

    __tablename__ = "calibrations"
    __table_args__ = (
        UniqueConstraint("business_id", "version"),
        Index(
            "uq_calibrations_on",
            "business_id",
            unique=True,
            sqlite_where=text("is_on"),
            postgresql_where=text("is_on"),
        ),
    )

    version: Mapped[int]
    learned_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """Opinions given before this time did not teach."""
    events: Mapped[int]
    """How many events taught."""
    cells: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    is_on: Mapped[bool] = mapped_column(default=False)


class CalibrationSwitch(UuidKey, Owned, Created, Base):
    """That somebody switched a version on, or off."""

    __tablename__ = "calibration_switches"
    __table_args__ = (
        Index("ix_calibration_switches_calibration_id_created_at", "calibration_id", "created_at"),
    )

    calibration_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("calibrations.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    is_on: Mapped[bool]
