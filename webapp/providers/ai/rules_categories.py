"""The category of an article: its wording weighed together with what was learnt of topics."""

import re

from webapp.enums import Category
from webapp.providers.ai.category_weights import category_weights
from webapp.providers.ai.rules_circumstances import is_no_event
from webapp.providers.ai.rules_deals import is_client_bought
from webapp.providers.ai.topics import COMPANY, DEAL, topic_chances
from webapp.providers.ai.wording import CLIENT

_MOST = 8.0
_PER_WEIGHT = 0.25
_PER_SPECIAL_WEIGHT = 0.4
"""Phrases of categories that nothing was learnt of count more where the client is named."""
_OTHER_SHARE = 0.5
_SNIPPET_SHARE = 0.4
_LONE_SNIPPET_SHARE = 0.9
"""What the snippet says counts nearly in full where it alone names the client."""
_LEARNT_SHARE = 2.5
_LEARNT_OTHER_SHARE = 0.5
"""What was learnt of `other` is market talk, which weighs less where the client is named."""
_COMPANY_SHARE = 1.25
_ENOUGH = 1.0
_ENOUGH_ON_CLIENT = 0.7
"""Below this score no category is named: the article is `other`."""

_LED_TO = re.compile(r" (after|following|amid|despite|ahead of|in wake of) ")
_BACKGROUND = 0.4
_LEARNT = frozenset(
    {
        Category.FINANCIAL_RESULTS,
        Category.FUNDING,
        Category.LEGAL_REGULATORY,
        Category.LEADERSHIP_CHANGE,
        Category.ACQUISITION_BY_CLIENT,
        Category.OTHER,
    }
)
_MARKET_TALK = re.compile(
    r" (?:opening|closing) bell |"
    r" (?:acquires?|buys?|sells?|sold|cuts?|trims?|boosts?|raises?|lowers?|has|lifts?|grows?|"
    r"takes?|increases?|reduces?|decreases?|holds?|purchases?) (?:\S+ ){0,4}?"
    rf"(?:position|holdings?|stake|shares) (?:in|of) {CLIENT} (?:\S+ ){{0,3}}TICKER "
    r"|(?:llc|llp|advisors|advisers|fund|wealth|insider|pension|trust) (?:\S+ ){0,5}?"
    rf"(?:position|holdings?|stake|shares) (?:in|of) {CLIENT} "
    r"|(?:upgraded|downgraded|cut|raised|lowered|rated|initiated|reiterated) (?:\S+ ){0,3}?"
    r"(?:to|at|as) (?:a )?(?:strong )?(?:buy|sell|hold|neutral|overweight|underweight|outperform) "
)
"""Who holds how many shares and what analysts rate them; made by machines, by the dozen."""


def find_category(title: str, snippet: str) -> Category:
    """Return the category of an article whose title and snippet are in plain form."""
    if _MARKET_TALK.search(title):
        return Category.OTHER
    scores = category_scores(title, snippet)
    best = max(Category, key=lambda category: scores.get(category, 0.0))
    enough = _ENOUGH_ON_CLIENT if CLIENT in title + snippet else _ENOUGH
    if scores.get(best, 0.0) < enough:
        return Category.OTHER
    if best is Category.ACQUISITION_BY_CLIENT and is_client_bought(f"{title} | {snippet}"):
        best = Category.ACQUIRED_OR_MERGED
    return Category.OTHER if is_no_event(best, title) else best


def category_scores(title: str, snippet: str) -> dict[Category, float]:
    """Return what speaks for each category that comes into question."""
    weights = _title_weights(title)
    names_client = CLIENT in title or CLIENT in snippet
    snippet_share = _SNIPPET_SHARE if CLIENT in title else _LONE_SNIPPET_SHARE
    scores = {
        category: _by_phrases(category, weight, on_client=names_client)
        for category, weight in weights.items()
    }
    for category, weight in category_weights(snippet).items() if snippet else ():
        told = _by_phrases(category, weight, on_client=names_client) * snippet_share
        scores[category] = scores.get(category, 0.0) + told
    chances = topic_chances(title, weights)
    news_of_company = chances.pop(COMPANY)
    for category in set(scores) - _LEARNT:
        scores[category] += _COMPANY_SHARE * news_of_company
    for name, chance in chances.items():
        category = Category.ACQUISITION_BY_CLIENT if name == DEAL else Category(name)
        is_talk = category is Category.OTHER and names_client
        share = _LEARNT_OTHER_SHARE if is_talk else _LEARNT_SHARE
        scores[category] = scores.get(category, 0.0) + share * chance
    return scores


def _title_weights(title: str) -> dict[Category, float]:
    """Return the weights of a title; what only led to its event ("after merger") counts less."""
    weights = category_weights(title)
    told, what_led, _ = (
        _LED_TO.split(title, maxsplit=1) if _LED_TO.search(title) else (title, "", "")
    )
    if not what_led:
        return weights
    main = category_weights(f"{told} ")
    if not main.keys() - {Category.OTHER}:
        return weights
    return {
        category: main.get(category, 0.0) + _BACKGROUND * (weight - main.get(category, 0.0))
        for category, weight in weights.items()
    }


def _by_phrases(category: Category, weight: float, *, on_client: bool) -> float:
    if category is Category.OTHER:
        return min(weight, _MOST) * _PER_WEIGHT * _OTHER_SHARE
    is_special = on_client and category not in _LEARNT
    return min(weight, _MOST) * (_PER_SPECIAL_WEIGHT if is_special else _PER_WEIGHT)
