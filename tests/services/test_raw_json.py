"""A source's JSON is kept untouched, and stays valid JSON whatever a source sends."""

import json
from typing import Any

import pytest

from webapp.services.raw_json import MAX_RAW_BYTES, SHORTENED, raw_json


def strict(text: str) -> Any:
    def refuse(word: str) -> None:
        raise ValueError(word)

    return json.loads(text, parse_constant=refuse)


def test_half_a_megabyte_is_kept_whole() -> None:
    raw = {"title": "Ärger \u2028 \x00", "body": "x" * 500_000, "list": [1, {"a": None}]}
    assert strict(raw_json(raw)) == raw


@pytest.mark.parametrize(
    "raw",
    [
        {"body": "é" * 3_000_000},
        {"parts": ["x" * 3_000] * 5_000},
        {f"key-{number}": "x" * 500 for number in range(20_000)},
        {"k" * 2_000_000: 1},
        {"deep": [[["x" * 2_000_000]]]},
    ],
)
def test_what_is_too_large_is_shortened_and_still_valid(raw: dict[str, Any]) -> None:
    text = raw_json(raw)
    assert len(text.encode()) <= MAX_RAW_BYTES
    assert strict(text)[SHORTENED] is True


def test_the_short_fields_of_a_large_result_stay() -> None:
    raw = {"title": "Arcwell hires", "url": "https://a.example/1", "body": "x" * 2_000_000}
    kept = strict(raw_json(raw))
    assert (kept["title"], kept["url"]) == (raw["title"], raw["url"])


def test_numbers_that_json_does_not_know_become_null() -> None:
    raw = {"score": float("nan"), "list": [float("inf"), 1.5], "deep": {"x": -float("inf")}}
    assert strict(raw_json(raw)) == {"score": None, "list": [None, 1.5], "deep": {"x": None}}
