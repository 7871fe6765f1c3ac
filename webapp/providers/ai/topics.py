"""What a headline is about, by weights trained on labelled financial headlines."""

import itertools
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from webapp.enums import Category
from webapp.providers.ai.linear_model import LinearModel

PATH = Path(__file__).parent / "models" / "topics.tsv"
DEAL = "deal"
COMPANY = "company"
"""Classes of the model that are no category: a deal without its side, any company news."""
STRONG_PHRASE = 4.0


def topic_features(plain: str, weights: Mapping[Category, float]) -> frozenset[str]:
    """Return words, pairs of words and the categories whose phrases were found."""
    words = plain.split()
    pairs = (f"{first} {second}" for first, second in itertools.pairwise(words))
    spoken = (f"r {category.value}" for category in weights)
    strong = (
        f"R {category.value}" for category, weight in weights.items() if weight >= STRONG_PHRASE
    )
    return frozenset((*(f"w {word}" for word in words), *pairs, *spoken, *strong))


def topic_chances(plain: str, weights: Mapping[Category, float]) -> dict[str, float]:
    """Return the probability of each class of the model for a title in plain form."""
    return topic_model().probabilities(topic_features(plain, weights))


@lru_cache(maxsize=1)
def topic_model() -> LinearModel:
    """Return the trained weights, read once."""
    return LinearModel.load(PATH)
