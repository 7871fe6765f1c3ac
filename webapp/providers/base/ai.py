"""What a classifier and writer takes and returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from webapp.enums import AIName, Category, Urgency
from webapp.providers.base.crm import CRMFacts


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

    def load(self) -> None:
        """Do once what would make the first call slow; a worker does it before it forks."""
        ...

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:
        """Judge every item in one call. Raises ProviderError."""
        ...

    def write_insight(self, request: InsightRequest) -> InsightAnswer:
        """Say why one event matters. Raises ProviderError."""
        ...
