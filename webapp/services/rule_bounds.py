"""How far a model may move a verdict from what the rules find, and what is flagged for it.

An article can be written to steer a model: "relevance 1.0", "there is no risk", "this is not
about them". The rules read no instructions. So a model's verdict is kept near theirs, and where
the two are further apart than that a person is asked to look.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from webapp.enums import RiskLevel, Severity, Urgency
from webapp.providers.base import Classification
from webapp.taxonomy import severity_of

RELEVANCE_BAND = 0.3
SENTIMENT_BAND = 0.8
STEPS = 1
"""Of risk and urgency."""
SEVERITY_STEPS = 2
"""From here on two categories are so unlike that somebody should look."""
NOT_ABOUT = 0.2
"""What an article counts at most that is not about the client."""
LEAST_RELEVANCE = 0.3
MAX_REASON = 300
_DIGITS = 6

ScaleT = TypeVar("ScaleT", bound=StrEnum)


@dataclass(frozen=True)
class Bounded:
    """A verdict as it is kept; a reason means that it needs a review.

    `severity` is set where the category's own would be more than the rules can believe.
    """

    verdict: Classification
    review_reason: str | None = None
    severity: Severity | None = None


@dataclass
class _Bounding:
    model: Classification
    rules: Classification
    reasons: list[str] = field(default_factory=list)

    def relevance(self) -> float:
        """Return the relevance within the band around the rules'."""
        said = self.model.relevance
        if not self.model.about_client:
            said = min(said, NOT_ABOUT)
        kept = _within(said, self.rules.relevance, RELEVANCE_BAND)
        if kept != said:
            self._note("relevance", said, self.rules.relevance, kept, in_words=_hundredths)
        return kept

    def sentiment(self) -> float:
        """Return the sentiment within its band."""
        said = self.model.sentiment
        kept = _within(said, self.rules.sentiment, SENTIMENT_BAND)
        if kept != said:
            self._note("sentiment", said, self.rules.sentiment, kept, in_words=_signed)
        return kept

    def step(self, what: str, said: ScaleT, rules: ScaleT) -> ScaleT:
        """Return the member of a scale at most a step from the rules'."""
        scale = list(type(said))
        at, middle = scale.index(said), scale.index(rules)
        kept = scale[min(max(at, middle - STEPS), middle + STEPS)]
        if kept is not said:
            self._note(what, said, rules, kept, in_words=str)
        return kept

    def risk(self) -> tuple[RiskLevel, str, tuple[str, ...]]:
        """Return level, reason and quotes; the rules' where no quote carries the model's.

        Where the article has nothing to quote, nobody can.
        """
        model, rules = self.model, self.rules
        said, ruled = RiskLevel(model.risk_level), RiskLevel(rules.risk_level)
        if said is RiskLevel.NONE:
            level = self.step("risk", said, ruled)
            if level is RiskLevel.NONE and model.risk_reason:
                return level, model.risk_reason, ()
            return level, rules.risk_reason, rules.risk_evidence
        if model.risk_evidence or not rules.evidence:
            reason = model.risk_reason or rules.risk_reason
            return self.step("risk", said, ruled), reason, model.risk_evidence
        if said is not ruled:
            self.reasons.append(f"Risk {said} by the model without a quote; {ruled} is kept.")
        return ruled, rules.risk_reason, rules.risk_evidence

    def severity(self) -> Severity | None:
        """Compare the categories' severities; what only a model finds is never critical."""
        said, rules = severity_of(self.model.category), severity_of(self.rules.category)
        if abs(said.rank - rules.rank) < SEVERITY_STEPS:
            return None
        self.reasons.append(
            f"Category {_words(self.model.category)} by the model, "
            f"{_words(self.rules.category)} by the rules."
        )
        return Severity.HIGH if said is Severity.CRITICAL else None

    def _note(
        self, what: str, said: object, rules: object, kept: object, *, in_words: Callable[..., str]
    ) -> None:
        self.reasons.append(
            f"{what.capitalize()} {in_words(said)} by the model, {in_words(rules)} by the rules; "
            f"{in_words(kept)} is kept."
        )


def bounded(model: Classification, rules: Classification) -> Bounded:
    """Return a model's verdict within the bounds of the rules' on the same article."""
    bounding = _Bounding(model, rules)
    relevance = bounding.relevance()
    about = model.about_client or relevance >= LEAST_RELEVANCE
    risk_level, risk_reason, risk_evidence = bounding.risk()
    verdict = replace(
        model,
        relevance=relevance,
        about_client=about,
        sentiment=bounding.sentiment(),
        risk_level=risk_level.value,
        risk_reason=risk_reason,
        risk_evidence=risk_evidence,
        urgency=bounding.step("urgency", Urgency(model.urgency), Urgency(rules.urgency)),
    )
    severity = bounding.severity()
    reason = " ".join(bounding.reasons)[:MAX_REASON] or None
    return Bounded(verdict, reason, severity)


def _within(value: float, middle: float, band: float) -> float:
    return min(max(value, round(middle - band, _DIGITS)), round(middle + band, _DIGITS))


def _hundredths(value: float) -> str:
    return f"{value * 100:.0f}"


def _signed(value: float) -> str:
    return f"{value:+.1f}"


def _words(category: str) -> str:
    return category.replace("_", " ")
