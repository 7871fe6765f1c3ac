"""What a call costs: each kind of token at its own price, and nothing where no price is known."""

from datetime import date

import pytest

from tests.doubles.local_server import Answer
from tests.providers.ai.cases import REQUEST, answering, sample
from webapp.providers.ai.pricing import MILLION, PriceList, Tokens, prices_as_of, table
from webapp.providers.base import Usage
from webapp.settings_prices import read_prices

LISTED = PriceList({})
EACH_WAY = Tokens(input=MILLION, output=MILLION)


def cost(model: str, tokens: Tokens = EACH_WAY, prices: PriceList = LISTED) -> float | None:
    return prices.usage(tokens, model, calls=1).cost_usd


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-6-luna", 0.6),
        ("gpt-5-mini-2025-08-07", 2.25),
        ("gpt-5", 11.25),
        ("claude-haiku-4-5-20251001", 6.0),
        ("claude-opus-4-1-20250805", 90.0),
    ],
)
def test_a_million_tokens_each_way_cost_the_list_price(model: str, dollars: float) -> None:
    assert cost(model) == pytest.approx(dollars)


@pytest.mark.parametrize("model", ["a-model-to-come", "gpt-5-ultra", "gpt-55", "*", ""])
def test_a_model_that_is_not_listed_has_no_price_but_counts_in_a_budget(model: str) -> None:
    usage = LISTED.usage(EACH_WAY, model, calls=1)
    assert usage.cost_usd is None
    assert usage.counted_usd == pytest.approx(35.0)


def test_what_was_cached_has_prices_of_its_own() -> None:
    tokens = Tokens(cached=MILLION, cache_write=MILLION, cache_write_long=MILLION)
    assert cost("claude-haiku-4-5", tokens) == pytest.approx(0.1 + 1.25 + 2)
    assert tokens.all_input == 3 * MILLION


def test_a_deployment_names_the_price_of_its_own_model() -> None:
    own = PriceList(read_prices("house-model=0.5/2/0.1, gpt-5=0/0"))
    assert cost("house-model", prices=own) == pytest.approx(2.5)
    assert cost("house-model", Tokens(cached=MILLION), own) == pytest.approx(0.1)
    assert cost("gpt-5", prices=own) == 0.0


def test_the_name_that_is_set_counts_before_the_one_that_answered() -> None:
    named = LISTED.usage(EACH_WAY, "gpt-6-luna", "gpt-5.5", calls=1)
    alias = LISTED.usage(EACH_WAY, "our-alias", "gpt-6-luna-2026-09-22", calls=1)
    assert named.cost_usd == alias.cost_usd == pytest.approx(0.6)


@pytest.mark.parametrize(
    "text", ["x", "x=1", "=1/2", "x=1/2/3/4", "x=a/b", "x=-1/2", "x=nan/1", "x=1/inf"]
)
def test_a_price_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        read_prices(text)


def test_the_table_says_when_it_was_looked_up_and_has_the_defaults() -> None:
    assert prices_as_of() > date(2026, 1, 1)
    assert {"gpt-6-luna", "claude-haiku-5-5"} <= set(table())
    assert all(each.cached <= each.input <= each.output for each in table().values())


def test_no_tokens_cost_nothing() -> None:
    assert cost("gpt-5-mini", Tokens()) == 0.0


def test_what_is_added_up_is_known_only_if_each_part_is() -> None:
    known, unknown = Usage(10, 5, 0.5), Usage(1, 1, None, assumed_usd=0.25)
    both = known + unknown
    assert (both.cost_usd, both.counted_usd, both.input_tokens) == (None, 0.75, 11)
    assert (known + known).cost_usd == 1.0


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
def test_each_kind_of_token_of_an_answer_is_kept(vendor: str) -> None:
    usage: dict[str, object] = {
        "prompt_tokens": 900,
        "prompt_tokens_details": {"cached_tokens": 300, "cache_write_tokens": 100},
        "completion_tokens": 70,
        "completion_tokens_details": {"reasoning_tokens": 50},
    }
    if vendor == "anthropic":
        usage = {
            "input_tokens": 500,
            "cache_read_input_tokens": 300,
            "cache_creation_input_tokens": 100,
            "cache_creation": {"ephemeral_1h_input_tokens": 40, "ephemeral_5m_input_tokens": 60},
            "output_tokens": 70,
            "output_tokens_details": {"thinking_tokens": 50},
        }
    body = {**sample(f"{vendor}/classify.json"), "usage": usage}
    with answering(vendor, Answer(body)) as (provider, _):
        used = provider.classify(REQUEST).usage
    assert (used.input_tokens, used.cached_tokens, used.cache_write_tokens) == (900, 300, 100)
    assert (used.output_tokens, used.reasoning_tokens) == (70, 50)


def test_a_breakdown_that_exceeds_its_whole_is_cut_to_it() -> None:
    usage = {"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 900}}
    body = {**sample("openai/classify.json"), "usage": usage}
    with answering("openai", Answer(body)) as (provider, _):
        used = provider.classify(REQUEST).usage
    assert (used.input_tokens, used.cached_tokens) == (10, 10)
