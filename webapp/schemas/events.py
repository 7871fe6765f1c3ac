"""What is asked and told of events."""

import re
import uuid
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from webapp.enums import (
    AIName,
    Category,
    CategoryGroup,
    Channel,
    Provenance,
    RawOutcome,
    ReporterName,
    RiskLevel,
    Severity,
    SimulationReason,
    Urgency,
    Verdict,
)
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime
from webapp.schemas.feedback import FeedbackAnswer

_BARE_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEARS = range(1970, 2200)
_A_DATE = "give a date such as 2026-11-22 or a time such as 2026-11-22T09:00:00Z"


def _day_or_moment(value: Any) -> date | datetime | None:  # noqa: ANN401 -- whatever was sent
    if value is None or isinstance(value, date):
        return value
    try:
        text = str(value)
        if _BARE_DATE.fullmatch(text):
            found: date | datetime = date.fromisoformat(text)
        else:
            moment = datetime.fromisoformat(text)
            found = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    except ValueError:
        raise ValueError(_A_DATE) from None
    if found.year not in _YEARS:
        raise ValueError(_A_DATE)
    return found


DayOrMoment = Annotated[date | datetime, BeforeValidator(_day_or_moment)]
"""A bare date, which the user's zone makes a day of, or a moment; a naive one is UTC."""


class EventStatus(StrEnum):
    """Where an event stands for the user who asks."""

    INBOX = "inbox"
    UNREAD = "unread"
    STARRED = "starred"
    SNOOZED = "snoozed"
    DONE = "done"
    ALL = "all"


class SentimentFilter(StrEnum):
    """Which side of the sentiment scale is wanted; the band around zero is neutral."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class ProvenanceFilter(StrEnum):
    """Which origin is wanted; `all` and `simulated` show what stood in for a failed source too."""

    LIVE = "live"
    CACHED = "cached"
    SIMULATED = "simulated"
    ALL = "all"


class EventSort(StrEnum):
    """The order of the list."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RELEVANCE = "relevance"
    SEVERITY = "severity"
    PRESSING = "pressing"


class SnoozePreset(StrEnum):
    """How long to put something off, in the user's own days."""

    LATER = "later"
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"


class EventListQuery(PageQuery):
    """Filters of the list of events."""

    client_id: uuid.UUID | None = None
    category: Category | None = None
    group: CategoryGroup | None = None
    min_relevance: float | None = Field(None, ge=0, le=1)
    risk_level: RiskLevel | None = None
    sentiment: SentimentFilter | None = None
    provenance: ProvenanceFilter | None = None
    status: EventStatus = EventStatus.ALL
    start_date: DayOrMoment | None = Field(None, description="Found at or after; date or time")
    end_date: DayOrMoment | None = Field(
        None, description="Found at or before; a bare date means the end of that day"
    )
    q: str | None = Field(None, max_length=200, description="Words in title, summary or client")
    sort: EventSort = EventSort.NEWEST
    assigned_only: bool = Field(False, description="Only clients assigned to the caller")  # noqa: FBT003 -- a default value
    needs_action: bool = Field(False, description="Only high urgency, or high or critical risk")  # noqa: FBT003 -- a default value


class SnoozeInput(Schema):
    """Until when to put something off; without either field, until tomorrow morning."""

    until: DayOrMoment | None = Field(None, description="In the future, within a year")
    preset: SnoozePreset | None = None


class EventStateAnswer(Answer):
    """What the caller did with an event."""

    read_at: UtcTime | None = None
    starred_at: UtcTime | None = None
    snoozed_until: UtcTime | None = None
    done_at: UtcTime | None = None


class EventAnswer(Answer):
    """One event of a list."""

    id: uuid.UUID
    business_id: uuid.UUID
    client_id: uuid.UUID
    client_name: str
    title: str
    summary: str
    url: str
    publisher: str | None
    source_api: ReporterName
    published_at: UtcTime | None
    category: Category
    group: CategoryGroup
    severity: Severity
    relevance_score: float
    relevance_factors: dict[str, float]
    sentiment_score: float
    risk_level: RiskLevel
    risk_reason: str
    urgency: Urgency
    urgency_reason: str
    evidence: list[dict[str, Any]] = Field(
        description="Quotes of four words or more; `fields` says whether one carries the "
        "`category`, the `risk` or both; "
        "in one event's answer `source_number` counts in `sources`, from 1"
    )
    provenance: Provenance
    simulation_reason: SimulationReason | None
    classified_by: AIName
    classified_by_fallback: bool
    model: str | None
    prompt_version: str | None
    needs_review: bool
    review_reason: str | None
    insight_wanted_at: UtcTime | None = Field(
        description="When an insight was asked for that is not written yet"
    )
    story_id: uuid.UUID | None
    change_note: str | None = Field(
        description="What is new, where the event continues a story; else null"
    )
    source_count: int = Field(description="How many reports the event rests on")
    job_run_id: uuid.UUID | None
    created_at: UtcTime
    updated_at: UtcTime
    state: EventStateAnswer


class EventListAnswer(Answer):
    """A part of the list of events."""

    events: list[EventAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class InsightAnswer(Answer):
    """Why an event matters and what to do."""

    why_it_matters: str
    claims: list[dict[str, Any]] = Field(
        description="Each a `text`, the `quote` that carries it, its `source_ref` (`crm` or a raw "
        "row) and `source_number`, its place in `sources` from 1"
    )
    recommended_actions: list[str]
    urgency: Urgency
    urgency_reason: str
    provider: AIName
    by_fallback: bool
    model: str
    prompt_version: str
    input_tokens: int
    output_tokens: int
    cost_usd: float | None = Field(
        description="US dollars; null where the price of the model is not known"
    )
    created_at: UtcTime


class EventSourceAnswer(Answer):
    """One report that an event rests on."""

    source_api: ReporterName
    title: str
    url: str
    publisher: str | None
    snippet: str
    published_at: UtcTime | None
    fetched_at: UtcTime
    provenance: Provenance
    outcome: RawOutcome | None = Field(
        description="`created` for the report that the event was made from, else `duplicate`"
    )
    outcome_reason: str | None
    is_sighting: bool = Field(
        False,  # noqa: FBT003 -- a default value
        description="Whether another source brought the very same text",
    )
    match_score: float | None = Field(description="How surely it is about the client, 0 to 1")
    match_reasons: list[str] | None


class ChapterAnswer(Answer):
    """One event of a story, as another event of it lists it."""

    event_id: uuid.UUID
    title: str
    change_note: str | None
    publisher: str | None
    url: str
    created_at: UtcTime


class EventDetailAnswer(EventAnswer):
    """One event with everything that is known of it."""

    insight: InsightAnswer | None
    sources: list[EventSourceAnswer] = Field(
        description="All reports that the event rests on; the one it was made from comes first"
    )
    story: list[ChapterAnswer] = Field(
        description="All events of the story, oldest first; empty where this is the only one"
    )
    feedback: FeedbackAnswer | None


class DecisionAnswer(Answer):
    """Why one user was or was not told of an event over one channel."""

    user_id: int
    user_name: str
    channel: Channel
    verdict: Verdict
    reason: str
    checks: list[dict[str, Any]]
    created_at: UtcTime


class DecisionListAnswer(Answer):
    """The decisions about one event that the caller may see."""

    decisions: list[DecisionAnswer]
    total: int


class EventStateChangedAnswer(Answer):
    """An event's state after a change."""

    id: uuid.UUID
    state: EventStateAnswer
