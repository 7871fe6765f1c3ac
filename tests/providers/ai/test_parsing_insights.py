"""What of a model's insight is kept: only what the sources and CRM facts carry."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.providers.ai.cases import EVENT, ITEM, sample
from webapp.errors import ProviderResponseError
from webapp.providers.ai.crm_lines import crm_lines
from webapp.providers.ai.parsing_insights import InsightParts, parse_insight

_S1 = {"source_ref": "s1"}


def insight(**changes: Any) -> dict[str, Any]:
    text = sample("openai/insight.json")["choices"][0]["message"]["content"]
    answer: dict[str, Any] = json.loads(text)
    return {**answer, **changes}


def parsed(**changes: Any) -> InsightParts:
    return parse_insight(json.dumps(insight(**changes)), EVENT, {"s1": ITEM})


def test_a_claim_keeps_its_quote_and_its_articles_ref() -> None:
    (claim,) = parsed().claims
    assert (claim.source_ref, claim.quote) == (ITEM.ref, "Halcyon Health to cut 240 jobs")


RENEWAL = "Date of the renewal: 2027-01-04, in 43 days"


def test_a_crm_fact_can_be_quoted() -> None:
    claim = {"text": "The renewal is due on 4 January.", "quote": RENEWAL, "source_ref": "crm"}
    assert RENEWAL in crm_lines(EVENT)
    (kept,) = parsed(claims=[claim]).claims
    assert kept.source_ref == "crm"


@pytest.mark.parametrize(
    "claim",
    [
        {"text": "It cuts jobs.", "quote": "will cut 900 jobs in", "source_ref": "s1"},
        {"text": "It cuts jobs.", "quote": "it will cut 240 jobs", "source_ref": "s9"},
        {"text": "It cuts jobs.", "quote": "cut 240 jobs", "source_ref": "s1"},
        {"text": "It saves $99 million.", "quote": "expects savings of $18 million", **_S1},
        {"text": "It will not cut 240 jobs.", "quote": "it will cut 240 jobs", **_S1},
        {"text": "", "quote": "it will cut 240 jobs", "source_ref": "s1"},
        {"text": "It cuts jobs.", "quote": None, "source_ref": ["s1"]},
        {"text": "The renewal is due on 4 January.", "quote": RENEWAL, "source_ref": "s1"},
        "it will cut 240 jobs",
    ],
)
def test_a_claim_that_its_quote_does_not_carry_is_dropped(claim: Any) -> None:
    sound = {"text": "It cuts 240 jobs.", "quote": "it will cut 240 jobs", "source_ref": "s1"}
    (kept,) = parsed(claims=[claim, sound]).claims
    assert kept.text == "It cuts 240 jobs."
    with pytest.raises(ProviderResponseError, match="no claim is carried"):
        parsed(claims=[claim])


def test_without_crm_facts_nothing_can_be_quoted_from_them() -> None:
    claim = {"text": "It is due on 4 January.", "quote": RENEWAL, "source_ref": "crm"}
    text = json.dumps(insight(claims=[claim]))
    with pytest.raises(ProviderResponseError, match="no claim is carried"):
        parse_insight(text, replace(EVENT, facts=None), {"s1": ITEM})


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
        {"claims": []},
        {"urgency_reason": "Jonas Beck said so."},
    ],
)
def test_an_insight_that_says_nothing_sound_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProviderResponseError, match="cannot be used"):
        parsed(**changes)


def test_at_most_four_actions_are_kept() -> None:
    actions = [f"Call person {number}" for number in range(8)]
    assert len(parsed(recommended_actions=actions).recommended_actions) == 4
