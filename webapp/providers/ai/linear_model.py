"""A small linear classifier over words, read from a table of weights; no library needed."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

SMALLEST = 0.06
SCALE = 100
"""Weights are stored as whole hundredths."""

Weights = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class LinearModel:
    """Logistic regression: the classes, a bias for each, and weights for each feature."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Weights

    @classmethod
    def load(cls, path: Path) -> "LinearModel":
        """Read a table: the classes, the bias, then one feature a line."""
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = (line.split("\t") for line in lines[1:])
        known: dict[str, float] = {}  # of all weights only some hundreds differ
        table = {
            name: tuple(known.setdefault(cell, int(cell) / SCALE) for cell in cells)
            for name, *cells in rows
        }
        return cls(tuple(lines[0].split("\t")), table.pop(""), table)

    def save(self, path: Path) -> None:
        """Write the table that `load` reads, without features that hardly matter."""
        lines = ["\t".join(self.classes), _line("", self.bias)]
        lines += [
            _line(name, self.weights[name])
            for name in sorted(self.weights)
            if max(map(abs, self.weights[name])) >= SMALLEST
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """Return the probability of each class; the features must be without repeats."""
        totals = list(self.bias)
        for feature in features:
            for place, weight in enumerate(self.weights.get(feature, ())):
                totals[place] += weight
        return dict(zip(self.classes, softmax(totals), strict=True))


def softmax(totals: list[float]) -> list[float]:
    """Return probabilities that add up to one."""
    highest = max(totals)
    parts = [math.exp(total - highest) for total in totals]
    whole = sum(parts)
    return [part / whole for part in parts]


def _line(name: str, weights: Iterable[float]) -> str:
    return "\t".join([name, *(str(round(weight * SCALE)) for weight in weights)])
