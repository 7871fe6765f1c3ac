"""The business itself: what its admins see and may change."""

import uuid
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

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


class BusinessPatch(Schema):
    """Part of the business: what is absent stays; nothing may be null."""

    name: Name = Field(default_factory=str)
    timezone: Zone = Field(default_factory=lambda: "UTC")
    gdelt_enabled: bool = Field(
        default_factory=lambda: False, description="Whether GDELT is asked about every client"
    )
    tracking_enabled: bool = Field(
        default_factory=lambda: True, description="Whether opens and clicks of mails are counted"
    )


class BusinessAnswer(Answer):
    """The caller's business."""

    id: uuid.UUID
    name: str
    timezone: str
    gdelt_enabled: bool
    tracking_enabled: bool
    is_demo: bool
    created_at: UtcTime
    updated_at: UtcTime
