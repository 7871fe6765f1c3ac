"""Coverage: for each client, source and day what was asked and what came back."""

import uuid
from datetime import date
from enum import StrEnum

from pydantic import Field

from webapp.enums import SourceName
from webapp.schemas.base import Answer, Day, NextAfter, PageQuery, Schema, UtcTime

MAX_DAYS = 31


class CoverageStatus(StrEnum):
    """How one source did for one client on one day."""

    FOUND = "found"
    EMPTY = "empty"
    FAILED = "failed"
    OVER_QUOTA = "over_quota"
    NOT_CONFIGURED = "not_configured"
    NOT_CHECKED = "not_checked"


class ClientCoverageState(StrEnum):
    """How a client was covered in all, worst first."""

    UNCHECKED = "unchecked"
    FAILED = "failed"
    PARTLY = "partly"
    SIMULATED = "simulated"
    QUIET = "quiet"
    FOUND = "found"


class CoveragePeriod(Schema):
    """Which days, in the caller's own time zone; without any, today."""

    start_date: Day | None = Field(None, description="First day; the last one if absent")
    end_date: Day | None = Field(None, description="Last day, included; today if absent")


class CoverageQuery(CoveragePeriod, PageQuery):
    """Which clients, sources and days are wanted."""

    client_id: uuid.UUID | None = None
    source: SourceName | None = None
    state: ClientCoverageState | None = Field(None, description="Only clients that fared so")
    q: str | None = Field(None, max_length=200, description="Part of the client's name")


class CoverageCellAnswer(Answer):
    """One source for one client on one day."""

    source: SourceName
    label: str
    day: date
    status: CoverageStatus
    found: int = Field(description="Results, before duplicates and other companies are taken out")
    checks: int = Field(description="How often the source was asked, stored answers included")
    failures: int = Field(description="How many of these failed or were over quota")
    last_checked_at: UtcTime | None
    message: str | None = Field(description="Why it failed, or what is missing")


class ClientCoverageAnswer(Answer):
    """One client: how it was covered in all, and by each source on each day."""

    client_id: uuid.UUID
    client_name: str
    state: ClientCoverageState
    summary: str = Field(description="One sentence, which also says why there may be no news")
    events: int = Field(description="Events that these days brought")
    last_checked_at: UtcTime | None = Field(description="The last check ever, by any source")
    sources: list[CoverageCellAnswer]


class CoverageListAnswer(Answer):
    """A page of clients, worst covered first."""

    coverage: list[ClientCoverageAnswer]
    start_date: date
    end_date: date
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class LastCheckAnswer(Answer):
    """The latest answer of one source for a client."""

    source: SourceName
    label: str
    status: CoverageStatus
    found: int
    last_checked_at: UtcTime | None
    message: str | None


class OneClientCoverageAnswer(ClientCoverageAnswer):
    """One client, with the latest answer of each source whenever it was."""

    last_checks: list[LastCheckAnswer]
    outcomes: dict[str, int] = Field(description="What became of the results of these days")
