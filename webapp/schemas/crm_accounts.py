"""Accounts of a CRM that come in by CSV, and how they are listed."""

import uuid
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from webapp import clock
from webapp.schemas import client_fields as fields
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime
from webapp.schemas.clients import ImportLineProblem
from webapp.schemas.crm import FactsAnswer

MOST = 1_000_000


def _not_ahead(value: date | None) -> date | None:
    # A day's grace: a file may come from a zone where it is tomorrow already
    if value is not None and value > clock.now().date() + timedelta(days=1):
        raise ValueError("lies in the future")
    return value


def _plain_count(value: object) -> object:
    return value.replace(",", "") if isinstance(value, str) else value


Count = Annotated[int | None, BeforeValidator(_plain_count), Field(ge=0, le=MOST)]
Past = Annotated[fields.RenewalOn, AfterValidator(_not_ahead)]
Text = Annotated[str | None, Field(max_length=120)]


class AccountRow(Schema):
    """One account of a file. Everything but the name is optional; what is absent is unknown."""

    account_id: Annotated[str | None, Field(max_length=64)] = None
    name: fields.Name
    domain: fields.Domain = None
    industry: fields.Industry = None
    arr: fields.Arr = None
    currency: fields.Currency | None = None
    renewal_on: fields.RenewalOn = None
    health: Text = None
    stage: Text = None
    owner: Text = None
    employees: Count = None
    contacts: Count = None
    champion: Text = None
    open_cases: Count = None
    urgent_cases: Count = None
    open_deals: Count = None
    last_activity_on: Past = None
    as_of: Past = None

    @field_validator("urgent_cases")
    @classmethod
    def _among_the_open(cls, urgent: int | None, info: ValidationInfo) -> int | None:
        if urgent and urgent > (info.data.get("open_cases") or 0):
            raise ValueError("urgent cases are among open_cases, so there cannot be more of them")
        return urgent


class CrmImportRow(Answer):
    """One account of a file as it was understood."""

    line: int
    account_id: str
    name: str
    domain: str | None
    arr: float | None
    currency: str | None
    renewal_on: date | None
    outcome: str = Field(description="created, updated or unchanged")


class CrmImportAnswer(Answer):
    """What an import did, or would do. Lines with problems were left out, all others taken."""

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    failed: int
    linked: int = Field(description="Clients that have facts because of this file")
    proposed: int = Field(description="Clients for whom somebody has to choose an account")
    problems: list[ImportLineProblem]
    ignored_columns: list[str]
    rows: list[CrmImportRow] = Field(description="The first accounts of the file")


class AccountListQuery(PageQuery):
    """Which imported accounts are wanted."""

    q: str | None = Field(None, max_length=200, description="A part of the name or domain")


class ImportedAccountAnswer(Answer):
    """An imported account."""

    id: uuid.UUID
    account_id: str
    name: str
    stated_at: UtcTime = Field(description="As of when its facts are")
    imported_at: UtcTime
    file_name: str | None
    facts: FactsAnswer


class ImportedAccountListAnswer(Answer):
    """A page of imported accounts, by name."""

    accounts: list[ImportedAccountAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter
