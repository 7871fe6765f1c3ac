"""Providers whose answers a test writes down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from webapp import clock
from webapp.enums import AIName, Category, CRMName, RiskLevel, SourceName, Urgency
from webapp.providers.base import (
    Classification,
    ClassifyAnswer,
    ClassifyRequest,
    CRMCheck,
    CRMFacts,
    CRMFinding,
    CRMLookup,
    CRMUsage,
    InsightAnswer,
    InsightRequest,
    SearchResult,
    SearchTarget,
    Usage,
)


def result(title: str, *, source: SourceName = SourceName.SERPER, **values: object) -> SearchResult:
    """Return a result with a snippet and address made from its title."""
    slug = "-".join(title.lower().split())
    defaults: dict[str, object] = {
        "source": source,
        "title": title,
        "url": f"https://news.example.com/{slug}",
        "snippet": f"{title}, the company said on Monday in a statement.",
        "publisher": "news.example.com",
        "published_at": clock.now() - timedelta(hours=3),
        "query": "test",
        "fetched_at": clock.now(),
        "raw": {"title": title},
    }
    return SearchResult(**{**defaults, **values})  # type: ignore[arg-type]


@dataclass
class ScriptedSearch:
    """Returns results, or raises what it is given; counts its calls, keeps the last window."""

    results: list[SearchResult] = field(default_factory=list)
    name: SourceName = SourceName.SERPER
    error: Exception | None = None
    before: Callable[[SearchTarget], None] = lambda _target: None
    calls: int = 0
    since: datetime | None = None
    is_configured: bool = True
    unknown: frozenset[str] = frozenset()

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Say what the test says: yes, but for the names of clients that it cannot search for."""
        return self.is_configured and target.name not in self.unknown

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Answer as written down."""
        self.calls += 1
        self.since = since
        self.before(target)
        if self.error is not None:
            raise self.error
        return list(self.results)


@dataclass
class ScriptedCRM:
    """Returns one account's facts, or candidates, or raises; remembers what it was asked."""

    arr: float = 240_000
    name: CRMName = CRMName.SALESFORCE
    error: Exception | None = None
    candidates: tuple[CRMFacts, ...] = ()
    knows_account: bool = True
    is_gone: bool = False
    is_set_up: bool = True
    told_usage: CRMUsage | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    asked: list[CRMLookup] = field(default_factory=list)

    def is_configured(self) -> bool:
        """Be there, or not."""
        return self.is_set_up

    def get_enriched_account_data(self, lookup: CRMLookup) -> CRMFinding:
        """Answer as written down."""
        self.asked.append(lookup)
        if self.error is not None:
            raise self.error
        if not self.knows_account:
            return CRMFinding(candidates=self.candidates, is_gone=self.is_gone)
        given: dict[str, Any] = {"account_id": "001", "account_name": lookup.name, "arr": self.arr}
        facts = CRMFacts(
            provider=self.name, fetched_at=clock.now(), **{**given, "currency": "USD", **self.facts}
        )
        return CRMFinding(facts, self.candidates)

    def usage(self) -> CRMUsage | None:
        """Answer as written down."""
        return self.told_usage

    def check(self) -> CRMCheck:
        """Answer as written down."""
        if self.error is not None:
            raise self.error
        return CRMCheck("lighthouse.example.com", self.told_usage)


@dataclass
class ScriptedAI:
    """Gives every item the same verdict, or raises; remembers what it was asked."""

    relevance: float = 0.8
    category: Category = Category.FUNDING
    name: AIName = AIName.OPENAI
    model: str = "scripted"
    error: Exception | None = None
    breaks_for: str | None = None
    leaves_out: bool = False
    version: str = "1"
    classified: list[ClassifyRequest] = field(default_factory=list)
    insights: list[InsightRequest] = field(default_factory=list)

    def is_configured(self) -> bool:
        """Be there."""
        return True

    def load(self) -> None:
        """There is nothing to load."""

    def likely(self, *, characters: int, items: int, calls: int) -> Usage:  # noqa: ARG002 -- the Protocol's signature
        """Take a tenth of a cent a call."""
        return Usage(100 * calls, 20 * items, 0.001 * calls, calls=calls)

    def most(self, request: ClassifyRequest | InsightRequest) -> Usage:  # noqa: ARG002 -- the Protocol's signature
        """Never use more than a hundredth of a dollar."""
        return Usage(1000, 1000, 0.01, calls=2)

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:
        """Answer as written down."""
        self.classified.append(request)
        if request.client_name == self.breaks_for:
            raise RuntimeError("a mistake of ours")
        if self.error is not None:
            raise self.error
        verdicts = tuple(
            Classification(
                ref=item.ref,
                category=self.category,
                relevance=self.relevance,
                sentiment=0.2,
                risk_level=RiskLevel.NONE,
                risk_reason="",
                urgency=Urgency.MEDIUM,
                urgency_reason="It is new.",
                summary=item.title,
                evidence=(item.snippet,),
            )
            for item in request.items
            if not self.leaves_out
        )
        return ClassifyAnswer(verdicts, self.name, self.model, self.version, Usage(100, 20, 0.001))

    def write_insight(self, request: InsightRequest) -> InsightAnswer:
        """Answer as written down."""
        self.insights.append(request)
        if self.error is not None:
            raise self.error
        return InsightAnswer(
            why_it_matters="It matters.",
            claims=(),
            recommended_actions=("Call them.",),
            urgency=Urgency.MEDIUM,
            urgency_reason="It is new.",
            provider=self.name,
            model="scripted",
            prompt_version="1",
            usage=Usage(200, 50, 0.002),
        )
