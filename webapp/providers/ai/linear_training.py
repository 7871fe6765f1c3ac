"""Fits a LinearModel: stochastic gradient descent with AdaGrad steps, the same on every run."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence

from webapp.providers.ai.linear_model import LinearModel, softmax

Example = tuple[frozenset[str], str]
"""The features of a text and its class."""

DECAY = 0.01
"""How strongly weights are drawn to zero; more of it forgets rare words."""
MIN_TEXTS = 3
"""A feature that fewer texts have is left out."""


def fit(examples: Sequence[Example], *, epochs: int, step: float) -> LinearModel:
    """Return a model in which every class weighs more the rarer it is.

    More `epochs` and a longer `step` learn the examples more closely.
    """
    counts = Counter(feature for features, _ in examples for feature in features)
    kept = [
        (tuple(sorted(name for name in features if counts[name] >= MIN_TEXTS)), label)
        for features, label in examples
    ]
    classes = tuple(sorted({label for _, label in kept}))
    training = _Training(classes, kept, step)
    for epoch in range(epochs):
        training.run(epoch)
    return training.model()


class _Training:
    """Weights on their way."""

    def __init__(
        self, classes: tuple[str, ...], examples: Sequence[tuple[tuple[str, ...], str]], step: float
    ) -> None:
        self._step = step
        self._classes = classes
        self._examples = examples
        sizes = Counter(label for _, label in examples)
        self._importance = {
            label: len(examples) / (len(classes) * size) for label, size in sizes.items()
        }
        self._weights: dict[str, list[float]] = {"": [0.0] * len(classes)}
        self._squares: dict[str, float] = {}

    def run(self, epoch: int) -> None:
        for features, label in self._shuffled(epoch):
            self._learn(("", *features), label)

    def model(self) -> LinearModel:
        weights = {name: tuple(values) for name, values in self._weights.items()}
        return LinearModel(self._classes, weights.pop(""), weights)

    def _shuffled(self, epoch: int) -> Iterator[tuple[tuple[str, ...], str]]:
        def place(number: int) -> bytes:
            return hashlib.sha256(f"{epoch}|{number}".encode()).digest()

        order = sorted(range(len(self._examples)), key=place)
        return (self._examples[number] for number in order)

    def _learn(self, features: tuple[str, ...], label: str) -> None:
        rows = [self._weights.setdefault(name, [0.0] * len(self._classes)) for name in features]
        chances = softmax([sum(column) for column in zip(*rows, strict=True)])
        importance = math.sqrt(self._importance[label])
        slopes = [
            importance * (chance - (name == label))
            for name, chance in zip(self._classes, chances, strict=True)
        ]
        steepness = sum(slope * slope for slope in slopes)
        for name, row in zip(features, rows, strict=True):
            square = self._squares[name] = self._squares.get(name, 1.0) + steepness
            step = self._step / math.sqrt(square)
            for place, slope in enumerate(slopes):
                row[place] -= step * (slope + DECAY * row[place])
