"""What a call costs."""

import pytest

from webapp.providers.ai.pricing import MILLION, cost_usd


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-5-mini-2025-08-07", 2.25),
        ("gpt-5", 11.25),
        ("gpt-4o-mini", 0.75),
        ("claude-haiku-4-5-20251001", 6.0),
        ("claude-opus-4-1-20250805", 90.0),
        ("claude-opus-5", 30.0),
        ("a-model-to-come", 18.0),
    ],
)
def test_a_million_tokens_each_way_cost_what_the_longest_known_prefix_says(
    model: str, dollars: float
) -> None:
    assert cost_usd(model, MILLION, MILLION) == pytest.approx(dollars)


def test_no_tokens_cost_nothing() -> None:
    assert cost_usd("gpt-5-mini", 0, 0) == 0.0
