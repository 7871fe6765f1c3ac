"""Choices that look random and are the same for the same seed, on every machine."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Dice:
    """Makes choices out of a seed; each `label` is a throw of its own."""

    seed: str

    def number(self, label: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        digest = hashlib.sha256(f"{self.seed}|{label}".encode()).digest()
        return low + int.from_bytes(digest[:8], "big") % (high - low + 1)

    def pick(self, label: str, items: Sequence[_Item]) -> _Item:
        """Return one of the items."""
        return items[self.number(label, 0, len(items) - 1)]

    def shuffled(self, label: str, items: Sequence[_Item]) -> list[_Item]:
        """Return the items in an order of their own."""
        order = sorted(
            range(len(items)), key=lambda place: self.number(f"{label}{place}", 0, 2**62)
        )
        return [items[place] for place in order]
