"""What a CRM takes and returns."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from webapp.enums import ArrBasis, CRMName, MatchBasis


@dataclass(frozen=True)
class CRMContact:
    """A person at the client."""

    name: str
    title: str | None = None
    email: str | None = None
    is_champion: bool = False
    is_decision_maker: bool = False


@dataclass(frozen=True)
class CRMOpportunity:
    """A deal in progress or done; `currency` where the CRM states it."""

    name: str
    stage: str | None = None
    amount: float | None = None
    close_on: date | None = None
    is_closed: bool = False
    is_won: bool = False
    currency: str | None = None


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
    """What the CRM knows of one account; None is what it does not say. ARR is a year's.

    The counts are None where the CRM does not show the list; `not_shown` names what it keeps
    from us, and `remarks` says in sentences what else is odd. Who is not among `contacts` is known
    not to be there only where `has_all_contacts`.
    """

    provider: CRMName
    account_id: str
    account_name: str
    fetched_at: datetime
    industry: str | None = None
    arr: float | None = None
    currency: str | None = None
    renewal_on: date | None = None
    stage: str | None = None
    owner_name: str | None = None
    health: str | None = None
    last_activity_on: date | None = None
    employees: int | None = None
    contacts: tuple[CRMContact, ...] = ()
    opportunities: tuple[CRMOpportunity, ...] = ()
    cases: tuple[CRMCase, ...] = ()
    website: str | None = None
    account_url: str | None = None
    arr_basis: ArrBasis | None = None
    matched_by: MatchBasis | None = None
    contact_count: int | None = None
    open_deal_count: int | None = None
    open_case_count: int | None = None
    urgent_case_count: int | None = None
    not_shown: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    has_all_contacts: bool = False

    @property
    def open_cases(self) -> tuple[CRMCase, ...]:
        """The cases that are not closed."""
        return tuple(case for case in self.cases if not case.is_closed)


@dataclass(frozen=True)
class CRMLookup:
    """How to find a client in a CRM: by id, else domain, else name.

    `provider` is whose id it is, None where nobody said. Accounts in `rejected` are somebody
    else's. `imported` are accounts out of a file that may be this client.
    """

    client_id: str
    name: str
    domain: str | None = None
    account_id: str | None = None
    provider: CRMName | None = None
    further_names: tuple[str, ...] = ()
    rejected: frozenset[tuple[CRMName, str]] = frozenset()
    imported: tuple[CRMFacts, ...] = ()


@dataclass(frozen=True)
class CRMFinding:
    """What a CRM knows of a client. No facts and no candidates: it knows no such account.

    `candidates` are the accounts that may be the client, for a person to choose from; that whose
    facts are here is among them unless its id was given. `is_gone` says that the id which was
    given is not there any more.
    """

    facts: CRMFacts | None = None
    candidates: tuple[CRMFacts, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True)
class CRMUsage:
    """Calls that an account's daily allowance took so far, by everybody who uses it."""

    used: int
    limit: int


@dataclass(frozen=True)
class CRMCheck:
    """What a CRM answered when it was tried: who it takes us for, and what it does not show."""

    account: str
    usage: CRMUsage | None = None
    not_shown: tuple[str, ...] = ()


class CRMProvider(Protocol):
    """One CRM."""

    name: CRMName

    def is_configured(self) -> bool:
        """Tell whether credentials are there."""
        ...

    def get_enriched_account_data(self, lookup: CRMLookup) -> CRMFinding:
        """Return the client's account with contacts, opportunities and cases.

        An account is taken by its id, or by a domain that no other account has; one that only
        has the name is a candidate. Raises ProviderError.
        """
        ...

    def usage(self) -> CRMUsage | None:
        """Return how much of the allowance was used at the last answer, where the CRM tells."""
        ...

    def check(self) -> CRMCheck:
        """Try everything that is needed once; raises ProviderError."""
        ...
