"""What every provider family takes and returns: Protocols and frozen border types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from webapp.enums import AIName, Category, CRMName, MailProviderName, SourceName, Urgency

# --- search -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class SearchTarget:
    """The client to search for: everything that a source may need to find it."""

    client_id: str
    name: str
    legal_name: str | None = None
    domain: str | None = None
    ticker: str | None = None
    cik: str | None = None
    aliases: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    must_have_terms: tuple[str, ...] = ()
    must_not_terms: tuple[str, ...] = ()
    feed_urls: tuple[str, ...] = ()
    industry: str | None = None


@dataclass(frozen=True)
class SearchResult:
    """One found item, normalised; `raw` is the source's own JSON for it, untouched."""

    source: SourceName
    title: str
    url: str
    snippet: str
    publisher: str | None
    published_at: datetime | None
    query: str
    fetched_at: datetime
    raw: Mapping[str, Any]
    language: str | None = None
    category_hint: Category | None = None
    """A category that the source itself states (an SEC item), else None."""


class SearchProvider(Protocol):
    """One source of news about a client."""

    name: SourceName

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether this source has the key, feed or number that it needs for the client."""
        ...

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return what was found, newest first where the source says so.

        Raises ProviderError; an empty list means that the source answered and found nothing.
        """
        ...


# --- CRM --------------------------------------------------------------------------------------


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


# --- AI ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Usage:
    """What one AI call used: tokens (cached ones included in input) and US dollars."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    calls: int = 1


@dataclass(frozen=True)
class ClassifyItem:
    """One article to classify. `ref` comes back with the verdict."""

    ref: str
    title: str
    snippet: str
    publisher: str | None = None
    published_on: date | None = None
    category_hint: Category | None = None


@dataclass(frozen=True)
class ClassifyRequest:
    """All of one client's new articles; holds no CRM facts and no other client's words."""

    client_name: str
    client_aliases: tuple[str, ...]
    client_industry: str | None
    items: tuple[ClassifyItem, ...]


@dataclass(frozen=True)
class Classification:
    """What an article is. Scores are already checked: relevance 0-1, sentiment -1 to 1."""

    ref: str
    category: Category
    relevance: float
    sentiment: float
    risk_level: str
    risk_reason: str
    urgency: Urgency
    urgency_reason: str
    summary: str
    evidence: tuple[str, ...]
    """Quotes, word for word from the title or snippet."""
    about_client: bool = True
    factors: Mapping[str, float] = field(default_factory=dict)
    """What the relevance is made of, where the classifier can say."""


@dataclass(frozen=True)
class ClassifyAnswer:
    """One verdict an item that the classifier could judge; missing refs were unusable."""

    verdicts: tuple[Classification, ...]
    provider: AIName
    model: str
    prompt_version: str
    usage: Usage


@dataclass(frozen=True)
class InsightRequest:
    """One event with its sources and, where they are trustworthy, the client's CRM facts."""

    client_name: str
    category: Category
    title: str
    summary: str
    sentiment: float
    relevance: float
    risk_level: str
    urgency: Urgency
    sources: tuple[ClassifyItem, ...]
    facts: CRMFacts | None
    today: date


@dataclass(frozen=True)
class InsightClaim:
    """One sentence of an insight and the quote that carries it; `source_ref` may be "crm"."""

    text: str
    quote: str
    source_ref: str


@dataclass(frozen=True)
class InsightAnswer:
    """Why the event matters and what to do; plain text throughout."""

    why_it_matters: str
    claims: tuple[InsightClaim, ...]
    recommended_actions: tuple[str, ...]
    urgency: Urgency
    urgency_reason: str
    provider: AIName
    model: str
    prompt_version: str
    usage: Usage


class AIProvider(Protocol):
    """One maker of classifications and insights."""

    name: AIName

    def is_configured(self) -> bool:
        """Tell whether a key is there (the rules always are)."""
        ...

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:
        """Judge every item in one call. Raises ProviderError."""
        ...

    def write_insight(self, request: InsightRequest) -> InsightAnswer:
        """Say why one event matters. Raises ProviderError."""
        ...


# --- mail -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OutgoingMail:
    """A mail ready to leave; `message_id` with its angle brackets, the same on every try."""

    message_id: str
    sender_name: str
    sender_email: str
    recipient: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MailReceipt:
    """That the mail was taken over; the provider's own id where it gives one."""

    provider: MailProviderName
    provider_message_id: str


class MailRefusedError(Exception):
    """The mail will never be taken (an SMTP 5xx).

    `is_bounce` when it was refused at RCPT, `suppress` when the address does not exist (5.1.x).
    """

    def __init__(self, message: str, *, is_bounce: bool, suppress: bool) -> None:
        super().__init__(message)
        self.is_bounce = is_bounce
        self.suppress = suppress


class MailDeferredError(Exception):
    """The mail was not taken now (4xx, time-out, no connection); try again later."""


class MailProvider(Protocol):
    """One way to hand over a mail."""

    name: MailProviderName

    def is_configured(self) -> bool:
        """Tell whether the settings that it needs are there."""
        ...

    def send(self, mail: OutgoingMail) -> MailReceipt:
        """Hand the mail over within 10 s. Raises MailRefusedError or MailDeferredError."""
        ...
