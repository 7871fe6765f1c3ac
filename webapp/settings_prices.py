"""Prices that a deployment names itself (`AI_PRICES`): `model=input/output[/cached]`."""

import math
from collections.abc import Mapping

EXAMPLE = "my-model=0.25/2.00/0.03, other-model=1/4"
_WITHOUT_CACHED, _WITH_CACHED = 2, 3


def read_prices(text: str) -> Mapping[str, tuple[float, float, float]]:
    """Return input, output and cached input of each model, in dollars for a million tokens.

    Raises ValueError for anything else than such a list.
    """
    prices = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        model, sign, amounts = entry.rpartition("=")
        numbers = [_dollars(each) for each in amounts.split("/")]
        if not model.strip() or not sign or len(numbers) not in (_WITHOUT_CACHED, _WITH_CACHED):
            raise _wrong()
        cached = numbers[2] if len(numbers) == _WITH_CACHED else numbers[0]
        prices[model.strip()] = (numbers[0], numbers[1], cached)
    return prices


def _dollars(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _wrong() from None
    if not math.isfinite(value) or value < 0:
        raise _wrong()
    return value


def _wrong() -> ValueError:
    return ValueError(f"must list prices in US dollars for a million tokens such as {EXAMPLE}")
