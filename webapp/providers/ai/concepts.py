"""What kinds of words a text has near each other: "axes a tenth of its crew" cuts work.

Phrases say how an event is told; concepts catch how else it can be told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from webapp.enums import Category
from webapp.providers.ai.evidence.meanings import base_of, stem
from webapp.providers.ai.wording import CLIENT

_LISTS = Path(__file__).parent / "wordlists" / "concepts"
_NEAR = 5
"""Words that two kinds may stand apart."""
_MARKS = {CLIENT: "client", "AMT": "amount", "NUM": "number", "PCT": "share"}
_ENDS_OF = {"worker": "work", "workers": "work"}
"""Endings that make a word of a kind: steelworkers work."""

Kinds = frozenset[str]


@dataclass(frozen=True)
class Rule:
    """Kinds of words that, near each other in this order, tell of a category."""

    category: Category
    weight: float
    kinds: tuple[str, ...]


def concept_weights(plain: str) -> Iterator[tuple[Category, float]]:
    """Yield each category that a text in plain form tells of by its concepts, with the weight."""
    words = plain.split()
    places = _places(words)
    for rule in _rules():
        if all(kind in places for kind in rule.kinds) and _stand_near(rule.kinds, places):
            yield rule.category, rule.weight


def _places(words: Sequence[str]) -> Mapping[str, list[int]]:
    """Return for each kind the places of its words."""
    found: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        for kind in _kinds(word) | _kinds_of_pair(word, following):
            found.setdefault(kind, []).append(place)
    return found


def _stand_near(kinds: tuple[str, ...], places: Mapping[str, list[int]]) -> bool:
    reached = places[kinds[0]]
    for kind in kinds[1:]:
        reached = [
            place
            for place in places[kind]
            if any(0 < place - before <= _NEAR for before in reached)
        ]
    return bool(reached)


@lru_cache(maxsize=20_000)
def _kinds(word: str) -> Kinds:
    if word in _MARKS:
        return frozenset((_MARKS[word],))
    kinds = _classes().get(stem(word), frozenset()) | _classes().get(
        stem(base_of(word)), frozenset()
    )
    ending = next((kind for end, kind in _ENDS_OF.items() if word.endswith(end)), None)
    return kinds | {ending} if ending else kinds


@lru_cache(maxsize=20_000)
def _kinds_of_pair(word: str, following: str) -> Kinds:
    pairs = {f"{stem(one)}_{stem(following)}" for one in (word, base_of(word))}
    return frozenset(kind for pair in pairs for kind in _classes().get(pair, ()))


@lru_cache(maxsize=1)
def _classes() -> dict[str, Kinds]:
    found: dict[str, set[str]] = {}
    for line in _lines("classes.txt"):
        kind, _, words = line.partition(":")
        for word in words.split():
            key = "_".join(stem(part) for part in word.split("_"))
            found.setdefault(key, set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    rules = []
    for line in _lines("pairs.txt"):
        head, _, chains = line.partition(":")
        name, weight = head.split()
        rules += [
            Rule(Category(name), float(weight), tuple(chain.split())) for chain in chains.split(";")
        ]
    return tuple(rules)


def _lines(name: str) -> Iterator[str]:
    for line in (_LISTS / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
