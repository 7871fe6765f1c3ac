"""The business: one tenant, and what holds for all of its users."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import BudgetPolicy
from webapp.models.base import Base, EnumText, JsonValue, Timestamps, UtcDateTime, UuidKey


class Business(UuidKey, Timestamps, Base):
    """A tenant. Nothing of one business is ever seen by another."""

    __tablename__ = "businesses"

    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    is_demo: Mapped[bool] = mapped_column(default=False)
    tracking_enabled: Mapped[bool] = mapped_column(default=True)
    gdelt_enabled: Mapped[bool] = mapped_column(default=False)
    ai_monthly_budget_usd: Mapped[float | None]
    ai_budget_policy: Mapped[BudgetPolicy] = mapped_column(
        EnumText(BudgetPolicy), default=BudgetPolicy.RULE_BASED
    )
    own_keys: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    """Keys of outside services that the business brought itself, by service: each sealed."""
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
