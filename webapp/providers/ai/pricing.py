"""What a call costs: US dollars for a million tokens in and out, by model."""

MILLION = 1_000_000

_PRICES: dict[str, tuple[float, float]] = {
    "gpt-5": (1.25, 10.0),
    "gpt-5-mini": (0.25, 2.0),
    "gpt-5-nano": (0.05, 0.4),
    "gpt-5-pro": (15.0, 120.0),
    "gpt-4.1": (2.0, 8.0),
    "gpt-4.1-mini": (0.4, 1.6),
    "gpt-4.1-nano": (0.1, 0.4),
    "gpt-4o": (2.5, 10.0),
    "gpt-4o-mini": (0.15, 0.6),
    "gpt-4-turbo": (10.0, 30.0),
    "gpt-4": (30.0, 60.0),
    "gpt-3.5": (0.5, 1.5),
    "o1": (15.0, 60.0),
    "o3": (2.0, 8.0),
    "o3-mini": (1.1, 4.4),
    "o4-mini": (1.1, 4.4),
    "claude-haiku": (1.0, 5.0),
    "claude-3-5-haiku": (0.8, 4.0),
    "claude-3-haiku": (0.25, 1.25),
    "claude-3-opus": (15.0, 75.0),
    "claude-3": (3.0, 15.0),
    "claude-sonnet": (3.0, 15.0),
    "claude-opus": (5.0, 25.0),
    "claude-opus-4-0": (15.0, 75.0),
    "claude-opus-4-1": (15.0, 75.0),
    "claude-opus-4-2025": (15.0, 75.0),
}
_DEFAULT = (3.0, 15.0)
"""For a model that is not listed: rather too much than too little, the budget relies on it."""


def cost_usd(model: str, input_tokens: int, output_tokens: int) -> float:
    """Return the price of one call; cached tokens count in full, so it is an upper bound."""
    known = [prefix for prefix in _PRICES if model.startswith(prefix)]
    price_in, price_out = _PRICES[max(known, key=len)] if known else _DEFAULT
    return (input_tokens * price_in + output_tokens * price_out) / MILLION
