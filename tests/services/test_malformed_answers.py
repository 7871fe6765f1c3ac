"""Whatever a model answers: no exception comes out, no value is out of range, no report is lost."""

import json
import math
import os
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.doubles.world import World
from tests.providers.ai.cases import EVENT, ITEM, REQUEST, answer_with, sample
from webapp.config import Settings
from webapp.enums import AIName, Category, RiskLevel, Urgency
from webapp.providers.ai.openai import OpenAIProvider
from webapp.providers.ai.questions import Question
from webapp.providers.ai.rules import RulesProvider
from webapp.services.ai_processor import AIProcessorService

EXAMPLES = 10_000 if os.environ.get("BEACON_TEST_SIZE") == "full" else 200
BOTH = replace(REQUEST, items=(ITEM, replace(ITEM, ref="other", title="Halcyon Health is sued")))


class Typing(OpenAIProvider):
    """OpenAI's provider with the wire cut off: it reads what a test types."""

    def __init__(self) -> None:
        super().__init__(api_key="k", model="gpt-6-luna", base_url="http://127.0.0.1:1")
        self.typed: list[str] = []
        self.asked = 0

    def _connected(self) -> Any:
        return SimpleNamespace(), SimpleNamespace()

    def _send(self, client: Any, caller: Any, question: Question) -> dict[str, Any]:  # noqa: ARG002 -- the wire's signature
        self.asked += 1
        return answer_with("openai", self.typed[(self.asked - 1) % len(self.typed)])


MODEL = Typing()


def processor() -> AIProcessorService:
    bare = Settings.from_env(secret_key=SecretStr("a-secret-key-that-only-tests-ever-use"))
    world = World(bare, models=[MODEL], rules=RulesProvider())  # type: ignore[list-item,arg-type]  # real ones
    return world.services.ai


AI = processor()


def typed(*texts: str) -> None:
    MODEL.typed, MODEL.asked = [*texts], 0


def good(name: str) -> dict[str, Any]:
    text = sample(f"openai/{name}.json")["choices"][0]["message"]["content"]
    answer: dict[str, Any] = json.loads(text)
    return answer


_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-(10**30), 10**30),
    st.text(max_size=40),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=6), st.integers(), max_size=2),
    st.sampled_from(["NaN", "1e999", "true", "0.9", "high", " ", "\u202e", "</x>", "A" * 2000]),
)


def _spoilt(text: str, how: int, at: int, noise: str) -> str:
    """Spoil an answer's text in one of eight ways, or leave it."""
    return {
        0: text[: at % (len(text) + 1)],
        1: f"Sure:\n```json\n{text}\n``` Anything else?",
        2: text.replace('"urgency":', '"urgency": "low", "urgency":'),
        3: noise,
        4: "[" * at,
        5: text.replace("0.86", ["NaN", "-Infinity", "1e999", "true"][at % 4]),
        6: "",
        7: text + noise,
    }.get(how, text)


@st.composite
def verdict_answers(draw: st.DrawFn) -> str:
    entry = good("classify")["verdicts"][0]
    entry |= draw(st.dictionaries(st.sampled_from(sorted(entry)), _ODD, max_size=4))
    for name in draw(st.lists(st.sampled_from(sorted(entry)), max_size=2)):
        entry.pop(name, None)
    other = {**entry, "ref": "a2"}
    verdicts = draw(st.sampled_from([[entry], [entry, other], [entry, entry], entry, [], "x"]))
    text = json.dumps({draw(st.sampled_from(["verdicts", "verdicts", "data"])): verdicts})
    return _spoilt(text, draw(st.integers(0, 12)), draw(st.integers(0, 60_000)), draw(st.text()))


@st.composite
def insight_answers(draw: st.DrawFn) -> str:
    answer = good("insight")
    answer |= draw(st.dictionaries(st.sampled_from(sorted(answer)), _ODD, max_size=3))
    for name in draw(st.lists(st.sampled_from(sorted(answer)), max_size=1)):
        answer.pop(name, None)
    text = json.dumps(answer)
    return _spoilt(text, draw(st.integers(0, 12)), draw(st.integers(0, 60_000)), draw(st.text()))


def check_batch() -> None:
    batch = AI.classify_items(BOTH)
    assert set(batch.items) == {"5f1c", "other"}  # no report is lost
    assert MODEL.asked <= 2  # an answer and its one repair
    for item in batch.items.values():
        verdict = item.verdict
        assert 0 <= verdict.relevance <= 1
        assert -1 <= verdict.sentiment <= 1
        assert math.isfinite(verdict.relevance + verdict.sentiment)
        assert verdict.category in set(Category)
        assert verdict.risk_level in set(RiskLevel)
        assert verdict.urgency in set(Urgency)
        assert item.provider in (AIName.OPENAI, AIName.RULES)
        assert item.by_fallback is (item.provider is AIName.RULES)
        for text in (verdict.summary, verdict.risk_reason, verdict.urgency_reason):
            assert "<" not in text
            assert "http" not in text
    assert sum(call.usage.calls for call in batch.calls) == MODEL.asked


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(first=verdict_answers(), second=verdict_answers())
def test_every_malformed_verdict_ends_within_range_or_with_the_rules(
    first: str, second: str
) -> None:
    typed(first, second)
    check_batch()


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(first=insight_answers(), second=insight_answers())
def test_every_malformed_insight_ends_as_one_of_the_model_or_of_the_rules(
    first: str, second: str
) -> None:
    typed(first, second)
    written = AI.generate_insights(EVENT)
    assert MODEL.asked <= 2
    assert written.answer.why_it_matters
    assert written.answer.recommended_actions
    assert written.answer.urgency in set(Urgency)
    assert written.by_fallback is (written.answer.provider is AIName.RULES)
    assert "<" not in " ".join((written.answer.why_it_matters, *written.answer.recommended_actions))


@pytest.mark.parametrize(
    "text",
    [
        "A" * 1_000_001,
        '{"verdicts": [' + "1," * 400_000 + "1]}",
        '{"a":' * 100_000,
        '{"verdicts": [], "verdicts": []}',
        '{"verdicts": [{"relevance": NaN}]}',
    ],
    ids=["megabyte", "long list", "deep", "twice", "nan"],
)
def test_the_worst_answers_cost_two_calls_and_no_report(text: str) -> None:
    typed(text)
    check_batch()
    assert MODEL.asked == 2


def test_a_repair_that_is_good_is_taken() -> None:
    typed("I cannot say.", json.dumps(good("classify")))
    batch = AI.classify_items(REQUEST)
    assert [item.provider for item in batch.items.values()] == [AIName.OPENAI]
