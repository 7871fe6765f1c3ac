"""What a CRM says of a client, which account is whose, and what people decide on it."""

import uuid
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from webapp.enums import (
    ArrBasis,
    CRMName,
    EngagementFactor,
    MatchBasis,
    MatchStatus,
    Provenance,
    RiskSignal,
    SimulationReason,
)
from webapp.providers.crm.account_ids import bare_id
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime

AccountId = Annotated[
    str,
    AfterValidator(bare_id),
    Field(min_length=1, max_length=500, description="Id, or the address of the account's page"),
]


class AccountInput(Schema):
    """An account of a CRM."""

    provider: CRMName
    account_id: AccountId


class ContactAnswer(Answer):
    """A person at the client."""

    name: str
    title: str | None
    email: str | None
    is_champion: bool


class OpportunityAnswer(Answer):
    """A deal in progress or done."""

    name: str
    stage: str | None
    amount: float | None
    currency: str | None = Field(description="Null where the CRM does not state it")
    close_on: date | None
    is_closed: bool
    is_won: bool


class CaseAnswer(Answer):
    """A support case."""

    subject: str
    status: str | None
    priority: str | None
    opened_on: date | None
    is_closed: bool


class FactsAnswer(Answer):
    """What the CRM knows of an account. Null is what it does not say."""

    provider: CRMName
    account_id: str
    account_name: str
    account_url: str | None
    website: str | None
    matched_by: MatchBasis | None = Field(description="What ties the account to the client")
    industry: str | None
    arr: float | None
    arr_basis: ArrBasis | None = Field(description="How the yearly revenue is known")
    currency: str | None
    renewal_on: date | None
    stage: str | None
    owner_name: str | None
    health: str | None
    last_activity_on: date | None
    employees: int | None
    contact_count: int | None
    open_deal_count: int | None
    open_case_count: int | None
    urgent_case_count: int | None
    contacts: list[ContactAnswer]
    opportunities: list[OpportunityAnswer]
    cases: list[CaseAnswer]
    not_shown: list[str] = Field(description="What the CRM keeps from Beacon, and why")
    remarks: list[str]


class RiskReasonAnswer(Answer):
    """One thing that puts an account in danger."""

    signal: RiskSignal
    text: str


class RiskAnswer(Answer):
    """Whether an account is at risk, and why."""

    at_risk: bool
    reasons: list[RiskReasonAnswer]


class FactorAnswer(Answer):
    """One factor of engagement."""

    factor: EngagementFactor
    value: float | None = Field(description="From 0.0 to 1.0; null where nothing is known")
    weight: float
    told: str


class EngagementAnswer(Answer):
    """How engaged an account is: the weighted mean of the factors that are known."""

    score: float | None
    factors: list[FactorAnswer]


class AccountDetails(Answer):
    """What tells an account from others with its name or domain."""

    website: str | None = None
    industry: str | None = None
    owner_name: str | None = None
    arr: float | None = None
    currency: str | None = None
    last_activity_on: date | None = None
    account_url: str | None = None


class MatchAnswer(Answer):
    """An account that may be the client."""

    provider: CRMName
    account_id: str
    account_name: str
    basis: MatchBasis
    status: MatchStatus
    details: AccountDetails
    decided_at: UtcTime | None


class ClientCrmAnswer(Answer):
    """What is known of a client's account.

    Facts are `live` while the CRM answers, `cached` while it does not, `simulated` where the
    business has no CRM.
    """

    client_id: uuid.UUID
    is_configured: bool
    is_confirmed: bool
    provider: CRMName | None
    account_id: str | None
    provenance: Provenance | None
    simulation_reason: SimulationReason | None
    fetched_at: UtcTime | None = Field(description="As of when the facts are")
    is_old: bool
    trouble: str | None = Field(description="Why the CRM could not be asked last")
    gone_at: UtcTime | None = Field(description="Since when the confirmed account is not there")
    differs: bool = Field(description="Whether the client itself has other figures")
    facts: FactsAnswer | None
    risk: RiskAnswer | None
    engagement: EngagementAnswer | None
    proposals: list[MatchAnswer]
    rejected: list[MatchAnswer]


class ClientMatchesAnswer(Answer):
    """A client, and the accounts that it may be."""

    client_id: uuid.UUID
    client_name: str
    proposals: list[MatchAnswer]


class MatchListQuery(PageQuery):
    """Which part of the list is wanted."""


class MatchListAnswer(Answer):
    """Clients for whom somebody should choose an account."""

    clients: list[ClientMatchesAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class CrmCheckAnswer(Answer):
    """What a CRM answered when it was tried."""

    provider: CRMName
    account: str
    calls_used: int | None = Field(description="Calls of the day by the whole account")
    calls_limit: int | None
    not_shown: list[str]
