"""Classification and insights: the chosen model, then the other one, then the rules."""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Generic, TypeVar

from webapp import clock
from webapp.config import Settings
from webapp.enums import AIName, AiPurpose
from webapp.errors import ProviderError, ProviderRateLimitedError
from webapp.providers.base import (
    AIProvider,
    Classification,
    ClassifyAnswer,
    ClassifyRequest,
    InsightAnswer,
    InsightRequest,
    LanguageModel,
    Usage,
)
from webapp.services.ai_calls import CallRecord
from webapp.services.ai_limits import AiLimits
from webapp.services.ai_trouble_notice import AiTroubleNotice
from webapp.services.circuit_breakers import ServicePausedError
from webapp.services.judged import Failures, JudgedBatch, JudgedItem, judged_items
from webapp.services.model_asking import Attempt, classify_in_parts, parts_of, record_of
from webapp.services.order_screening import flagged, screened, screened_insight
from webapp.services.provider_names import label_of
from webapp.services.rule_bounds import bounded
from webapp.services.source_gate import SourceGate
from webapp.services.transactions import DATABASE_AWAY

log = logging.getLogger(__name__)

CALLS_A_MODEL = 2
"""An answer, and its one repair."""
Closed = Mapping[AIName, ProviderError]
"""Models that are not to be asked now, with the reason."""
NONE_CLOSED: Closed = {}
Models = Sequence[tuple[LanguageModel, ProviderError | None]]
"""Models in the order in which they are asked, each with what keeps it from being asked."""
UNEXPECTED = "The model's answer could not be handled."
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


