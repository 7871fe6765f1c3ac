"""Groups things by the scores of their pairs: the likeliest groups join until none is likely."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

UNCOMPARED = -3.0
"""The score of a pair that shares nothing worth comparing."""
_EVERYWHERE = 0.15
_MANY = 200
"""A mark that more things than this have, and more than that share of all, compares nothing."""
_RARE = 15
"""Having one mark in common that at most this many have is reason enough to compare."""
_LEAST_SHARED = 2
_SMALL = 120
"""Up to this many things, every pair is compared."""

Pair = tuple[int, int]


def grouped(
    marks: Sequence[frozenset[str]], *, score: Callable[[int, int], float]
) -> list[list[int]]:
    """Return groups of places, in order; pairs are compared when they share some marks.

    Two groups join while the mean score of their pairs is above 0, the highest first.
    """
    groups = _Groups({pair: score(*pair) for pair in _pairs(marks)}, len(marks))
    groups.join_all()
    return groups.places()


def _pairs(marks: Sequence[frozenset[str]]) -> Iterable[Pair]:
    if len(marks) <= _SMALL:
        return combinations(range(len(marks)), 2)
    places = defaultdict(list)
    for place, own in enumerate(marks):
        for mark in own:
            places[mark].append(place)
    widest = max(_MANY, int(_EVERYWHERE * len(marks)))
    shared: dict[Pair, int] = defaultdict(int)
    for held in places.values():
        if len(held) <= widest:
            worth = _LEAST_SHARED if len(held) <= _RARE else 1
            for pair in combinations(held, 2):
                shared[pair] += worth
    return (pair for pair, count in shared.items() if count >= _LEAST_SHARED)


class _Groups:
    """Groups on their way, with the sums of the scores between them."""

    def __init__(self, scores: dict[Pair, float], size: int) -> None:
        self._members = {place: [place] for place in range(size)}
        self._beside: dict[int, dict[int, float]] = {place: {} for place in range(size)}
        self._compared: dict[int, dict[int, int]] = {place: {} for place in range(size)}
        for (one, other), score in scores.items():
            self._set(one, other, total=score, count=1)
        self._heap = [(-score, *pair) for pair, score in scores.items() if score > 0]
        heapq.heapify(self._heap)

    def join_all(self) -> None:
        while self._heap:
            mean, one, other = heapq.heappop(self._heap)
            if one in self._members and other in self._members and mean == -self._mean(one, other):
                self._join(one, other)

    def places(self) -> list[list[int]]:
        return sorted(sorted(members) for members in self._members.values())

    def _join(self, one: int, other: int) -> None:
        self._members[one] += self._members.pop(other)
        totals, counts = self._beside.pop(other), self._compared.pop(other)
        for near, total in totals.items():
            count = counts[near]
            del self._beside[near][other], self._compared[near][other]
            if near != one:
                more = self._beside[one].get(near, 0.0)
                self._set(one, near, total=total + more, count=count + self._count(one, near))
        for near in self._beside[one]:
            mean = self._mean(one, near)
            if mean > 0:
                heapq.heappush(self._heap, (-mean, min(one, near), max(one, near)))

    def _set(self, one: int, other: int, *, total: float, count: int) -> None:
        self._beside[one][other] = self._beside[other][one] = total
        self._compared[one][other] = self._compared[other][one] = count

    def _count(self, one: int, other: int) -> int:
        return self._compared[one].get(other, 0)

    def _mean(self, one: int, other: int) -> float:
        pairs = len(self._members[one]) * len(self._members[other])
        compared = self._count(one, other)
        total = self._beside[one].get(other, 0.0) + UNCOMPARED * (pairs - compared)
        return total / pairs
