"""What a classifier and writer takes and returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from webapp.enums import AIName, Category, Urgency
from webapp.providers.base.crm import CRMFacts


@dataclass(frozen=True)
class Usage:
    """What one or more AI calls used: tokens and US dollars.

    Input holds what was read from and written to the vendor's cache, output what a model thought
    before it answered. `cost_usd` is None where the model's price is not known, and `assumed_usd`
    then what it is taken to have cost.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    calls: int = 1
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    assumed_usd: float = 0.0

    @property
    def counted_usd(self) -> float:
        """What a budget counts."""
        return self.assumed_usd if self.cost_usd is None else self.cost_usd

    def __add__(self, other: "Usage") -> "Usage":
        """Add up; the cost of both is known only if each is."""
        counts = (
            *("input_tokens", "output_tokens", "calls"),
            *("cached_tokens", "cache_write_tokens", "reasoning_tokens"),
        )
        both_known = self.cost_usd is not None and other.cost_usd is not None
        counted = self.counted_usd + other.counted_usd
        return Usage(
            **{name: getattr(self, name) + getattr(other, name) for name in counts},
            cost_usd=counted if both_known else None,
            assumed_usd=counted,
        )


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
    """Quotes, word for word from the title or snippet, that carry the category."""
    risk_evidence: tuple[str, ...] = ()
    """Such quotes that carry the risk and hold each name and number of its reason."""
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


class LanguageModel(AIProvider, Protocol):
    """A maker that is paid for."""

    model: str
    """Its name as it is set."""

    def likely(self, *, characters: int, items: int, calls: int) -> Usage:
        """Return about what it takes to judge so many items with so many characters in all."""
        ...

    def most(self, request: ClassifyRequest | InsightRequest) -> Usage:
        """Return the most that answering can use, what it takes to repair the answer included."""
        ...
