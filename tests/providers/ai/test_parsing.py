"""What of a model's answer is usable, and what is refused instead of bent."""

import json
from typing import Any

import pytest

from tests.providers.ai.cases import ITEM, REQUEST, sample
from webapp.errors import ProviderResponseError
from webapp.providers.ai.parsing import load_object, parse_verdicts
from webapp.providers.base import Classification

BY_REF = {"a1": ITEM}


def verdict(**changes: Any) -> dict[str, Any]:
    body = sample("openai/classify.json")
    text = body["choices"][0]["message"]["content"]
    entry: dict[str, Any] = json.loads(text)["verdicts"][0]
    return {**entry, **changes}


def parsed(*entries: Any) -> tuple[Classification, ...]:
    return parse_verdicts(json.dumps({"verdicts": list(entries)}), REQUEST, BY_REF)


def test_a_good_verdict_comes_back_under_the_articles_own_ref() -> None:
    (only,) = parsed(verdict())
    assert (only.ref, only.relevance, only.sentiment) == (ITEM.ref, 0.86, -0.7)


@pytest.mark.parametrize("edge", [0, 1, 0.0, 1.0])
def test_the_ends_of_the_range_are_in_range(edge: float) -> None:
    (only,) = parsed(verdict(relevance=edge))
    assert only.relevance == edge


@pytest.mark.parametrize(
    "changes",
    [
        {"relevance": 1.01},
        {"relevance": -0.01},
        {"relevance": True},
        {"relevance": "0.9"},
        {"relevance": None},
        {"relevance": 10**400},
        {"sentiment": -1.5},
        {"category": "churn_signal"},
        {"category": "Funding"},
        {"category": ["funding"]},
        {"risk_level": "extreme"},
        {"urgency": 3},
        {"about_client": "yes"},
        {"about_client": 1},
        {"summary": ""},
        {"summary": "x" * 601},
        {"risk_reason": {"text": "no"}},
        {"evidence": "cut 240 jobs"},
        {"risk_evidence": "cut 240 jobs"},
        {"ref": "a2"},
        {"ref": None},
    ],
)
def test_a_value_that_is_not_right_makes_its_verdict_unusable(changes: dict[str, Any]) -> None:
    with pytest.raises(ProviderResponseError, match="no usable verdict"):
        parsed(verdict(**changes))


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 5000], ids=lambda text: text[:9]
)
def test_numbers_that_are_none_are_refused(number: str) -> None:
    text = json.dumps({"verdicts": [verdict(relevance="@")]}).replace('"@"', number)
    with pytest.raises(ProviderResponseError):
        parse_verdicts(text, REQUEST, BY_REF)


def test_one_bad_verdict_costs_only_itself() -> None:
    both = {"a1": ITEM, "a2": ITEM}
    text = json.dumps({"verdicts": [verdict(), verdict(ref="a2", relevance=7)]})
    assert len(parse_verdicts(text, REQUEST, both)) == 1


def test_two_verdicts_for_one_article_are_none() -> None:
    with pytest.raises(ProviderResponseError, match="given twice"):
        parsed(verdict(), verdict(relevance=0.1))


def test_quotes_that_the_article_does_not_hold_are_dropped() -> None:
    quotes = ["CUT 240 JOBS in its claims", "cut 900 jobs everywhere", "jobs", 7]
    (only,) = parsed(verdict(evidence=quotes))
    assert only.evidence == ("cut 240 jobs in its claims",)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, ("cut 240 jobs in its claims division",)),
        ({"risk_evidence": ["cut 900 jobs everywhere at once"]}, ()),
        ({"risk_evidence": []}, ()),
        ({"risk_evidence": ["240 jobs"]}, ()),
        ({"risk_reason": "It cuts 9,000 jobs."}, ()),
        (
            {"risk_reason": "It cuts 240 jobs.", "risk_evidence": ["Health said on Monday that"]},
            (),
        ),
        ({"risk_level": "none"}, ()),
    ],
    ids=("good", "invented", "none", "short", "number not there", "number elsewhere", "no risk"),
)
def test_a_risk_keeps_the_quotes_that_carry_it_and_costs_no_more_than_itself(
    changes: dict[str, Any], kept: tuple[str, ...]
) -> None:
    (only,) = parsed(verdict(**changes))
    assert only.risk_evidence == kept
    assert only.evidence == ("cut 240 jobs in its claims division",)


def test_a_summary_with_an_invented_amount_gives_way_to_the_title() -> None:
    (only,) = parsed(verdict(summary="Halcyon Health will cut 9,000 jobs."))
    assert only.summary == ITEM.title


def test_links_in_an_answer_do_not_survive() -> None:
    (only,) = parsed(verdict(risk_reason="See [this](https://evil.example) first."))
    assert only.risk_reason == "See this first."


@pytest.mark.parametrize(
    "text",
    ['Sure! Here it is: {"a": 1} Anything else?', '```json\n{"a": 1}\n```', ' {"a": 1}'],
)
def test_prose_around_the_json_is_forgiven(text: str) -> None:
    assert load_object(text) == {"a": 1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "[1]",
        '"{}"',
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1, "b": 1}}',
        '{"a": 1',
        "} {",
        "[" * 100_000,
        '{"a":' * 100_000,
        " " * 1_000_001,
    ],
    ids=lambda text: text[:12],
)
def test_anything_but_one_object_is_refused(text: str) -> None:
    with pytest.raises(ProviderResponseError):
        load_object(text)
