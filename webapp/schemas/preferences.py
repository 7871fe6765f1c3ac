"""What users say and read about being told of events."""

import uuid
from datetime import time
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from webapp.enums import NotificationFrequency, Theme
from webapp.schemas.base import Answer, Schema, UtcTime
from webapp.taxonomy import FILTER_NAMES

MAX_INTEGER_ID = 2**31 - 1
DEFAULT_THRESHOLD = 0.7
DEFAULT_DIGEST_TIME = time(9, 0)
_LOCAL_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"
DEFAULT_COOL_DOWN = 0
MAX_COOL_DOWN = 7 * 24


def _plain_time(value: time) -> time:
    if value.tzinfo is not None:
        message = "give a local time without an offset, such as 09:00:00"
        raise ValueError(message)
    return value.replace(microsecond=0)


def _known_names(names: list[str]) -> list[str]:
    unknown = sorted(set(names) - FILTER_NAMES)
    if unknown:
        shown = ", ".join(unknown)[:100]
        message = f"not a category or group: {shown}. Groups: risk, expansion, relationship, info"
        raise ValueError(message)
    return list(dict.fromkeys(names))


def known_zone(value: str) -> str:
    """Return the name of a time zone, or raise ValueError."""
    if value not in available_timezones():
        message = "must be a time zone such as Europe/Berlin"
        raise ValueError(message)
    return value


ShownTime = Annotated[time, WithJsonSchema({"type": "string", "pattern": _LOCAL_TIME})]
"""A time of day in somebody's own zone: without the offset that a JSON schema's `time` has."""
LocalTime = Annotated[ShownTime, AfterValidator(_plain_time)]

ALL_DAY = "quiet hours must leave an hour of the day: mail would never come else"
_HOUR, _DAY = 60, 24 * 60


def is_all_day(start: time, end: time) -> bool:
    """Tell whether quiet hours leave less than an hour of the day; the same time twice is a day."""
    minutes = (end.hour * 60 + end.minute - start.hour * 60 - start.minute) % _DAY
    return minutes == 0 or minutes > _DAY - _HOUR


FilterNames = Annotated[list[str], Field(max_length=50), AfterValidator(_known_names)]


class PreferencePatch(Schema):
    """A change of preferences: only the fields that were sent count."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "relevance_threshold": 0.8,
                    "notification_categories": ["risk", "expansion"],
                    "notification_frequency": "daily",
                    "digest_time": "10:00:00",
                }
            ]
        }
    )

    notification_enabled: bool = Field(True, description="In-app notifications")  # noqa: FBT003 -- a default value
    email_notifications_enabled: bool = Field(True, description="E-mail notifications")  # noqa: FBT003 -- a default value
    relevance_threshold: float = Field(
        DEFAULT_THRESHOLD, ge=0, le=1, description="Least relevance that notifies, inclusive"
    )
    notification_categories: FilterNames | None = Field(
        None, description="Categories or groups; null is all, an empty list is none"
    )
    notification_frequency: NotificationFrequency = NotificationFrequency.INSTANT
    assigned_clients_only: bool = False
    digest_time: LocalTime = Field(DEFAULT_DIGEST_TIME, description="In the user's time zone")
    digest_day_of_week: int = Field(0, ge=0, le=6, description="0 is Monday")
    send_empty_digest: bool = False
    quiet_hours_start: LocalTime | None = None
    quiet_hours_end: LocalTime | None = None
    cool_down_hours: int = Field(
        DEFAULT_COOL_DOWN,
        ge=0,
        le=MAX_COOL_DOWN,
        description="Hours after an instant mail in which further ones about the same client and "
        "category wait for the digest; 0 is none",
    )

    @model_validator(mode="after")
    def _quiet_hours_last(self) -> Self:
        start, end = self.quiet_hours_start, self.quiet_hours_end
        if start is not None and end is not None and is_all_day(start, end):
            raise ValueError(ALL_DAY)
        return self


class PreferenceInput(PreferencePatch):
    """A first set of preferences for a user."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"user_id": 12, "notification_frequency": "daily"}]}
    )

    user_id: int = Field(ge=1, le=MAX_INTEGER_ID)
    business_id: uuid.UUID | None = None


class DisplayPatch(Schema):
    """How the pages look and speak to one user."""

    timezone: Annotated[str, AfterValidator(known_zone)] | None = None
    theme: Theme = Theme.SYSTEM
    single_keys_enabled: bool = True


class ThemeInput(Schema):
    """The colours that a user wants."""

    theme: Theme


class PreferenceAnswer(Answer):
    """One user's preferences."""

    id: uuid.UUID
    user_id: int
    business_id: uuid.UUID
    notification_enabled: bool
    email_notifications_enabled: bool
    relevance_threshold: float
    notification_categories: list[str] | None
    notification_frequency: NotificationFrequency
    assigned_clients_only: bool
    digest_time: ShownTime
    digest_day_of_week: int
    created_at: UtcTime
    updated_at: UtcTime
    send_empty_digest: bool
    quiet_hours_start: ShownTime | None
    quiet_hours_end: ShownTime | None
    cool_down_hours: int
