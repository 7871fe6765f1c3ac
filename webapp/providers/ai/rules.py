"""The classifier that needs no model: rules, word lists and trained weights, always the same."""

from datetime import date

from webapp import clock
from webapp.enums import AIName, RiskLevel
from webapp.providers.ai.rules_categories import find_category
from webapp.providers.ai.rules_insights import RULES_VERSION, write_by_rules
from webapp.providers.ai.rules_quotes import evidence_of, summary_of
from webapp.providers.ai.rules_relevance import Reading, age_in_days, judge_relevance
from webapp.providers.ai.rules_risk import judge_danger
from webapp.providers.ai.sentiment import sentiment
from webapp.providers.ai.text import readable
from webapp.providers.ai.wording import plain_words
from webapp.providers.base import (
    Classification,
    ClassifyAnswer,
    ClassifyItem,
    ClassifyRequest,
    InsightAnswer,
    InsightRequest,
    Usage,
)

MAX_SNIPPET = 800
"""What a feed says beyond this repeats itself, and every word costs time."""


class RulesProvider:
    """Classifies and advises by rules; costs nothing, asks nobody, never fails.

    The same article and day always get the same verdict. It knows only what title and snippet
    say, and holds no state, so any number of threads may share it.
    """

    name = AIName.RULES

    def is_configured(self) -> bool:
        """Tell whether it can be used: always."""
        return True

    def load(self) -> None:
        """Read the word lists and weights now (80 ms, 13 MB), before a process forks."""
        _verdict(ClassifyItem("", "", ""), (), clock.now().date())

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:
        """Judge every article; there is a verdict for each."""
        names = (request.client_name, *request.client_aliases)
        today = clock.now().date()
        verdicts = tuple(_verdict(item, names, today) for item in request.items)
        return ClassifyAnswer(verdicts, self.name, RULES_VERSION, RULES_VERSION, Usage(calls=0))

    def write_insight(self, request: InsightRequest) -> InsightAnswer:
        """Say why an event matters, from the playbook of its category and the CRM's facts."""
        return write_by_rules(request)


def _verdict(item: ClassifyItem, names: tuple[str, ...], today: date) -> Classification:
    title, snippet = readable(item.title), readable(item.snippet[:MAX_SNIPPET])
    plain_title, plain_snippet = plain_words(title, names), plain_words(snippet, names)
    category = item.category_hint or find_category(plain_title, plain_snippet)
    age = age_in_days(item.published_on, today)
    relevance = judge_relevance(
        Reading(plain_title, plain_snippet, category, item.publisher or "", names, age)
    )
    tone = sentiment(plain_title, plain_snippet, category=category)
    danger = judge_danger(
        category, tone, title=plain_title, about_client=relevance.about_client, age_days=age
    )
    quotes = evidence_of(item.title, item.snippet, names)
    return Classification(
        ref=item.ref,
        category=category,
        relevance=relevance.score,
        sentiment=tone,
        risk_level=danger.risk_level.value,
        risk_reason=danger.risk_reason,
        urgency=danger.urgency,
        urgency_reason=danger.urgency_reason,
        summary=summary_of(item.title, snippet, names),
        evidence=quotes,
        # The rules' risk follows from the category and the headline
        risk_evidence=quotes if danger.risk_level is not RiskLevel.NONE else (),
        about_client=relevance.about_client,
        factors=relevance.factors,
    )
