"""Conditions of a schedule: small JSON rules, each of one kind, all of which have to hold."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from webapp.enums import ClientTier, ConditionKind, SourceName
from webapp.schemas.base import Schema

MAX_CONDITIONS = 10
_YEAR_IN_MINUTES = 366 * 24 * 60


def _sorted_once(values: list[int]) -> list[int]:
    return sorted(set(values))


def _real_source(value: SourceName) -> SourceName:
    if value is SourceName.MOCK:
        raise ValueError("must be a source that is really asked")
    return value


class WeekdayCondition(Schema):
    """It is one of these days, in the schedule's own zone."""

    kind: Literal[ConditionKind.WEEKDAY]
    days: Annotated[
        list[Annotated[int, Field(ge=0, le=6)]],
        Field(min_length=1, max_length=7, description="Weekdays; 0 is Monday"),
        AfterValidator(_sorted_once),
    ]


class QuotaLeftCondition(Schema):
    """A source may still be asked so often today; one without a limit always may."""

    kind: Literal[ConditionKind.QUOTA_LEFT]
    source: Annotated[SourceName, AfterValidator(_real_source)]
    at_least: int = Field(ge=1, le=1_000_000, description="Calls that must be left")


class LastRunAgeCondition(Schema):
    """The schedule's last run ended at least so long ago; one that never ran is old enough."""

    kind: Literal[ConditionKind.LAST_RUN_AGE]
    at_least_minutes: int = Field(ge=1, le=_YEAR_IN_MINUTES, description="Minutes since its end")


class ClientSegmentCondition(Schema):
    """Only clients of this segment are done, and there are some."""

    kind: Literal[ConditionKind.CLIENT_SEGMENT]
    tiers: list[ClientTier] = Field(
        default_factory=list, max_length=len(ClientTier), description="Tiers; none is every tier"
    )
    renews_within_days: int | None = Field(
        None, ge=0, le=3650, description="Renewal due within so many days; null is any"
    )

    @model_validator(mode="after")
    def _narrows(self) -> Self:
        if not self.tiers and self.renews_within_days is None:
            raise ValueError("needs tiers or renews_within_days")
        return self


Condition = Annotated[
    WeekdayCondition | QuotaLeftCondition | LastRunAgeCondition | ClientSegmentCondition,
    Field(discriminator="kind"),
]
Conditions = Annotated[
    list[Condition],
    Field(max_length=MAX_CONDITIONS, description="All have to hold, else the run is skipped"),
]
