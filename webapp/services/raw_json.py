"""A source's own JSON as text: kept whole, and valid JSON in every case."""

import json
import math
from collections.abc import Mapping
from typing import Any

MAX_RAW_BYTES = 1_000_000
"""A single result above this is a source gone wrong; its longest texts are shortened then."""
SHORTENED = "_shortened"
_LONGEST_TEXTS = (50_000, 5_000, 500, 50)
_MOST_ENTRIES = 200
_DEEPEST = 30


def raw_json(raw: Mapping[str, Any]) -> str:
    """Return a result's JSON untouched; one above the cap loses length, never its validity."""
    text = _dumped(raw)
    if len(text) <= MAX_RAW_BYTES:
        return text
    for longest in _LONGEST_TEXTS:
        text = _dumped({**_shortened(raw, longest, _DEEPEST), SHORTENED: True})
        if len(text) <= MAX_RAW_BYTES:
            return text
    return _dumped({SHORTENED: True})


def _dumped(raw: Mapping[str, Any]) -> str:
    """Write ASCII, so that characters are bytes and nothing is in it that a database refuses."""
    try:
        return json.dumps(raw, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(raw), default=str, allow_nan=False)


def _finite(value: Any) -> Any:  # noqa: ANN401 -- whatever JSON holds
    """Replace what JSON has no word for (NaN, infinity) by null."""
    if isinstance(value, Mapping):
        return {str(key): _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _shortened(value: Any, longest: int, depth: int) -> Any:  # noqa: ANN401 -- whatever JSON holds
    if isinstance(value, str):
        return value[:longest]
    if depth == 0:
        return None
    if isinstance(value, Mapping):
        entries = list(value.items())[:_MOST_ENTRIES]
        return {str(key)[:200]: _shortened(each, longest, depth - 1) for key, each in entries}
    if isinstance(value, list | tuple):
        return [_shortened(each, longest, depth - 1) for each in value[:_MOST_ENTRIES]]
    return value
