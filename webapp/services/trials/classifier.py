"""Who judges in a trial: one model or the rules, alone, so that nothing falls back unseen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from webapp.config import Settings
from webapp.enums import AIName
from webapp.errors import InvalidInputError, ProviderError
from webapp.providers.base import (
    ClassifyAnswer,
    ClassifyRequest,
    InsightAnswer,
    InsightRequest,
    LanguageModel,
    Usage,
)
from webapp.services.ai_processor import AIProcessorService
from webapp.services.trials.selection import Batch

BATCH = 20
"""Rows that one call judges."""

OtherModel = Callable[[AIName, str], LanguageModel]


class Nobody:
    """Stands where the rules would: what the chosen model leaves out stays without a verdict."""

    name = AIName.RULES

    def is_configured(self) -> bool:
        """Tell that it is there."""
        return True

    def load(self) -> None:
        """There is nothing to load."""

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:  # noqa: ARG002 -- the Protocol's signature
        """Judge nothing."""
        return ClassifyAnswer((), self.name, "", "", Usage(calls=0))

    def write_insight(self, request: InsightRequest) -> InsightAnswer:
        """Write nothing; trials ask for no insight."""
        raise ProviderError(f"Nobody writes insights in a trial ({request.category}).")


@dataclass(frozen=True)
class TrialClassifier:
    """The one who judges."""

    provider: AIName
    model: str
    """Empty for the rules."""
    ai: AIProcessorService
    source: LanguageModel | None

    def likely(self, batches: Sequence[Batch]) -> Usage:
        """Return about what it takes to judge so much; the rules take nothing."""
        if self.source is None:
            return Usage(calls=0)
        return self.source.likely(
            characters=sum(each.characters for each in batches),
            items=sum(each.rows for each in batches),
            calls=sum(-(-each.rows // BATCH) for each in batches),
        )


class TrialClassifiers:
    """Finds the classifier that a trial asks for."""

    def __init__(
        self,
        *,
        models: Sequence[LanguageModel],
        other_model: OtherModel,
        ai: AIProcessorService,
        settings: Settings,
    ) -> None:
        self._models = [model for model in models if model.is_configured()]
        self._other_model = other_model
        self._set = {
            AIName.OPENAI: settings.openai_model,
            AIName.ANTHROPIC: settings.anthropic_model,
        }
        self._ai = ai

    @property
    def choices(self) -> list[tuple[AIName, str]]:
        """Every classifier that is set up, with its model; the rules come last."""
        found = [(each.name, each.model) for each in self._sources()]
        return [*found, (AIName.RULES, "")]

    def find(self, provider: AIName | None, model: str | None) -> TrialClassifier:
        """Return the classifier of that name; without one, whoever judges new finds.

        Raises InvalidInputError where it is not set up.
        """
        name = provider or (self._models[0].name if self._models else AIName.RULES)
        if name is AIName.RULES:
            if model:
                raise InvalidInputError.of("model", "The rules have no models to choose from.")
            return TrialClassifier(name, "", self._ai.alone([]), None)
        source = next((each for each in self._sources() if each.name is name), None)
        if source is None:
            detail = f"No key is set for {name.value}, so it cannot judge."
            raise InvalidInputError.of("provider", detail)
        if model and model != source.model:
            source = self._other_model(name, model)
        return TrialClassifier(name, source.model, self._ai.alone([source], Nobody()), source)

    def _sources(self) -> Iterator[LanguageModel]:
        """Yield every model with a key, those first that judge new finds now."""
        yield from self._models
        known = {each.name for each in self._models}
        for name, model in self._set.items():
            if name not in known and (other := self._other_model(name, model)).is_configured():
                yield other
