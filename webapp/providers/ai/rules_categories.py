"""The category of an article: its wording weighed together with what was learnt of topics."""

import re
from dataclasses import dataclass

from webapp.enums import Category
from webapp.providers.ai.category_weights import category_weights
from webapp.providers.ai.topics import COMPANY, DEAL, topic_chances
from webapp.providers.ai.wording import CLIENT

_MOST = 6.0
_PER_WEIGHT = 0.25
_OTHER_SHARE = 0.5
_SNIPPET_SHARE = 0.4
_LEARNT_SHARE = 2.5
_LEARNT_OTHER_SHARE = 1.0
"""What was learnt of `other` is market talk, which weighs less where the client is named."""
_COMPANY_SHARE = 1.25
_ENOUGH = 1.0
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
    rf"{CLIENT} (?:\S+ ){{0,5}}?(?:be|been|being|is|was|gets) (?:acquired|bought|purchased|taken|sold) "
)
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
    scores = _scores(title, snippet)
    best = max(scores, key=lambda category: scores[category], default=Category.OTHER)
    if scores.get(best, 0.0) < _ENOUGH:
        return CategoryFinding(Category.OTHER, scores)
    if best is Category.ACQUISITION_BY_CLIENT and is_client_bought(f"{title} | {snippet}"):
        best = Category.ACQUIRED_OR_MERGED
        scores[best] = scores[Category.ACQUISITION_BY_CLIENT]
    return CategoryFinding(best, scores)


def _scores(title: str, snippet: str) -> dict[Category, float]:
    weights = category_weights(title)
    scores = {category: _by_phrases(category, weight) for category, weight in weights.items()}
    for category, weight in category_weights(snippet).items() if snippet else ():
        told = _by_phrases(category, weight) * _SNIPPET_SHARE
        scores[category] = scores.get(category, 0.0) + told
    chances = topic_chances(title, weights)
    news_of_company = chances.pop(COMPANY)
    for category in set(scores) - _LEARNT:
        scores[category] += _COMPANY_SHARE * news_of_company
    for name, chance in chances.items():
        category = Category.ACQUISITION_BY_CLIENT if name == DEAL else Category(name)
        is_talk = category is Category.OTHER and CLIENT in title
        share = _LEARNT_OTHER_SHARE if is_talk else _LEARNT_SHARE
        scores[category] = scores.get(category, 0.0) + share * chance
    return scores


def _by_phrases(category: Category, weight: float) -> float:
    share = _OTHER_SHARE if category is Category.OTHER else 1.0
    return min(weight, _MOST) * _PER_WEIGHT * share


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
