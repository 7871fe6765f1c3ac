"""The category of a text by its wording, with the weight of each that came into question."""

from collections.abc import Iterator
from pathlib import Path

from webapp.enums import Category
from webapp.providers.ai.phrases import Phrase, PhraseBook, compiled

SNIPPET_SHARE = 0.5
"""A phrase in the snippet counts for half of one in the title."""
SECOND_SHARE = 0.25
"""Every further phrase of a category adds a quarter of its weight."""

_LISTS = Path(__file__).parent / "wordlists" / "categories"


def _read(path: Path) -> Iterator[Phrase[Category]]:
    category, weight = Category.OTHER, 0.0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name, number = line.strip("[]").split()
            category, weight = Category(name), float(number)
        elif line and not line.startswith("#"):
            yield compiled(category, weight, line)


_BOOK = PhraseBook(phrase for path in sorted(_LISTS.glob("*.txt")) for phrase in _read(path))


def category_weights(title: str, snippet: str = "") -> dict[Category, float]:
    """Return the weight of each category that title or snippet (in plain form) speaks of."""
    weights: dict[Category, float] = {}
    for text, share in ((title, 1.0), (snippet, SNIPPET_SHARE)):
        for category, weight in _one_text(text).items():
            weights[category] = weights.get(category, 0.0) + weight * share
    return weights


def _one_text(plain: str) -> dict[Category, float]:
    found: dict[Category, list[float]] = {}
    for phrase in _BOOK.found(plain):
        found.setdefault(phrase.meaning, []).append(phrase.weight)
    return {
        category: max(weights) + SECOND_SHARE * (sum(weights) - max(weights))
        for category, weights in found.items()
    }
