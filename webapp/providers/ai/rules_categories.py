"""The category of an article: its wording weighed together with what was learnt of topics."""

import re
from dataclasses import dataclass

from webapp.enums import Category
from webapp.providers.ai.category_weights import category_weights
from webapp.providers.ai.topics import COMPANY, DEAL, topic_chances
from webapp.providers.ai.wording import CLIENT

_MOST = 8.0
_PER_WEIGHT = 0.25
_PER_SPECIAL_WEIGHT = 0.4
"""Phrases of categories that nothing was learnt of count more where the client is named."""
_OTHER_SHARE = 0.5
_SNIPPET_SHARE = 0.4
_LONE_SNIPPET_SHARE = 0.9
"""What the snippet says counts nearly in full where only it names the client."""
_LEARNT_SHARE = 2.5
_LEARNT_OTHER_SHARE = 0.5
"""What was learnt of `other` is market talk, which weighs less where the client is named."""
_COMPANY_SHARE = 1.25
_ENOUGH = 1.0
_ENOUGH_ON_CLIENT = 0.7
"""Below this score no category is named: the article is `other`."""

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
_PASSIVE = re.compile(
    rf"{CLIENT} (?:\S+ ){{0,5}}?(?:be|been|being|is|was|gets) "
    r"(?:acquired|bought|purchased|taken|sold) "
    rf"|{CLIENT} (?:acquired|bought|purchased|taken over) by "
)
_MARKET_TALK = re.compile(
    r" (?:acquires?|buys?|sells?|sold|cuts?|trims?|boosts?|raises?|lowers?|has|lifts?|grows?|takes?|"
    r"increases?|reduces?|decreases?|holds?|purchases?) (?:\S+ ){0,4}?"
    rf"(?:position|holdings?|stake|shares) (?:in|of) {CLIENT} (?:\S+ ){{0,3}}TICKER "
    r"|(?:llc|llp|advisors|advisers|fund|wealth|insider|pension|trust) (?:\S+ ){0,5}?"
    rf"(?:position|holdings?|stake|shares) (?:in|of) {CLIENT} "
    r"|(?:upgraded|downgraded|cut|raised|lowered|rated|initiated|reiterated) (?:\S+ ){0,3}?"
    r"(?:to|at|as) (?:a )?(?:strong )?(?:buy|sell|hold|neutral|overweight|underweight|outperform) "
)
"""Who holds how many shares and what analysts rate them; made by machines, by the dozen."""
_BOUGHT = re.compile(
    rf"(?:acqui\w+|buys?|buying|bought|purchas\w+|takeover of|bid for|offer for|merg\w+ with) "
    rf"(?:\S+ ){{0,3}}{CLIENT} "
    rf"|{CLIENT} (?:\S+ ){{0,4}}(?:takeover|buyout|merger|merge|sale talks|acquisition offer) "
    rf"|(?:sale|acquisition|takeover|buyout|purchase) of {CLIENT} "
    rf"| and {CLIENT} (?:\S+ ){{0,5}}merge"
)
_BUYING = re.compile(
    rf"{CLIENT} (?:\S+ ){{0,6}}?(?:acquires?|acquired|acquiring|buys?|bought|buying|purchases?|"
    r"takes?|completes?|closes?|snaps?|to (?:acquire|buy|purchase)) "
)


@dataclass(frozen=True)
class CategoryFinding:
    """A category, how sure it is, and what spoke for each that came into question."""

    category: Category
    scores: dict[Category, float]

    @property
    def strength(self) -> float:
        """The score of the category itself; 1 is just enough, 3 and more is plain."""
        return self.scores.get(self.category, 0.0)


def find_category(title: str, snippet: str) -> CategoryFinding:
    """Return the category of an article whose title and snippet are in plain form."""
    if _MARKET_TALK.search(title):
        return CategoryFinding(Category.OTHER, {Category.OTHER: _ENOUGH})
    scores = _scores(title, snippet)
    best = max(scores, key=lambda category: scores[category], default=Category.OTHER)
    if scores.get(best, 0.0) < (_ENOUGH_ON_CLIENT if CLIENT in title + snippet else _ENOUGH):
        return CategoryFinding(Category.OTHER, scores)
    if best is Category.ACQUISITION_BY_CLIENT and is_client_bought(f"{title} | {snippet}"):
        best = Category.ACQUIRED_OR_MERGED
        scores[best] = scores[Category.ACQUISITION_BY_CLIENT]
    return CategoryFinding(best, scores)


def _scores(title: str, snippet: str) -> dict[Category, float]:
    weights = category_weights(title)
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


def _by_phrases(category: Category, weight: float, *, on_client: bool) -> float:
    if category is Category.OTHER:
        return min(weight, _MOST) * _PER_WEIGHT * _OTHER_SHARE
    is_special = on_client and category not in _LEARNT
    return min(weight, _MOST) * (_PER_SPECIAL_WEIGHT if is_special else _PER_WEIGHT)


def is_client_bought(plain: str) -> bool:
    """Tell whether the client is what a deal is over, or one half of a merger."""
    if CLIENT not in plain:
        return False
    if _PASSIVE.search(plain):
        return True
    bought, buying = _BOUGHT.search(plain), _BUYING.search(plain)
    if bought is None or buying is None:
        return bought is not None
    return bought.start() <= buying.start()
