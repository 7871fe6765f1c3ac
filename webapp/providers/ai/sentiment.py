"""How good or bad a text is for the client, from -1.0 to 1.0."""

import itertools
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from webapp.enums import Category
from webapp.providers.ai.linear_model import LinearModel
from webapp.providers.ai.sentiment_words import word_score
from webapp.providers.ai.wording import CLIENT

PATH = Path(__file__).parent / "models" / "sentiment.tsv"
POSITIVE, NEUTRAL, NEGATIVE = "positive", "neutral", "negative"
NEUTRAL_BAND = 0.25
"""Within this distance of zero a text counts as neutral."""

_NEAR = 4
_TONE_STEPS = 3
_SNIPPET_SHARE = 0.3
_KIND_SHARE = 0.3
_BREAKS = frozenset(
    {":", ";", ",", "?", "!", "|", "but", "while", "as", "after", "despite", "though", "whereas"}
)
_KIND: dict[Category, float] = {
    Category.LAYOFFS_RESTRUCTURING: -0.8,
    Category.BANKRUPTCY_DISTRESS: -1.0,
    Category.SECURITY_INCIDENT: -0.9,
    Category.LEGAL_REGULATORY: -0.7,
    Category.RESTATEMENT_GOVERNANCE: -0.8,
    Category.CONTRACT_TERMINATED: -0.8,
    Category.NEGATIVE_PRESS: -0.7,
    Category.FUNDING: 0.7,
    Category.ACQUISITION_BY_CLIENT: 0.5,
    Category.MARKET_EXPANSION: 0.6,
    Category.HIRING_SURGE: 0.6,
    Category.PRODUCT_LAUNCH: 0.5,
    Category.PARTNERSHIP: 0.6,
    Category.AWARD_RECOGNITION: 0.8,
}
"""What kinds of news usually mean for the company that they are about."""


def sentiment(title: str, snippet: str, *, category: Category = Category.OTHER) -> float:
    """Return the sentiment of an article in plain form for the client, from -1.0 to 1.0.

    It is made of the words' trained weights, VADER's score, and the kind of event.
    """
    score = text_sentiment(title)
    if snippet.strip():
        score = (1 - _SNIPPET_SHARE) * score + _SNIPPET_SHARE * text_sentiment(snippet)
    if category in _KIND:
        score = (1 - _KIND_SHARE) * score + _KIND_SHARE * _KIND[category]
    return round(score, 3)


def text_sentiment(plain: str) -> float:
    """Return the sentiment of one text in plain form, from -1.0 to 1.0."""
    chances = sentiment_model().probabilities(sentiment_features(plain))
    return chances[POSITIVE] - chances[NEGATIVE]


def sentiment_label(score: float) -> str:
    """Return positive, neutral or negative."""
    if abs(score) <= NEUTRAL_BAND:
        return NEUTRAL
    return POSITIVE if score > 0 else NEGATIVE


def sentiment_features(plain: str) -> frozenset[str]:
    """Return the features of a text: words, where they stand to the client, and the tone."""
    words = plain.split()
    return frozenset(_features(words))


def _features(words: list[str]) -> Iterator[str]:
    clause = _clause(words)
    yield from (f"w {word}" for word in words)
    yield from (f"{first} {second}" for first, second in itertools.pairwise(words))
    yield from (f"c {word}" for word in clause)
    yield f"V {_tone(words)}"
    yield f"C {_tone(clause)}"
    if CLIENT in words:
        at = words.index(CLIENT)
        yield from (f"a {word}" for word in words[at + 1 : at + 1 + _NEAR])
        yield from (f"p {word}" for word in words[max(at - _NEAR, 0) : at])


def _tone(words: list[str]) -> str:
    return f"{round(word_score(' '.join(words)) * _TONE_STEPS):+d}"


def _clause(words: list[str]) -> list[str]:
    """Return the part of the sentence that the client stands in, all of it without the client."""
    if CLIENT not in words:
        return words
    at = words.index(CLIENT)
    before = (place + 1 for place in range(at - 1, -1, -1) if words[place] in _BREAKS)
    behind = (place for place in range(at + 1, len(words)) if words[place] in _BREAKS)
    return words[next(before, 0) : next(behind, len(words))]


@lru_cache(maxsize=1)
def sentiment_model() -> LinearModel:
    """Return the trained weights, read once."""
    return LinearModel.load(PATH)
