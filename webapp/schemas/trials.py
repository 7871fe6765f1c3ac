"""Trials: what is asked of one, and what is told of it."""

import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from webapp.enums import (
    AIName,
    Category,
    RawOutcome,
    TrialAdoption,
    TrialKind,
    TrialStatus,
    TrialStop,
)
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime

MAX_TRIAL_ROWS = 10_000
DEFAULT_TRIAL_ROWS = 1_000
TRIABLE = (
    RawOutcome.CREATED,
    RawOutcome.IRRELEVANT,
    RawOutcome.WRONG_COMPANY,
    RawOutcome.ERROR,
)
"""The outcomes whose rows a trial can judge; what repeats an event is judged with that."""


def _triable(outcomes: list[RawOutcome]) -> list[RawOutcome]:
    if not set(TRIABLE).issuperset(outcomes):
        raise ValueError(f"can be of: {', '.join(TRIABLE)}")
    return list(dict.fromkeys(outcomes))


class TrialSelection(Schema):
    """Which stored rows a trial judges; without any field the newest thousand."""

    client_ids: list[uuid.UUID] = Field(
        default_factory=list, max_length=1000, description="Only these clients"
    )
    since: UtcTime | None = Field(None, description="Only rows stored at or after this time")
    until: UtcTime | None = Field(None, description="Only rows stored before this time")
    categories: list[Category] = Field(
        default_factory=list,
        max_length=len(Category),
        description="Only rows that became events of these categories",
    )
    outcomes: Annotated[list[RawOutcome], AfterValidator(_triable)] = Field(
        default_factory=lambda: [RawOutcome.CREATED, RawOutcome.IRRELEVANT],
        max_length=len(RawOutcome),
        description="Only rows with these outcomes; `created` are those that became events",
    )
    collected: bool = Field(
        False,  # noqa: FBT003 -- a default value
        description="Also rows that were only collected and never judged",
    )
    limit: int = Field(
        DEFAULT_TRIAL_ROWS, ge=1, le=MAX_TRIAL_ROWS, description="At most so many, newest first"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> "TrialSelection":
        if self.since and self.until and self.since >= self.until:
            raise ValueError("`until` has to be later than `since`")
        if not self.outcomes and not self.collected:
            raise ValueError("choose at least one outcome, or collected rows")
        return self


class TrialInput(TrialSelection):
    """What is to be judged, by whom, and within which bounds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"provider": "rules", "since": "2026-11-01T00:00:00Z"}]}
    )

    provider: AIName | None = Field(
        None, description="`openai`, `anthropic` or `rules`; absent is who judges new finds now"
    )
    model: str | None = Field(
        None,
        min_length=1,
        max_length=80,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$",
        description="A model of that provider; absent is the one that is set",
    )
    cost_cap_usd: float | None = Field(
        None, ge=0, le=1_000_000, description="No call is made that would take it past this"
    )
    tells: bool = Field(
        True,  # noqa: FBT003 -- a default value
        description="Whether adoption tells users of what they would have been told",
    )


class TrialEstimateAnswer(Answer):
    """What a trial would be about and about what it would cost."""

    rows: int
    clients: int
    ai_calls: int
    estimated_usd: float | None = Field(description="Null where the model's price is not known")
    provider: AIName
    model: str


class TrialCountsAnswer(Answer):
    """How many rows would become what."""

    waiting: int
    changed: int
    new_events: int
    same: int
    no_event: int
    failed: int
    category_moved: int
    relevance_moved: int
    risk_moved: int
    told: int = Field(description="How many differences somebody would be told of")
    done: int = Field(description="Written by the adoption")
    skipped: int = Field(description="Left out by the adoption, as they had changed")


class TrialAnswer(Answer):
    """One trial."""

    id: uuid.UUID
    status: TrialStatus
    stop_reason: TrialStop | None
    error_message: str | None
    selection: dict[str, Any]
    provider: AIName
    model: str
    judged_by: str | None
    prompt_version: str | None
    tells: bool
    cost_cap_usd: float | None
    estimated_usd: float | None
    cost_usd: float
    ai_calls: int
    ai_tokens: int
    rows_total: int
    rows_done: int
    created_by: str | None
    created_at: UtcTime
    started_at: UtcTime | None
    finished_at: UtcTime | None
    decided_by: str | None
    decided_at: UtcTime | None
    adopted_at: UtcTime | None


class ToldAnswer(Answer):
    """One user who would be told, once for all channels."""

    user_name: str
    differences: int


class TrialDetailAnswer(TrialAnswer):
    """One trial with what it found."""

    counts: TrialCountsAnswer
    told: list[ToldAnswer] = Field(description="Who would hear of how many differences")


class TrialListAnswer(Answer):
    """A part of the trials, latest first."""

    trials: list[TrialAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class TrialItemsQuery(PageQuery):
    """Which differences are wanted."""

    kind: TrialKind | None = Field(
        None, description="Absent is every difference: changed and new events"
    )
    told: bool = Field(False, description="Only what somebody would be told of")  # noqa: FBT003 -- a default value
    skipped: bool = Field(False, description="Only what the adoption left out")  # noqa: FBT003 -- a default value


class TrialItemAnswer(Answer):
    """What is, what would be, who would hear of it."""

    id: uuid.UUID
    client_id: uuid.UUID
    client_name: str
    raw_data_id: uuid.UUID | None
    event_id: uuid.UUID | None
    title: str
    kind: TrialKind
    is_category_moved: bool
    is_relevance_moved: bool
    is_risk_moved: bool
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    told: list[dict[str, Any]]
    reason: str | None
    adoption: TrialAdoption | None
    adoption_note: str | None


class TrialItemsAnswer(Answer):
    """A part of a trial's rows."""

    items: list[TrialItemAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class RevisionAnswer(Answer):
    """What an event was until a time."""

    until: UtcTime
    before: dict[str, Any]
    replaced_by: str | None = Field(description="Who adopted the trial that replaced it")
    trial_id: uuid.UUID | None


class RevisionListAnswer(Answer):
    """Everything that an event was before, latest first."""

    revisions: list[RevisionAnswer]
    total: int
