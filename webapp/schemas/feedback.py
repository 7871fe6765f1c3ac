"""What users say of events, and what that changes."""

import uuid

from pydantic import Field

from webapp.enums import Category, FeedbackVerdict
from webapp.schemas.base import Answer, NextAfter, Schema, UtcTime
from webapp.schemas.exclusions import ExclusionAnswer


class FeedbackInput(Schema):
    """What a user says of an event."""

    verdict: FeedbackVerdict
    category: Category | None = Field(None, description="The right one, for `wrong_category`")
    note: str | None = Field(None, max_length=500)
    exclude_term: str | None = Field(
        None,
        max_length=253,
        description="For `wrong_company`: a word or name that is never about the client. Without "
        "this and `exclude_domain` the surest proposal is learned, else only this headline",
    )
    exclude_domain: str | None = Field(
        None,
        max_length=253,
        description="For `wrong_company`: a site whose articles are never about the client",
    )


class FeedbackAnswer(Answer):
    """What the caller said of an event."""

    verdict: FeedbackVerdict
    category: Category | None
    note: str | None
    updated_at: UtcTime


class FeedbackGivenAnswer(FeedbackAnswer):
    """What the caller said of an event, and what that changed."""

    exclusion: ExclusionAnswer | None = Field(description="What `wrong_company` taught")
    hidden_events: int = Field(description="How many events left the lists just now")
    restored_events: int = Field(description="How many came back, as an opinion changed")


class FeedbackTakenBackAnswer(Answer):
    """What taking an opinion back changed."""

    message: str
    restored_events: int


class OpinionAnswer(Answer):
    """What one user said of one event of a client."""

    event_id: uuid.UUID
    event_title: str
    event_category: Category
    is_hidden: bool = Field(description="Whether the event left the lists and cannot be opened")
    user_name: str
    verdict: FeedbackVerdict
    category: Category | None
    note: str | None
    updated_at: UtcTime


class OpinionListAnswer(Answer):
    """A part of what a team said of a client's events, latest first."""

    feedback: list[OpinionAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter
