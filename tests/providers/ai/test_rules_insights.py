"""What the rules say of an event: its meaning for this account, and the next steps."""

from dataclasses import replace
from datetime import date

import pytest

from tests.providers.ai.cases import EVENT, FACTS, ITEM
from webapp.enums import AIName, Category, Urgency
from webapp.providers.ai.crm_lines import crm_lines
from webapp.providers.ai.rules import RulesProvider
from webapp.providers.ai.rules_playbook import PLAYBOOK
from webapp.providers.base import CRMCase, InsightAnswer, InsightRequest


def written(request: InsightRequest = EVENT) -> InsightAnswer:
    return RulesProvider().write_insight(request)


def test_it_says_what_the_event_means_for_this_account() -> None:
    why = written().why_it_matters
    assert why.startswith("Halcyon Health will cut 240 jobs.")
    assert "USD 184,000 a year" in why
    assert "4 January 2027, in 43 days" in why


def test_without_crm_facts_it_speaks_of_the_event_only() -> None:
    answer = written(replace(EVENT, facts=None))
    assert "account is" not in answer.why_it_matters
    assert {claim.source_ref for claim in answer.claims} == {ITEM.ref}


def test_every_claim_is_a_quote_from_its_source() -> None:
    for claim in written().claims:
        source = crm_lines(EVENT) if claim.source_ref == "crm" else [ITEM.title, ITEM.snippet]
        assert any(claim.quote in text for text in source)


def test_a_near_renewal_makes_danger_urgent_and_comes_into_the_steps() -> None:
    answer = written(replace(EVENT, urgency=Urgency.LOW))
    assert (answer.urgency, answer.urgency_reason) == (
        Urgency.HIGH,
        "The renewal is 43 days away.",
    )
    assert "Bring forward the talk on the renewal of 4 January 2027" in answer.recommended_actions


def test_good_news_before_a_renewal_is_not_urgent() -> None:
    answer = written(replace(EVENT, category=Category.FUNDING, urgency=Urgency.MEDIUM))
    assert answer.urgency is Urgency.MEDIUM
    assert "Prepare the talk on the renewal of 4 January 2027" in answer.recommended_actions


def test_a_renewal_that_has_passed_is_not_spoken_of() -> None:
    facts = replace(FACTS, renewal_on=date(2026, 11, 21))
    answer = written(replace(EVENT, facts=facts))
    assert "renewal" not in answer.why_it_matters + " ".join(answer.recommended_actions[:2])


def test_a_pressing_open_case_comes_before_the_call() -> None:
    cases = (CRMCase("Export fails", priority="High"), CRMCase("Old", is_closed=True))
    answer = written(replace(EVENT, facts=replace(FACTS, cases=cases)))
    assert "One support case is open." in answer.why_it_matters
    assert any("Export fails" in step for step in answer.recommended_actions)


@pytest.mark.parametrize("category", list(Category))
def test_every_category_has_two_to_four_steps_of_its_own(category: Category) -> None:
    answer = written(replace(EVENT, category=category))
    assert 2 <= len(answer.recommended_actions) <= 4
    assert answer.recommended_actions[0] == PLAYBOOK[category].steps[0]
    assert (answer.provider, answer.usage.calls) == (AIName.RULES, 0)


def test_the_playbook_repeats_no_step() -> None:
    steps = [step for play in PLAYBOOK.values() for step in play.steps]
    assert len(set(steps)) == len(steps)
