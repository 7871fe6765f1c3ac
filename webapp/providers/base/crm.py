"""What a CRM takes and returns."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from webapp.enums import CRMName


@dataclass(frozen=True)
class CRMLookup:
    """How to find a client in a CRM: by id, else domain, else name."""

    client_id: str
    name: str
    domain: str | None = None
    account_id: str | None = None


@dataclass(frozen=True)
class CRMContact:
    """A person at the client."""

    name: str
    title: str | None = None
    email: str | None = None
    is_champion: bool = False


@dataclass(frozen=True)
class CRMOpportunity:
    """A deal in progress or done; `amount` in the account's currency."""

    name: str
    stage: str | None = None
    amount: float | None = None
    close_on: date | None = None
    is_closed: bool = False
    is_won: bool = False


@dataclass(frozen=True)
class CRMCase:
    """A support case."""

    subject: str
    status: str | None = None
    priority: str | None = None
    opened_on: date | None = None
    is_closed: bool = False


@dataclass(frozen=True)
class CRMFacts:
    """What the CRM knows of one client. Amounts are in `currency` units, a year where ARR."""

    provider: CRMName
    account_id: str
    account_name: str
    fetched_at: datetime
    industry: str | None = None
    arr: float | None = None
    currency: str = "USD"
    renewal_on: date | None = None
    stage: str | None = None
    owner_name: str | None = None
    health: str | None = None
    last_activity_on: date | None = None
    employees: int | None = None
    contacts: tuple[CRMContact, ...] = ()
    opportunities: tuple[CRMOpportunity, ...] = ()
    cases: tuple[CRMCase, ...] = ()

    @property
    def open_cases(self) -> tuple[CRMCase, ...]:
        """The cases that are not closed."""
        return tuple(case for case in self.cases if not case.is_closed)


class CRMProvider(Protocol):
    """One CRM."""

    name: CRMName

    def is_configured(self) -> bool:
        """Tell whether credentials are there."""
        ...

    def get_enriched_account_data(self, lookup: CRMLookup) -> CRMFacts | None:
        """Return the account with contacts, opportunities and cases, or None if there is none.

        Raises ProviderError.
        """
        ...
