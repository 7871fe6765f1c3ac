"""Classification and insights: the chosen model, then the other one, then the rules."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from webapp import clock
from webapp.config import Settings
from webapp.enums import AIName, AiPurpose
from webapp.errors import ProviderError
from webapp.providers.ai.model_provider import UnusableAnswerError
from webapp.providers.base import (
    AIProvider,
    Classification,
    ClassifyAnswer,
    ClassifyItem,
    ClassifyRequest,
    InsightAnswer,
    InsightRequest,
    LanguageModel,
    Usage,
)
from webapp.services.ai_accounts import FREE, Allowance
from webapp.services.ai_calls import CallRecord
from webapp.services.ai_limits import AiLimits
from webapp.services.circuit_breakers import CircuitBreakers, ServicePausedError
from webapp.services.provider_health import ProviderHealthService
from webapp.services.retrying import call_with_retries

log = logging.getLogger(__name__)

CALLS_A_MODEL = 2
"""An answer, and its one repair."""
UNEXPECTED = "The model's answer could not be handled."
Failures = tuple[tuple[AIName, ProviderError], ...]
AnswerT = TypeVar("AnswerT", ClassifyAnswer, InsightAnswer)


@dataclass(frozen=True)
class AiAnswer(Generic[AnswerT]):
    """An answer, whether it came by falling back, and every call that was made for it."""

    answer: AnswerT
    by_fallback: bool
    calls: tuple[CallRecord, ...] = ()
    failures: Failures = ()

    @property
    def notice(self) -> str | None:
        """A sentence for the run page when a model could not answer."""
        if not self.failures:
            return None
        name, error = self.failures[-1]
        return f"{name} did not answer ({error}); {self.answer.provider} answered instead."


@dataclass(frozen=True)
class JudgedItem:
    """One verdict and who gave it."""

    verdict: Classification
    provider: AIName
    model: str
    prompt_version: str
    by_fallback: bool


@dataclass(frozen=True)
class JudgedBatch:
    """Verdicts by ref for every item asked about, with the books of the calls."""

    items: dict[str, JudgedItem]
    calls: tuple[CallRecord, ...] = ()
    notices: tuple[str, ...] = ()
    failures: Failures = ()
    allowance: Allowance = FREE

    @property
    def by_fallback(self) -> bool:
        """Whether any verdict came by falling back."""
        return any(item.by_fallback for item in self.items.values())


class AIProcessorService:
    """One door to the models. Asking touches no database, so any thread may ask."""

    def __init__(
        self,
        *,
        providers: Sequence[LanguageModel],
        rules: AIProvider,
        health: ProviderHealthService,
        breakers: CircuitBreakers,
        settings: Settings,
    ) -> None:
        self._models = _in_order([p for p in providers if p.is_configured()], settings.ai_provider)
        self._rules = rules
        self._health = health
        self._breakers = breakers
        self._seconds = settings.ai_timeout_seconds

    @property
    def is_configured(self) -> bool:
        """Whether any model has a key and may be used."""
        return bool(self._models)

    def load(self) -> None:
        """Load models and word lists now, so that jobs forked later start warm."""
        for provider in (*self._models, self._rules):
            provider.load()

    def most(self, request: ClassifyRequest | InsightRequest, limits: AiLimits) -> Usage:
        """Return the most that a question can use before the rules answer; nothing without models.

        The cost is reckoned only where there is a budget.
        """
        if limits.monthly_usd is None:
            return Usage(calls=CALLS_A_MODEL * len(self._models))
        return sum((model.most(request) for model in self._models), start=Usage(calls=0))

    def classify_event(self, request: ClassifyRequest, *, rules_only: bool = False) -> JudgedItem:
        """Classify and score a single item."""
        if len(request.items) != 1:
            raise ValueError("classify_event takes exactly one item; use classify_items for more")
        batch = self.classify_items(request, rules_only=rules_only)
        return batch.items[request.items[0].ref]

    def classify_items(self, request: ClassifyRequest, *, rules_only: bool = False) -> JudgedBatch:
        """Judge all of a client's items in one call; what the model leaves out the rules judge."""
        if not request.items:
            return JudgedBatch({})
        asked = self._ask(
            AiPurpose.CLASSIFY,
            model_call=lambda model: model.classify(request),
            rules_call=lambda: self._rules.classify(request),
            rules_only=rules_only,
        )
        items = _judged(asked.answer, by_fallback=asked.by_fallback)
        left_out = tuple(item for item in request.items if item.ref not in items)
        if left_out:
            items |= _judged(self._by_rules(request, left_out), by_fallback=True)
        notices = [asked.notice] if asked.notice else []
        if left_out:
            notices.append(f"{len(left_out)} item(s) were judged by rules: no usable verdict came.")
        return JudgedBatch(items, asked.calls, tuple(notices), asked.failures)

    def generate_insights(
        self, request: InsightRequest, *, rules_only: bool = False
    ) -> AiAnswer[InsightAnswer]:
        """Write why one event matters and what to do about it."""
        return self._ask(
            AiPurpose.INSIGHT,
            model_call=lambda model: model.write_insight(request),
            rules_call=lambda: self._rules.write_insight(request),
            rules_only=rules_only,
        )

    def note_health(
        self,
        calls: Sequence[CallRecord],
        failures: Sequence[tuple[AIName, ProviderError]],
    ) -> None:
        """Write down how the models fared; needs the database."""
        for name, error in failures:
            if isinstance(error, ServicePausedError):
                continue  # it was not asked
            self._health.note_failure(name, error)
        for name in {call.provider for call in calls if call.error is None}:
            self._health.note_success(name)

    def _attempt(self, model: AIProvider, model_call: Callable[[AIProvider], AnswerT]) -> AnswerT:
        """Ask a model once, past its breaker; an answer of no use speaks of no outage."""
        with self._breakers.attempt(model.name):
            try:
                return model_call(model)
            except UnusableAnswerError as error:
                unusable = error
        raise unusable

    def _by_rules(
        self, request: ClassifyRequest, items: tuple[ClassifyItem, ...]
    ) -> ClassifyAnswer:
        return self._rules.classify(
            ClassifyRequest(
                request.client_name, request.client_aliases, request.client_industry, items
            )
        )

    def _ask(
        self,
        purpose: AiPurpose,
        *,
        model_call: Callable[[AIProvider], AnswerT],
        rules_call: Callable[[], AnswerT],
        rules_only: bool,
    ) -> AiAnswer[AnswerT]:
        calls: list[CallRecord] = []
        failures: list[tuple[AIName, ProviderError]] = []
        for model in () if rules_only else self._models:
            started = clock.monotonic()
            try:
                attempt = partial(self._attempt, model, model_call)
                answer = call_with_retries(attempt, total_seconds=self._seconds)
            except ProviderError as error:
                failure = error
            except Exception:
                log.exception("model %s failed in an unforeseen way", model.name)
                failure = ProviderError(UNEXPECTED)
            else:
                seconds = clock.monotonic() - started
                calls.append(
                    CallRecord(answer.provider, answer.model, purpose, answer.usage, seconds)
                )
                return AiAnswer(answer, bool(failures), tuple(calls), tuple(failures))
            failures.append((model.name, failure))
            if not isinstance(failure, ServicePausedError):  # else it was not asked
                seconds = clock.monotonic() - started
                calls.append(_failed_call(model.name, purpose, failure, seconds))
        return AiAnswer(rules_call(), bool(failures), tuple(calls), tuple(failures))


def _in_order(models: list[LanguageModel], chosen: AIName | None) -> tuple[LanguageModel, ...]:
    """Return the models to try: the chosen one first; none when the rules were chosen."""
    if chosen is AIName.RULES:
        return ()
    return tuple(sorted(models, key=lambda model: model.name != chosen))


def _judged(answer: ClassifyAnswer, *, by_fallback: bool) -> dict[str, JudgedItem]:
    return {
        verdict.ref: JudgedItem(
            verdict, answer.provider, answer.model, answer.prompt_version, by_fallback
        )
        for verdict in answer.verdicts
    }


def _failed_call(
    name: AIName, purpose: AiPurpose, error: ProviderError, seconds: float
) -> CallRecord:
    usage = error.usage if isinstance(error, UnusableAnswerError) else Usage()
    return CallRecord(name, "", purpose, usage, seconds, str(error)[:300])