class AIProcessorService:
    """One door to the models. Asking touches no database, so any thread may ask."""

    def __init__(
        self,
        *,
        providers: Sequence[LanguageModel],
        rules: AIProvider,
        gate: SourceGate,
        trouble: AiTroubleNotice,
        settings: Settings,
        stand_in: AIProvider | None = None,
    ) -> None:
        self._models = _in_order([p for p in providers if p.is_configured()], settings.ai_provider)
        self._rules = rules
        self._stand_in = stand_in or rules
        self._gate = gate
        self._trouble = trouble
        self._settings = settings
        self._seconds = settings.ai_timeout_seconds
        self._slowed: dict[AIName, tuple[float, ProviderError]] = {}

    @property
    def is_configured(self) -> bool:
        """Whether any model has a key and may be used."""
        return bool(self._models)

    def alone(
        self, providers: Sequence[LanguageModel], stand_in: AIProvider | None = None
    ) -> "AIProcessorService":
        """Return the same door with only these models behind it, whatever AI_PROVIDER says.

        What they leave out `stand_in` judges, else the rules; the rules bound them all the same.
        """
        return AIProcessorService(
            providers=providers,
            rules=self._rules,
            gate=self._gate,
            trouble=self._trouble,
            settings=self._settings.model_copy(update={"ai_provider": None}),
            stand_in=stand_in,
        )

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
        requests = parts_of(request) if isinstance(request, ClassifyRequest) else [request]
        asked = (model.most(each) for model in self._models for each in requests)
        return sum(asked, start=Usage(calls=0))

    def closed(self) -> Closed:
        """Return the models that are not to be asked now, and why; needs the database.

        A model whose key was refused, or whose account is empty, is let through once an hour.
        """
        self._gate.learn()
        found = {model.name: self._gate.refusal(model.name) for model in self._models}
        return {name: error for name, error in found.items() if error is not None}

    def is_open(self) -> bool:
        """Tell whether any model may be asked now; needs the database."""
        closed = self.closed()
        return any(model.name not in closed for model in self._models)

    def classify_event(self, request: ClassifyRequest, *, rules_only: bool = False) -> JudgedItem:
        """Classify and score a single item."""
        if len(request.items) != 1:
            raise ValueError("classify_event takes exactly one item; use classify_items for more")
        batch = self.classify_items(request, rules_only=rules_only)
        return batch.items[request.items[0].ref]

    def classify_items(
        self, request: ClassifyRequest, *, rules_only: bool = False, closed: Closed = NONE_CLOSED
    ) -> JudgedBatch:
        """Judge all of a client's items in one call; what the model leaves out the rules judge."""
        if not request.items:
            return JudgedBatch({})
        models = self._open(closed, rules_only=rules_only)
        if not models:
            return self._classify(request, models)
        shown, held = screened(request)
        batch = self._classify(shown, models) if shown.items else JudgedBatch({})
        if not held:
            return batch
        by_rules = judged_items(
            self._rules.classify(replace(request, items=held)), by_fallback=False
        )
        items = batch.items | {ref: flagged(item) for ref, item in by_rules.items()}
        return replace(batch, items=items)

    def _classify(self, request: ClassifyRequest, models: Models) -> JudgedBatch:
        asked = self._ask(
            AiPurpose.CLASSIFY,
            model_call=lambda attempt, model: classify_in_parts(attempt, model, request),
            rules_call=lambda: self._stand_in.classify(request),
            models=models,
            parts=len(parts_of(request)),
        )
        items = judged_items(asked.answer, by_fallback=asked.by_fallback)
        if asked.answer.provider is not AIName.RULES:
            items = self._bounded(request, items)
        left_out = tuple(item for item in request.items if item.ref not in items)
        if left_out:
            items |= judged_items(
                self._stand_in.classify(replace(request, items=left_out)), by_fallback=True
            )
        notices = [asked.notice] if asked.notice else []
        if left_out:
            notices.append(f"{len(left_out)} item(s) were judged by rules: no usable verdict came.")
        return JudgedBatch(items, asked.calls, tuple(notices), asked.failures)

    def generate_insights(
        self, request: InsightRequest, *, rules_only: bool = False, closed: Closed = NONE_CLOSED
    ) -> AiAnswer[InsightAnswer]:
        """Write why one event matters and what to do about it."""
        shown = screened_insight(request)
        return self._ask(
            AiPurpose.INSIGHT,
            model_call=lambda attempt, model: attempt.ask(
                lambda: model.write_insight(shown or request)
            ),
            rules_call=lambda: self._rules.write_insight(request),
            models=self._open(closed, rules_only=rules_only or shown is None),
        )

    def note_health(
        self, business_id: uuid.UUID, calls: Sequence[CallRecord], failures: Failures
    ) -> None:
        """Write down how the models fared, and tell admins what they have to mend."""
        for name, error in failures:
            self._gate.note(name, error)
        for name in {call.provider for call in calls if call.error is None}:
            self._gate.note(name, None)
        self._trouble.tell(business_id, failures)

    def _open(self, closed: Closed, *, rules_only: bool) -> Models:
        """Return the models in their order, each with what keeps it from being asked."""
        if rules_only:
            return []
        return [
            (model, closed.get(model.name) or self._slowed_down(model)) for model in self._models
        ]

    def _slowed_down(self, model: LanguageModel) -> ProviderError | None:
        until, error = self._slowed.get(model.name, (0.0, None))
        return error if clock.monotonic() < until else None

    def _slow_down(self, name: AIName, error: ProviderRateLimitedError) -> None:
        """Leave a model alone for as long as it asked."""
        wait = error.retry_after or 0.0
        again = clock.now() + timedelta(seconds=wait)
        words = f"{label_of(name)} asked to be left alone until {again:%H:%M:%S} UTC."
        self._slowed[name] = (clock.monotonic() + wait, ServicePausedError(words))

    def _bounded(
        self, request: ClassifyRequest, items: dict[str, JudgedItem]
    ) -> dict[str, JudgedItem]:
        """Keep a model's verdicts near the rules'; what is further apart is flagged."""
        by_rules = {verdict.ref: verdict for verdict in self._rules.classify(request).verdicts}
        return {ref: _near(item, by_rules[ref]) for ref, item in items.items()}

    def _ask(
        self,
        purpose: AiPurpose,
        *,
        model_call: Callable[[Attempt, LanguageModel], AnswerT],
        rules_call: Callable[[], AnswerT],
        models: Models,
        parts: int = 1,
    ) -> AiAnswer[AnswerT]:
        calls: list[CallRecord] = []
        failures: list[tuple[AIName, ProviderError]] = []
        for model, refusal in models:
            if refusal is not None:
                failures.append((model.name, refusal))
                continue
            started = clock.monotonic()
            # An answer and its repair have twice the time of a call, whatever is tried again
            attempt = Attempt(model.name, self._gate, started + (1 + parts) * self._seconds)
            try:
                answer = model_call(attempt, model)
            except ProviderError as error:
                failure = error
            except DATABASE_AWAY:
                raise  # it says nothing of whom was asked
            except Exception:
                log.exception("model %s failed in an unforeseen way", model.name)
                failure = ProviderError(UNEXPECTED)
            else:
                calls.append(record_of(model, purpose, attempt, started, answer))
                return AiAnswer(answer, bool(failures), tuple(calls), tuple(failures))
            if isinstance(failure, ProviderRateLimitedError):
                self._slow_down(model.name, failure)
            failures.append((model.name, failure))
            if attempt.tally.calls:  # else it was not asked
                calls.append(record_of(model, purpose, attempt, started, failure))
        return AiAnswer(rules_call(), bool(failures), tuple(calls), tuple(failures))


def _in_order(models: list[LanguageModel], chosen: AIName | None) -> tuple[LanguageModel, ...]:
    """Return the models to try: the chosen one first; none when the rules were chosen."""
    if chosen is AIName.RULES:
        return ()
    return tuple(sorted(models, key=lambda model: model.name != chosen))


def _near(item: JudgedItem, rules: Classification) -> JudgedItem:
    kept = bounded(item.verdict, rules)
    return replace(
        item, verdict=kept.verdict, review_reason=kept.review_reason, severity=kept.severity
    )
