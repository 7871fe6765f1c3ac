"""Quotas and forecasts as they go out."""

from pydantic import Field

from webapp.enums import SourceName
from webapp.schemas.base import Answer


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
