"""Automation schedules: what comes in by form and JSON, and what goes out."""

import json
import uuid
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from webapp.enums import DependencyCondition, JobType, LastRunStatus, ScheduleType
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime
from webapp.schemas.schedule_conditions import Condition, Conditions

MAX_CONFIG_CHARACTERS = 10_000
MAX_CLIENTS = 5_000
MAX_PREVIEW = 20
ZONES = frozenset(available_timezones())
"""The names of every time zone; read once, since asking walks through a folder."""

_KNOWN_FLAGS = ("force_mock",)


def _whole_number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a whole number")  # noqa: TRY004 -- pydantic reads ValueError
    return value


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not hold a NUL character")
    return value


def _known_zone(value: str) -> str:
    if value not in ZONES:
        raise ValueError("must be a time zone such as Europe/Berlin")
    return value


def _blank_as_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _config_object(value: object) -> object:
    """Accept an object, or a string that holds one."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise ValueError('must be an object such as {"force_mock": true}') from None


def _storable(value: dict[str, Any]) -> dict[str, Any]:
    """Refuse what no database keeps (NaN, NUL, broken text), what is huge, and odd flags."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError):
        raise ValueError("must hold plain JSON values only") from None
    if len(text) > MAX_CONFIG_CHARACTERS or "\\u0000" in text:
        raise ValueError(f"must be at most {MAX_CONFIG_CHARACTERS} characters, without NUL")
    for name in _KNOWN_FLAGS:
        if not isinstance(value.get(name, False), bool):
            raise ValueError(f"{name} must be true or false")  # noqa: TRY004 -- as above
    return value


def _distinct(ids: list[uuid.UUID]) -> list[uuid.UUID]:
    return list(dict.fromkeys(ids))


Text = Annotated[str, AfterValidator(_without_nul)]
Name = Annotated[Text, Field(min_length=1, max_length=200, description="What your team calls it")]
Description = Annotated[Text, Field(max_length=2000, description="What it is for")]
Config = Annotated[
    dict[str, Any],
    BeforeValidator(_config_object),
    AfterValidator(_storable),
    Field(description="Job configuration, an object or a string that holds one: `force_mock`"),
]
ClientIds = Annotated[
    list[uuid.UUID],
    Field(min_length=1, max_length=MAX_CLIENTS, description="Clients to monitor; null is all"),
    AfterValidator(_distinct),
]
Cron = Annotated[
    Text, Field(max_length=120, description="Minute, hour, day, month, weekday (cron's numbering)")
]
Whole = BeforeValidator(_whole_number)
Hour = Annotated[int, Whole, Field(ge=0, le=23, description="Local hour; 0 is midnight")]
Minute = Annotated[int, Whole, Field(ge=0, le=59, description="Minute of the hour")]
Weekday = Annotated[int, Whole, Field(ge=0, le=6, description="0 is Monday")]
MonthDay = Annotated[
    int, Whole, Field(ge=1, le=31, description="29 to 31 mean the last day of a shorter month")
]
Grace = Annotated[
    int, Whole, Field(ge=0, le=1440, description="Minutes that a missed run may start late")
]
UserId = Annotated[int, Whole, Field(ge=1, le=2_147_483_647)]
Dependency = Annotated[
    uuid.UUID, Field(description="Starts when a run of this schedule has ended; null is none")
]
Zone = Annotated[
    str, AfterValidator(_known_zone), Field(description="Time zone such as Europe/Berlin")
]


class TimingInput(Schema):
    """When something runs."""

    schedule_type: ScheduleType
    cron_expression: Annotated[Cron | None, BeforeValidator(_blank_as_none)] = None
    hour_of_day: Hour | None = None
    minute_of_hour: Minute | None = None
    day_of_week: Weekday | None = None
    day_of_month: MonthDay | None = None
    timezone: Zone | None = None


class PreviewInput(TimingInput):
    """Due times to look at before anything is saved."""

    count: int = Field(5, ge=1, le=MAX_PREVIEW, description="How many runs to show")


