"""What of a model's insight is kept: only what the sources and CRM facts carry."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.providers.ai.cases import EVENT, ITEM, sample
from webapp.errors import ProviderResponseError
from webapp.providers.ai.parsing_insights import InsightParts, crm_lines, parse_insight


def insight(**changes: Any) -> dict[str, Any]:
    text = sample("openai/insight.json")["choices"][0]["message"]["content"]
    answer: dict[str, Any] = json.loads(text)
    return {**answer, **changes}


def parsed(**changes: Any) -> InsightParts:
    return parse_insight(json.dumps(insight(**changes)), EVENT, {"s1": ITEM})


def test_a_claim_keeps_its_quote_and_its_articles_ref() -> None:
    (claim,) = parsed().claims
    assert (claim.source_ref, claim.quote) == (ITEM.ref, "Halcyon Health to cut 240 jobs")


def test_a_crm_fact_can_be_quoted() -> None:
    claim = {
        "text": "The renewal is near.",
        "quote": "renewal_on: 2027-01-04",
        "source_ref": "crm",
    }
    assert "renewal_on: 2027-01-04" in crm_lines(EVENT)
    (kept,) = parsed(claims=[claim]).claims
    assert kept.source_ref == "crm"


def test_without_crm_facts_nothing_can_be_quoted_from_them() -> None:
    claim = {"text": "It renews.", "quote": "renewal_on: 2027-01-04", "source_ref": "crm"}
    text = json.dumps(insight(claims=[claim]))
    assert parse_insight(text, replace(EVENT, facts=None), {"s1": ITEM}).claims == ()


@pytest.mark.parametrize(
    "claim",
    [
        {"text": "A claim.", "quote": "cut 900 jobs", "source_ref": "s1"},
        {"text": "A claim.", "quote": "cut 240 jobs", "source_ref": "s9"},
        {"text": "It saves $99 million.", "quote": "cut 240 jobs", "source_ref": "s1"},
        {"text": "", "quote": "cut 240 jobs", "source_ref": "s1"},
        {"text": "A claim.", "quote": None, "source_ref": ["s1"]},
        "cut 240 jobs",
    ],
)
def test_claims_without_a_source_are_dropped(claim: Any) -> None:
    assert parsed(claims=[claim]).claims == ()


def test_sentences_with_invented_amounts_are_dropped() -> None:
    why = "Halcyon Health cuts 240 jobs. It will lose $77 million."
    assert parsed(why_it_matters=why).why_it_matters == "Halcyon Health cuts 240 jobs."


@pytest.mark.parametrize(
    "changes",
    [
        {"why_it_matters": "It will lose $77 million."},
        {"why_it_matters": 5},
        {"recommended_actions": []},
        {"recommended_actions": ["Offer $5 million off"]},
        {"recommended_actions": "Call them"},
        {"urgency": "soon"},
        {"claims": None},
    ],
)
def test_an_insight_that_says_nothing_sound_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProviderResponseError, match="cannot be used"):
        parsed(**changes)


def test_at_most_four_actions_are_kept() -> None:
    actions = [f"Call person {number}" for number in range(8)]
    assert len(parsed(recommended_actions=actions).recommended_actions) == 4
