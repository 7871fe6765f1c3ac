"""How far a model may move a verdict from the rules', and what is flagged."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.enums import Category, RiskLevel, Severity, Urgency
from webapp.providers.base import Classification
from webapp.services.rule_bounds import RELEVANCE_BAND, SENTIMENT_BAND, bounded

RULES = Classification(
    ref="r",
    category=Category.LAYOFFS_RESTRUCTURING,
    relevance=0.8,
    sentiment=-0.5,
    risk_level=RiskLevel.HIGH,
    risk_reason="",
    urgency=Urgency.HIGH,
    urgency_reason="",
    summary="",
    evidence=(),
)
PASSING = replace(RULES, relevance=0.3, about_client=False, category=Category.OTHER)


def test_a_verdict_near_the_rules_is_kept_as_it_is() -> None:
    model = replace(RULES, relevance=0.55, sentiment=0.2, risk_level=RiskLevel.MEDIUM)
    assert bounded(model, RULES).verdict == model
    assert bounded(model, RULES).review_reason is None


QUOTED = replace(RULES, evidence=("cut 240 jobs there",), risk_evidence=("cut 240 jobs there",))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (RiskLevel.CRITICAL, "Risk critical by the model without a quote; high is kept."),
        (RiskLevel.HIGH, None),
    ],
)
def test_a_risk_without_a_quote_gives_way_to_the_rules(said: RiskLevel, reason: str | None) -> None:
    model = replace(QUOTED, risk_level=said, risk_reason="It is over.", risk_evidence=())
    found = bounded(model, replace(QUOTED, risk_reason="Jobs go."))
    kept = found.verdict
    assert (kept.risk_level, kept.risk_reason, kept.risk_evidence) == (
        *(RiskLevel.HIGH, "Jobs go."),
        QUOTED.risk_evidence,
    )
    assert (kept.category, found.review_reason) == (QUOTED.category, reason)


@pytest.mark.parametrize(
    ("steered", "kept", "reason"),
    [
        ({"relevance": 0.0}, {"relevance": 0.5}, "Relevance 0 by the model, 80 by the rules; 50"),
        ({"sentiment": 1.0}, {"sentiment": 0.3}, "Sentiment +1.0 by the model, -0.5 by the"),
        (
            {"risk_level": RiskLevel.NONE},
            {"risk_level": RiskLevel.MEDIUM},
            "Risk none by the model, high by the rules; medium is kept.",
        ),
        (
            {"urgency": Urgency.LOW},
            {"urgency": Urgency.MEDIUM},
            "Urgency low by the model, high by the rules",
        ),
        (
            {"category": Category.AWARD_RECOGNITION},
            {"category": Category.AWARD_RECOGNITION},
            "Category award recognition by the model, layoffs restructuring by the rules.",
        ),
    ],
)
def test_a_verdict_that_was_steered_is_held_back_and_flagged(
    steered: dict[str, object], kept: dict[str, object], reason: str
) -> None:
    found = bounded(replace(RULES, **steered), RULES)  # type: ignore[arg-type]  # a case's own
    assert {name: getattr(found.verdict, name) for name in kept} == kept
    assert reason in (found.review_reason or "")


def test_what_the_rules_are_sure_of_cannot_be_talked_away() -> None:
    found = bounded(replace(RULES, about_client=False, relevance=0.9), RULES)
    assert (found.verdict.about_client, found.verdict.relevance) == (True, 0.5)
    assert found.review_reason


def test_a_namesake_that_only_the_model_knows_is_left_out_where_the_rules_are_not_sure() -> None:
    unsure = replace(RULES, relevance=0.45, risk_level=RiskLevel.NONE)
    model = replace(unsure, about_client=False, relevance=0.1)
    assert not bounded(model, unsure).verdict.about_client


def test_a_passing_mention_cannot_be_talked_up_to_an_insight() -> None:
    found = bounded(replace(PASSING, relevance=1.0, about_client=True), PASSING)
    assert found.verdict.relevance == 0.6
    assert found.review_reason


def test_what_only_a_model_finds_is_never_critical() -> None:
    found = bounded(replace(PASSING, category=Category.BANKRUPTCY_DISTRESS), PASSING)
    assert found.severity is Severity.HIGH
    assert bounded(replace(RULES, category=Category.BANKRUPTCY_DISTRESS), RULES).severity is None


@settings(max_examples=300, deadline=None)
@given(
    said=st.tuples(st.floats(0, 1), st.floats(-1, 1), st.sampled_from(list(RiskLevel))),
    rules=st.tuples(st.floats(0, 1), st.floats(-1, 1), st.sampled_from(list(RiskLevel))),
    about=st.tuples(st.booleans(), st.booleans()),
)
def test_no_jump_over_the_band_is_unflagged_and_every_value_stays_in_range(
    said: tuple[float, float, RiskLevel],
    rules: tuple[float, float, RiskLevel],
    about: tuple[bool, bool],
) -> None:
    def verdict(values: tuple[float, float, RiskLevel], is_about: bool) -> Classification:  # noqa: FBT001 -- a drawn value
        relevance, sentiment, risk = values
        return replace(
            RULES,
            relevance=relevance,
            sentiment=sentiment,
            risk_level=risk,
            about_client=is_about,
        )

    model, by_rules = verdict(said, about[0]), verdict(rules, about[1])
    found = bounded(model, by_rules)
    assert 0 <= found.verdict.relevance <= 1
    assert -1 <= found.verdict.sentiment <= 1
    assert abs(found.verdict.relevance - by_rules.relevance) <= RELEVANCE_BAND + 1e-6
    assert abs(found.verdict.sentiment - by_rules.sentiment) <= SENTIMENT_BAND + 1e-6
    if abs(model.relevance - by_rules.relevance) > RELEVANCE_BAND + 1e-6 and about[0]:
        assert found.review_reason
