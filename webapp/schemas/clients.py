"""Clients: what comes in by form, JSON and CSV, and what goes out."""

import uuid
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from webapp.enums import ClientStatus, ClientTier, CRMName, MemberRole
from webapp.schemas import client_fields as fields
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime


class StatusFilter(StrEnum):
    """Which clients are wanted: those that are watched, archived ones, or both."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    ALL = "all"


class ClientSort(StrEnum):
    """The order of the list; `last_checked` begins with whom nobody looked at for longest."""

    NAME = "name"
    NEWEST = "newest"
    LAST_CHECKED = "last_checked"
    EVENTS = "events"
    RENEWAL = "renewal"
    ARR = "arr"


class MemberInput(Schema):
    """A user who looks after the client; each role counts as assigned."""

    user_id: fields.UserId
    role: MemberRole = MemberRole.OWNER


def _one_role_each(members: list[MemberInput]) -> list[MemberInput]:
    if len({each.user_id for each in members}) < len(members):
        raise ValueError("name each user once")
    return members


Members = Annotated[
    list[MemberInput],
    AfterValidator(_one_role_each),
    Field(max_length=fields.MAX_MEMBERS, description="Who looks after the client"),
]


class ClientInput(Schema):
    """A new client. All that tells it from other companies is optional and helps."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Halcyon Health",
                    "domain": "halcyon-health.com",
                    "tier": "enterprise",
                    "aliases": ["Halcyon"],
                    "must_not_terms": ["Halcyon Hotels"],
                    "arr": 120000,
                    "renewal_on": "2027-03-31",
                }
            ]
        }
    )

    business_id: fields.BusinessId = None
    name: fields.Name
    status: ClientStatus = ClientStatus.ACTIVE
    tier: ClientTier | None = None
    industry: fields.Industry = None
    legal_name: fields.LegalName = None
    domain: fields.Domain = None
    ticker: fields.Ticker = None
    cik: fields.Cik = None
    aliases: fields.Aliases = Field(default_factory=list)
    products: fields.Products = Field(default_factory=list)
    keywords: fields.Keywords = Field(default_factory=list)
    must_have_terms: fields.MustHaveTerms = Field(default_factory=list)
    must_not_terms: fields.MustNotTerms = Field(default_factory=list)
    feed_urls: fields.FeedUrls = Field(default_factory=list)
    arr: fields.Arr = None
    currency: fields.Currency = "USD"
    renewal_on: fields.RenewalOn = None
    crm_account_id: fields.CrmAccountId = None
    notes: fields.Notes = None
    members: Members = Field(default_factory=list)


class ClientPatch(ClientInput):
    """Part of a client: what is absent stays, null is taken only where it is allowed.

    `members`, if given, replaces everybody.
    """

    name: fields.Name = Field(default_factory=str)


class MembersInput(Schema):
    """Everybody who looks after a client from now on."""

    members: Members


class ClientListQuery(PageQuery):
    """Which clients are wanted."""

    q: str | None = Field(None, max_length=200, description="Words of name, domain or ticker")
    status: StatusFilter = StatusFilter.ACTIVE
    tier: ClientTier | None = None
    owner: int | None = Field(
        None, ge=1, le=2_147_483_647, description="Id of a user who looks after the client"
    )
    assigned_only: bool = Field(default=False, description="Only clients that you look after")
    renews_within: int | None = Field(
        None, ge=0, le=3650, description="Contract renews within so many days"
    )
    sort: ClientSort = ClientSort.NAME


class MemberAnswer(Answer):
    """A user who looks after the client."""

    user_id: int
    role: MemberRole


class ClientAnswer(Answer):
    """A client as it is stored."""

    id: uuid.UUID
    business_id: uuid.UUID
    name: str
    status: ClientStatus
    tier: ClientTier | None
    industry: str | None
    legal_name: str | None
    domain: str | None
    ticker: str | None
    cik: str | None
    aliases: list[str]
    products: list[str]
    keywords: list[str]
    must_have_terms: list[str]
    must_not_terms: list[str]
    feed_urls: list[str]
    arr: float | None
    currency: str
    renewal_on: date | None
    crm_account_id: str | None
    crm_provider: CRMName | None
    notes: str | None
    members: list[MemberAnswer]
    last_checked_at: UtcTime | None
    created_at: UtcTime
    updated_at: UtcTime


class ClientListAnswer(Answer):
    """A page of clients."""

    clients: list[ClientAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class FeedInput(Schema):
    """An address to look at."""

    url: Annotated[fields.FeedUrl, Field(min_length=1)]


class FeedAnswer(Answer):
    """What is at an address."""

    url: str
    is_feed: bool
    title: str
    entries: int
    problem: str | None
    proposals: list[str]


class ImportLineProblem(Answer):
    """One line of a file that was left out, and why."""

    line: int
    field: str
    message: str


class ImportAnswer(Answer):
    """What an import did. Lines with problems were left out, all others were taken."""

    created: int
    updated: int
    unchanged: int
    failed: int
    problems: list[ImportLineProblem]
    ignored_columns: list[str]
    dry_run: bool


class ImportQuery(Schema):
    """How to import."""

    dry_run: bool = Field(default=False, description="Only say what would happen")
