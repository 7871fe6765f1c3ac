"""What a call costs: its tokens times the vendor's list price, where that is known."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from webapp.providers.base import Usage

MILLION = 1_000_000
_TABLE = Path(__file__).parent / "prices.csv"
_UNLISTED = "*"
_SNAPSHOT = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$")


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens of each kind."""

    input: float
    cached: float
    cache_write: float
    cache_write_long: float
    output: float


@dataclass(frozen=True)
class Tokens:
    """What one answer used. The kinds of input exclude each other; output holds reasoning."""

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    cache_write_long: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def all_input(self) -> int:
        """Everything that was sent."""
        return self.input + self.cached + self.cache_write + self.cache_write_long

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(**{name: value + getattr(other, name) for name, value in vars(self).items()})


@dataclass(frozen=True)
class PriceList:
    """The table that ships, and what the deployment says of models that are not in it.

    A price is found by the model's name as it is set, else as the vendor answered it, each with
    or without the date of its snapshot. A name that merely begins alike is another model.
    """

    own: Mapping[str, tuple[float, float, float]]

    def find(self, *models: str) -> Price | None:
        """Return the price of the first of these names that has one."""
        names = [name for model in models for name in (model, _SNAPSHOT.sub("", model))]
        for name in names:
            if name in self.own:
                sent, received, cached = self.own[name]
                return Price(sent, cached, sent, sent, received)
        listed = (table()[name] for name in names if name in table() and name != _UNLISTED)
        return next(listed, None)

    def usage(self, tokens: Tokens, *models: str, calls: int) -> Usage:
        """Return what was used with its cost; an unknown price is None and counts as assumed."""
        price = self.find(*models)
        counted = _dollars(tokens, price or table()[_UNLISTED])
        return Usage(
            input_tokens=tokens.all_input,
            output_tokens=tokens.output,
            cost_usd=None if price is None else counted,
            calls=calls,
            cached_tokens=tokens.cached,
            cache_write_tokens=tokens.cache_write + tokens.cache_write_long,
            reasoning_tokens=tokens.reasoning,
            assumed_usd=counted,
        )


def _dollars(tokens: Tokens, price: Price) -> float:
    return (
        tokens.input * price.input
        + tokens.cached * price.cached
        + tokens.cache_write * price.cache_write
        + tokens.cache_write_long * price.cache_write_long
        + tokens.output * price.output
    ) / MILLION


@lru_cache(maxsize=1)
def table() -> Mapping[str, Price]:
    """Return the list prices by model."""
    lines = [line for line in _lines() if not line.startswith("#")]
    return {
        row.pop("model"): Price(**{name: float(value) for name, value in row.items()})
        for row in csv.DictReader(lines)
    }


def prices_as_of() -> date:
    """Return the day on which the table was looked up."""
    found = next(line for line in _lines() if line.startswith("# as_of,"))
    return date.fromisoformat(found.split(",")[1].strip())


def _lines() -> list[str]:
    return _TABLE.read_text(encoding="utf-8").splitlines()
