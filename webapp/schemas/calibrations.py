"""What is told of calibrations: versions, their shifts, and what they would have changed."""

import uuid

from pydantic import Field

from webapp.enums import Category, CategoryGroup, ClientTier
from webapp.schemas.base import Answer, NextAfter, PageQuery, UtcTime


class ShiftAnswer(Answer):
    """What is added to the relevance of a category's new events, and why."""

    category: Category
    tier: ClientTier | None = Field(
        description="Only clients of this tier; null is every client whose tier has no own shift"
    )
    useful: int
    not_relevant: int
    shift: float = Field(description="Added to a relevance of 0 to 1, within ±0.25")
    reason: str


class CorrectionAnswer(Answer):
    """That events of a category were said to be of another one. It changes nothing by itself."""

    category: Category
    right: Category
    events: int


class SwitchAnswer(Answer):
    """That a version was switched on or off."""

    is_on: bool
    by: str | None
    at: UtcTime


class CalibrationAnswer(Answer):
    """One version of what feedback taught."""

    id: uuid.UUID
    version: int
    learned_at: UtcTime
    learned_by: str | None
    since: UtcTime = Field(description="Opinions from before this time did not teach")
    events: int = Field(description="How many events taught")
    is_on: bool
    shifts: list[ShiftAnswer]
    corrections: list[CorrectionAnswer]
    switches: list[SwitchAnswer] = Field(description="Latest first")


class LearnedAnswer(CalibrationAnswer):
    """A version, and whether it was made just now."""

    is_new: bool = Field(description="False where the latest version says the same already")


class CalibrationListAnswer(Answer):
    """Every version, latest first."""

    calibrations: list[CalibrationAnswer]
    total: int


class MovedAnswer(Answer):
    """An event of the last 30 days that would have had another relevance."""

    event_id: uuid.UUID
    title: str
    client_name: str
    category: Category
    group: CategoryGroup
    created_at: UtcTime
    before: float
    after: float
    lost_for: list[str] = Field(description="Users who were to hear of it and would not have")
    gained_for: list[str] = Field(description="Users who would have heard of it in addition")
    useful_for: list[str] = Field(description="Users who marked it useful")


class PreviewAnswer(Answer):
    """What a version would have changed in the last 30 days."""

    since: UtcTime
    events: int = Field(description="How many events there were")
    moved_total: int
    lost: int
    gained: int
    lost_although_useful: int
    insights_lost: int
    insights_gained: int
    moved: list[MovedAnswer] = Field(description="The most telling first")
    skip: int
    limit: int
    next_after: NextAfter


class PreviewQuery(PageQuery):
    """Which part of the moved events is wanted."""