class ScheduleInput(TimingInput):
    """A new schedule. The creator is always the caller."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Daily Morning Monitoring",
                    "description": "Monitor all clients every morning",
                    "job_type": "client_monitoring",
                    "client_ids": None,
                    "schedule_type": "daily",
                    "hour_of_day": 9,
                    "is_active": True,
                }
            ]
        }
    )

    business_id: uuid.UUID | None = None
    created_by_user_id: UserId | None = None
    name: Name
    description: Description | None = None
    job_type: JobType = JobType.CLIENT_MONITORING
    client_ids: ClientIds | None = None
    config: Config = Field(default_factory=dict)
    grace_minutes: Grace = 60
    is_active: bool = True
    depends_on_schedule_id: Dependency | None = None
    depends_on_condition: DependencyCondition | None = None
    conditions: Conditions = Field(default_factory=list)


class SchedulePatch(Schema):
    """Part of a schedule: what is absent stays, null is taken only where it is allowed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"schedule_type": "weekly", "day_of_week": 0}]}
    )

    business_id: uuid.UUID | None = None
    created_by_user_id: UserId | None = None
    name: Name = Field(default_factory=str)
    description: Description | None = None
    job_type: JobType = Field(default_factory=lambda: JobType.CLIENT_MONITORING)
    client_ids: ClientIds | None = None
    config: Config = Field(default_factory=dict)
    schedule_type: ScheduleType = Field(default_factory=lambda: ScheduleType.MANUAL)
    cron_expression: Annotated[Cron | None, BeforeValidator(_blank_as_none)] = None
    hour_of_day: Hour | None = None
    minute_of_hour: Minute | None = None
    day_of_week: Weekday | None = None
    day_of_month: MonthDay | None = None
    timezone: Zone | None = None
    grace_minutes: Grace = Field(default_factory=lambda: 60)
    is_active: bool = Field(default_factory=lambda: True)
    depends_on_schedule_id: Dependency | None = None
    depends_on_condition: DependencyCondition | None = None
    conditions: Conditions = Field(default_factory=list)


class ScheduleListQuery(PageQuery):
    """Which schedules are wanted."""

    is_active: bool | None = None
    job_type: JobType | None = None
    last_run_status: LastRunStatus | None = None
    q: Text | None = Field(None, max_length=200, description="Part of the name")


class ScheduleAnswer(Answer):
    """A schedule as it is stored."""

    id: uuid.UUID
    business_id: uuid.UUID
    created_by_user_id: int | None
    name: str
    description: str | None
    job_type: JobType
    client_ids: list[uuid.UUID] | None
    config: dict[str, Any]
    schedule_type: ScheduleType
    cron_expression: str | None
    hour_of_day: int | None
    minute_of_hour: int | None
    day_of_week: int | None
    day_of_month: int | None
    timezone: str | None
    grace_minutes: int
    is_active: bool
    depends_on_schedule_id: uuid.UUID | None
    depends_on_condition: DependencyCondition | None
    conditions: list[Condition]
    last_run_at: UtcTime | None
    next_run_at: UtcTime | None
    last_run_status: LastRunStatus | None
    last_run_job_id: uuid.UUID | None
    consecutive_failures: int
    last_error_message: str | None
    last_error_at: UtcTime | None
    disabled_reason: str | None
    created_at: UtcTime
    updated_at: UtcTime


class ScheduleListAnswer(Answer):
    """A page of schedules, newest first."""

    schedules: list[ScheduleAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class TriggerInput(Schema):
    """How a run is to be started by hand."""

    bypass_cache: bool = Field(default=False, description="Ask every source anew")


class TriggerAnswer(Answer):
    """That a run was started, or is under way already."""

    message: str
    schedule_id: uuid.UUID
    job_run_id: uuid.UUID


class PreviewAnswer(Answer):
    """The cadence in words and its next due times."""

    description: str
    timezone: str
    next_runs: list[UtcTime]
