"""The usual scores, each from plain lists."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Hits:
    """How many were found, how many there are, how many are both."""

    both: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 when nothing was found."""
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is right that was found; 1 when there is nothing to find."""
        return self.both / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.both / (self.found + self.wanted) if self.found + self.wanted else 1.0

    def __add__(self, other: "Hits") -> "Hits":
        """Add up the counts of two measurements."""
        return Hits(self.both + other.both, self.found + other.found, self.wanted + other.wanted)


def hits(found: set[Hashable], wanted: set[Hashable]) -> Hits:
    """Count what two sets share."""
    return Hits(len(found & wanted), len(found), len(wanted))


def pair_hits(truth: Sequence[Hashable], said: Sequence[Hashable]) -> Hits:
    """Compare two groupings of the same rows by their pairs."""
    return hits(_pairs(said), _pairs(truth))


def b_cubed(truth: Sequence[Hashable], said: Sequence[Hashable]) -> float:
    """Return the B-cubed F1 of two groupings: precision and recall averaged over the rows."""
    true_sizes, said_sizes = Counter(truth), Counter(said)
    shared = Counter(zip(truth, said, strict=True))
    precision = sum(count**2 / said_sizes[group] for (_, group), count in shared.items())
    recall = sum(count**2 / true_sizes[group] for (group, _), count in shared.items())
    return 2 * precision * recall / (precision + recall) / len(truth)


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Return the mean F1 over the classes that truly occur; pairs are (truth, verdict)."""
    counts = Counter(pairs)
    asked = Counter(truth for truth, _ in pairs)
    said = Counter(verdict for _, verdict in pairs)
    scores = [2 * counts[name, name] / (asked[name] + said[name]) for name in asked]
    return sum(scores) / len(scores)


def groups(clusters: Sequence[Sequence[int]], size: int) -> list[int]:
    """Turn clusters of places into one group number a row."""
    numbers = [-1] * size
    for number, cluster in enumerate(clusters):
        for place in cluster:
            numbers[place] = number
    return numbers


def _pairs(labels: Sequence[Hashable]) -> set[Hashable]:
    places = defaultdict(list)
    for place, label in enumerate(labels):
        places[label].append(place)
    return {pair for group in places.values() for pair in combinations(group, 2)}
