"""VADER's scores of words, extended by what words mean in business."""

from functools import lru_cache
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

_LIST = Path(__file__).parent / "wordlists" / "sentiment.txt"


def business_words() -> dict[str, float]:
    """Return each listed word with its score from -4 to 4."""
    words: dict[str, float] = {}
    score = 0.0
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            score = float(line.strip("[]"))
        elif not line.startswith("#"):
            words.update(dict.fromkeys(line.split(), score))
    return words


@lru_cache(maxsize=1)
def _analyzer() -> SentimentIntensityAnalyzer:
    analyzer = SentimentIntensityAnalyzer()
    analyzer.lexicon.update(business_words())
    return analyzer


def word_score(text: str) -> float:
    """Return the tone of a text by its words alone, from -1.0 to 1.0."""
    return float(_analyzer().polarity_scores(text)["compound"])
