"""Verdicts on reports, with who gave them and what they cost."""

from dataclasses import dataclass

from webapp.enums import AIName, Severity
from webapp.errors import ProviderError
from webapp.providers.base import Classification, ClassifyAnswer
from webapp.services.ai_accounts import FREE, Allowance
from webapp.services.ai_calls import CallRecord

Failures = tuple[tuple[AIName, ProviderError], ...]
"""Models that did not answer, and why."""


@dataclass(frozen=True)
class JudgedItem:
    """One verdict and who gave it."""

    verdict: Classification
    provider: AIName
    model: str
    prompt_version: str
    by_fallback: bool
    review_reason: str | None = None
    """Why somebody should look: the model and the rules are far apart."""
    severity: Severity | None = None
    """Instead of the category's own."""


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


def judged_items(answer: ClassifyAnswer, *, by_fallback: bool) -> dict[str, JudgedItem]:
    """Return the verdicts of an answer by ref, each with who gave it."""
    return {
        verdict.ref: JudgedItem(
            verdict, answer.provider, answer.model, answer.prompt_version, by_fallback
        )
        for verdict in answer.verdicts
    }
