"""Quotas and forecasts as they go out."""

from webapp.enums import SourceName
from webapp.schemas.base import Answer


class SourceForecastAnswer(Answer):
    """Calls to one source on a schedule's busiest day, against its quota (null: none is set)."""

    source: SourceName
    label: str
    calls_a_day: int
    quota: int | None
    share: float | None
    total_calls_a_day: int
    total_share: float | None
    is_short: bool


class ForecastAnswer(Answer):
    """What a schedule will ask of each source; `total` is all schedules of the business."""

    sources: list[SourceForecastAnswer]
