"""The business itself: what its admins see and may change."""

import uuid
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from webapp.enums import BudgetPolicy
from webapp.schemas.base import Answer, Schema, UtcTime

ZONES = frozenset(available_timezones())


def _known_zone(value: str) -> str:
    if value not in ZONES:
        raise ValueError("must be a time zone such as Europe/Berlin")
    return value


Name = Annotated[str, Field(min_length=1, max_length=200)]
Zone = Annotated[
    str, AfterValidator(_known_zone), Field(description="Time zone such as Europe/Berlin")
]


Budget = Annotated[
    Annotated[float, Field(ge=0, le=1e6)] | None,
    Field(
        description="Monthly AI budget in US dollars; null is the installation's default, 0 none"
    ),
]


class BusinessPatch(Schema):
    """Part of the business: what is absent stays; only the budget may be null."""

    name: Name = Field(default_factory=str)
    timezone: Zone = Field(default_factory=lambda: "UTC")
    gdelt_enabled: bool = Field(
        default_factory=lambda: False, description="Whether GDELT is asked about every client"
    )
    tracking_enabled: bool = Field(
        default_factory=lambda: True, description="Whether opens and clicks of mails are counted"
    )
    ai_monthly_budget_usd: Budget = None
    ai_budget_policy: BudgetPolicy = Field(
        default_factory=lambda: BudgetPolicy.RULE_BASED,
        description="What happens once the budget or a day's limit is reached",
    )


class BusinessAnswer(Answer):
    """The caller's business."""

    id: uuid.UUID
    name: str
    timezone: str
    gdelt_enabled: bool
    tracking_enabled: bool
    ai_monthly_budget_usd: float | None
    ai_budget_policy: BudgetPolicy
    is_demo: bool
    created_at: UtcTime
    updated_at: UtcTime
