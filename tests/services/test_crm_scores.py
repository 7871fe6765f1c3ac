"""What an account's facts say of risk and engagement, and that what is unknown says nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from webapp.enums import CRMName, EngagementFactor, RiskSignal
from webapp.providers.base import CRMCase, CRMFacts, CRMOpportunity
from webapp.services.crm_scores import assess_risk, engagement

TODAY = date(2026, 11, 22)
NOTHING_KNOWN = {"provider": CRMName.SALESFORCE, "account_id": "1", "account_name": "Halcyon"}


def facts(**values: Any) -> CRMFacts:
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return CRMFacts(**{**NOTHING_KNOWN, "fetched_at": at, **values})


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("values", "signals", "at_risk"),
    [
        ({}, [], False),
        ({"health": "Green"}, [], False),
        ({"health": "RED"}, [RiskSignal.BAD_HEALTH], True),
        ({"renewal_on": days(90)}, [RiskSignal.RENEWAL_DUE], False),
        ({"renewal_on": days(91)}, [], False),
        ({"renewal_on": days(-1)}, [RiskSignal.RENEWAL_OVERDUE], False),
        ({"renewal_on": days(-800)}, [], False),
        ({"last_activity_on": days(-45)}, [], False),
        ({"last_activity_on": days(-46)}, [RiskSignal.SILENCE], False),
        ({"open_case_count": 2}, [], False),
        ({"open_case_count": 3}, [RiskSignal.MANY_CASES], False),
        ({"open_case_count": 3, "urgent_case_count": 1}, [RiskSignal.URGENT_CASES], False),
        (
            {"renewal_on": days(10), "last_activity_on": days(-60)},
            [RiskSignal.RENEWAL_DUE, RiskSignal.SILENCE],
            True,
        ),
    ],
)
def test_an_account_is_at_risk_by_one_strong_reason_or_two(
    values: dict[str, Any], signals: list[RiskSignal], *, at_risk: bool
) -> None:
    found = assess_risk(facts(**values), today=TODAY)
    assert ([each.signal for each in found.reasons], found.at_risk) == (signals, at_risk)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"renewal_on": TODAY}, "The renewal is due today."),
        ({"renewal_on": days(1)}, "The renewal is due in 1 day."),
        ({"open_case_count": 1, "urgent_case_count": 1}, "1 urgent support case is open."),
        ({"open_case_count": 5, "urgent_case_count": 2}, "2 urgent support cases are open."),
    ],
)
def test_each_reason_is_a_sentence(values: dict[str, Any], told: str) -> None:
    assert [each.text for each in assess_risk(facts(**values), today=TODAY).reasons] == [told]


def test_engagement_of_an_account_of_which_nothing_is_known_is_not_known() -> None:
    found = engagement(facts(), today=TODAY)
    assert (found.score, found.known) == (None, {})


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ({"last_activity_on": TODAY}, 1.0),
        ({"last_activity_on": days(-45)}, 0.5),
        ({"last_activity_on": days(-400)}, 0.0),
        ({"last_activity_on": days(30)}, 1.0),
        ({"open_case_count": 0}, 1.0),
        ({"open_case_count": 2, "urgent_case_count": 1}, 0.58),
        ({"open_case_count": 99, "urgent_case_count": 99}, 0.0),
        ({"open_deal_count": 1}, 1.0),
        ({"open_deal_count": 0}, 0.4),
        ({"contact_count": 2}, 0.5),
        ({"contact_count": 400}, 1.0),
        ({"last_activity_on": TODAY, "contact_count": 0}, 0.636),
    ],
)
def test_engagement_is_the_mean_of_what_is_known(values: dict[str, Any], score: float) -> None:
    assert engagement(facts(**values), today=TODAY).score == score


def test_a_won_deal_counts_for_something_and_the_factors_say_why() -> None:
    deal = CRMOpportunity("2026", is_closed=True, is_won=True)
    found = engagement(facts(opportunities=(deal,), open_deal_count=0), today=TODAY)
    growth = next(each for each in found.factors if each.factor is EngagementFactor.GROWTH)
    assert (growth.value, growth.told) == (0.8, "No open deal, but a won one.")


def test_facts_that_were_stored_without_counts_are_counted_by_their_lists() -> None:
    cases = (CRMCase("Down", priority="High"), CRMCase("Old", is_closed=True))
    found = assess_risk(facts(cases=cases), today=TODAY)
    assert [each.signal for each in found.reasons] == [RiskSignal.URGENT_CASES]
