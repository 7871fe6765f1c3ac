"""How strongly a text speaks of each category, by its phrases and concepts."""

from collections.abc import Iterator
from pathlib import Path

from webapp.enums import Category
from webapp.providers.ai.concepts import concept_weights
from webapp.providers.ai.phrases import Phrase, PhraseBook, compiled

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


def category_weights(plain: str) -> dict[Category, float]:
    """Return the weight of each category that a text in plain form speaks of.

    Deals over companies all stand under ACQUISITION_BY_CLIENT, whichever side the client is on.
    """
    found: dict[Category, list[float]] = {}
    for phrase in _BOOK.found(plain):
        found.setdefault(phrase.meaning, []).append(phrase.weight)
    for category, weight in concept_weights(plain):
        found.setdefault(category, []).append(weight)
    return {
        category: max(weights) + SECOND_SHARE * (sum(weights) - max(weights))
        for category, weights in found.items()
    }
