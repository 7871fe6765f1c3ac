"""Raw rows: which are wanted, what goes out, and what is asked of a reprocessing."""

import uuid
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from webapp.enums import Category, Provenance, RawOutcome, SimulationReason, SourceName
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime
from webapp.schemas.events import DayOrMoment

MAX_ROWS = 100_000
REPEATABLE = frozenset(
    {
        RawOutcome.WRONG_COMPANY,
        RawOutcome.IRRELEVANT,
        RawOutcome.OLD,
        RawOutcome.ERROR,
        RawOutcome.DEFERRED,
    }
)
"""The outcomes that can be judged once more; the others have their event."""


def _repeatable(outcomes: list[RawOutcome]) -> list[RawOutcome]:
    if not REPEATABLE.issuperset(outcomes):
        raise ValueError(f"can be of: {', '.join(sorted(REPEATABLE))}")
    return list(dict.fromkeys(outcomes))


class RawState(StrEnum):
    """Where a raw row stands: what became of it, or why nothing did so far."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    IRRELEVANT = "irrelevant"
    OLD = "old"
    WRONG_COMPANY = "wrong_company"
    DEFERRED = "deferred"
    ERROR = "error"
    WAITING = "waiting"
    COLLECTED = "collected"


class RawDataListQuery(PageQuery):
    """Filters of the list of raw rows."""

    client_id: uuid.UUID | None = None
    job_run_id: uuid.UUID | None = Field(None, description="Run that found it first")
    source: SourceName | None = None
    provenance: Provenance | None = None
    state: RawState | None = Field(
        None,
        description="An outcome, or of rows without one: `waiting` for the next run, or "
        "`collected` by `search_only` until they are reprocessed",
    )
    outcome: RawOutcome | None = None
    is_processed: bool | None = None
    collect_only: bool | None = Field(None, description="Stored by `search_only` and not taken up")
    q: str | None = Field(None, max_length=200, description="Words of title or publisher")
    start_date: DayOrMoment | None = Field(None, description="Found at or after: a date or a time")
    end_date: DayOrMoment | None = Field(
        None, description="Found until: a date (its whole day in your zone) or a time"
    )


class RawDataAnswer(Answer):
    """One found item and what became of it."""

    id: uuid.UUID
    business_id: uuid.UUID
    client_id: uuid.UUID
    job_run_id: uuid.UUID | None
    source_api: SourceName
    content_hash: str
    url: str
    canonical_url: str
    title: str
    snippet: str
    publisher: str | None
    language: str | None
    category_hint: Category | None
    published_at: UtcTime | None
    query: str
    fetched_at: UtcTime
    provenance: Provenance
    simulation_reason: SimulationReason | None
    collect_only: bool
    is_processed: bool
    outcome: RawOutcome | None
    outcome_reason: str | None
    match_score: float | None
    match_reasons: list[str] | None
    processed_into_event_id: uuid.UUID | None
    created_at: UtcTime
    processed_at: UtcTime | None


class SightingAnswer(Answer):
    """A further source that brought the same."""

    source_api: SourceName
    url: str
    publisher: str | None
    raw_content: str
    created_at: UtcTime


class RawDataDetailAnswer(RawDataAnswer):
    """One found item with its source's JSON as it came, and its further sightings."""

    raw_content: str
    sightings: list[SightingAnswer]


class RawDataListAnswer(Answer):
    """A page of raw rows, newest first."""

    raw_data: list[RawDataAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class ReprocessInput(Schema):
    """Which rows are to become events; without any field all that wait."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"since": "2026-11-01T00:00:00Z", "outcomes": ["deferred"]}]
        }
    )

    client_id: uuid.UUID | None = None
    since: UtcTime | None = Field(None, description="Only rows stored at or after this time")
    limit: int | None = Field(
        None, ge=1, le=MAX_ROWS, description="At most so many rows, newest first"
    )
    outcomes: Annotated[list[RawOutcome], AfterValidator(_repeatable)] = Field(
        default_factory=list,
        max_length=len(RawOutcome),
        description="Rows that were judged with one of these outcomes are judged once more",
    )


class ReprocessAnswer(Answer):
    """What is being reprocessed; without a run nothing waited."""

    message: str
    job_run_id: uuid.UUID | None
    rows: int
    clients: int
