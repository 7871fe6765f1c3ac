"""What each user wants to hear of, and how."""

from datetime import time

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import NotificationFrequency
from webapp.models.base import Base, EnumText, JsonValue, Owned, Timestamps, UuidKey


class UserPreference(UuidKey, Owned, Timestamps, Base):
    """One set a user and business. `notification_categories` None is all, [] is none."""

    __tablename__ = "user_preferences"
    __table_args__ = (
        UniqueConstraint("user_id", "business_id"),
        CheckConstraint(
            "relevance_threshold >= 0 AND relevance_threshold <= 1", name="threshold_range"
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    notification_enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    email_notifications_enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    relevance_threshold: Mapped[float] = mapped_column(default=0.7)
    notification_categories: Mapped[list[str] | None] = mapped_column(JsonValue)
    notification_frequency: Mapped[NotificationFrequency] = mapped_column(
        EnumText(NotificationFrequency), default=NotificationFrequency.INSTANT
    )
    assigned_clients_only: Mapped[bool] = mapped_column(Boolean, default=False)
    digest_time: Mapped[time] = mapped_column(default=time(9, 0))
    digest_day_of_week: Mapped[int] = mapped_column(default=0)
    send_empty_digest: Mapped[bool] = mapped_column(Boolean, default=False)
    quiet_hours_start: Mapped[time | None]
    quiet_hours_end: Mapped[time | None]
    cool_down_hours: Mapped[int] = mapped_column(default=0)
    """How long one instant mail about a client and category stands for the next."""
