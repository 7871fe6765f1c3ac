"""Whatever a model answers, it parses to values in range or to one kind of error."""

import json
import math
import os
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.providers.ai.cases import EVENT, ITEM, REQUEST
from webapp.enums import Category, RiskLevel
from webapp.errors import ProviderResponseError
from webapp.providers.ai.parsing import parse_verdicts
from webapp.providers.ai.parsing_insights import parse_insight
from webapp.providers.ai.prompts import MODEL_CATEGORIES

EXAMPLES = 10_000 if os.environ.get("BEACON_TEST_SIZE") == "full" else 200

_odd = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.text(max_size=30),
    st.lists(st.text(max_size=10), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)
_words = st.sampled_from(["Cuts are near.", "cut 240 jobs in its", ITEM.title, "$9 million lost."])


def _either(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(usual, usual, usual, _odd)


_verdicts = st.fixed_dictionaries(
    {
        "ref": _either(st.just("a1")),
        "about_client": _either(st.booleans()),
        "category": _either(st.sampled_from([name.value for name in Category])),
        "relevance": _either(st.floats(-0.2, 1.2)),
        "sentiment": _either(st.floats(-1.2, 1.2)),
        "risk_level": _either(st.sampled_from([level.value for level in RiskLevel])),
        "risk_reason": _either(_words),
        "urgency": _either(st.sampled_from(["low", "medium", "high"])),
        "urgency_reason": _either(_words),
        "summary": _either(_words),
        "evidence": _either(st.lists(_words, max_size=5)),
        "risk_evidence": _either(st.lists(_words, max_size=5)),
    }
)
_claims = st.fixed_dictionaries(
    {"text": _either(_words), "quote": _either(_words), "source_ref": _either(st.just("s1"))}
)
_insights = st.fixed_dictionaries(
    {
        "why_it_matters": _either(_words),
        "claims": _either(st.lists(_either(_claims), max_size=7)),
        "recommended_actions": _either(st.lists(_either(_words), max_size=7)),
        "urgency": _either(st.sampled_from(["low", "medium", "high"])),
        "urgency_reason": _either(_words),
    }
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(_either(_verdicts), max_size=3))
def test_verdicts_are_in_range_or_refused(entries: list[Any]) -> None:
    with suppress(ProviderResponseError):
        for verdict in parse_verdicts(json.dumps({"verdicts": entries}), REQUEST, {"a1": ITEM}):
            assert 0 <= verdict.relevance <= 1
            assert -1 <= verdict.sentiment <= 1
            assert math.isfinite(verdict.relevance + verdict.sentiment)
            assert verdict.category in MODEL_CATEGORIES
            assert all(quote in ITEM.title + ITEM.snippet for quote in verdict.evidence)
            assert all(quote in ITEM.title + ITEM.snippet for quote in verdict.risk_evidence)


@settings(max_examples=EXAMPLES, deadline=None)
@given(_insights)
def test_insights_are_grounded_or_refused(answer: dict[str, Any]) -> None:
    with suppress(ProviderResponseError):
        parts = parse_insight(json.dumps(answer), EVENT, {"s1": ITEM})
        assert parts.why_it_matters
        assert 1 <= len(parts.recommended_actions) <= 4
        assert all(claim.quote in ITEM.title + ITEM.snippet for claim in parts.claims)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(alphabet='{}[]":,\\ae1.-NIu0 \n', max_size=80) | st.text(max_size=80))
def test_any_text_at_all_is_parsed_or_refused(text: str) -> None:
    with suppress(ProviderResponseError):
        parse_verdicts(text, REQUEST, {"a1": ITEM})
