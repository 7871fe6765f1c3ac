"""Quotas and forecasts as they go out."""

from pydantic import Field

from webapp.enums import SourceName
from webapp.schemas.base import Answer, UtcTime


class SourceForecastAnswer(Answer):
    """Calls to one source on a schedule's busiest day, against its quota (null: none is set)."""

    source: SourceName
    label: str
    calls_a_day: int = Field(description="At most: a search may take several calls")
    least_calls_a_day: int = Field(description="What is called in any case")
    quota: int | None
    share: float | None
    total_calls_a_day: int
    total_share: float | None
    is_short: bool


class ForecastAnswer(Answer):
    """What a schedule will ask of each source; `total` is all schedules of the business."""

    sources: list[SourceForecastAnswer]


class QuotaAnswer(Answer):
    """How many calls a source may still get; `limit` and `left` are null where there is none."""

    source: SourceName
    label: str
    used: int
    limit: int | None
    left: int | None
    is_spent: bool = Field(description="Whether the source is not asked before `resets_at`")
    resets_at: UtcTime


class QuotaListAnswer(Answer):
    """The quota of every source."""

    quotas: list[QuotaAnswer]
    total: int
