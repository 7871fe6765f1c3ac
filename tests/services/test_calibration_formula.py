"""The formula of the calibration: bounded, monotone, small for few votes, told in a sentence."""

from collections.abc import Sequence
from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.enums import Category, ClientTier
from webapp.services.calibration_formula import CAP, Cell, Counts, Shifts, Vote, learn

AWARD, FUNDING = Category.AWARD_RECOGNITION, Category.FUNDING
votes = st.builds(
    Vote,
    st.sampled_from([AWARD, FUNDING]),
    st.sampled_from([None, *ClientTier]),
    st.booleans(),
)


def said(useful: int, not_relevant: int, tier: ClientTier | None = None) -> list[Vote]:
    return [
        *repeat(Vote(AWARD, tier, is_useful=True), useful),
        *repeat(Vote(AWARD, tier, is_useful=False), not_relevant),
    ]


def shift(found: Sequence[Vote], tier: ClientTier | None = None) -> float:
    cell = Shifts(learn(found)).cell_for(AWARD, tier)
    return cell.shift if cell else 0.0


@pytest.mark.parametrize(
    ("useful", "not_relevant", "wanted"),
    [
        *((0, 0, 0), (1, 1, 0), (0, 1, -0.02), (0, 5, -0.08), (0, 20, -0.17)),
        *((2, 20, -0.14), (20, 2, 0.14), (0, 100_000, -0.25)),
    ],
)
def test_a_shift_follows_the_votes(useful: int, not_relevant: int, wanted: float) -> None:
    assert shift(said(useful, not_relevant)) == wanted


def test_a_cell_says_why() -> None:
    whole, small = learn(said(2, 20, ClientTier.SMB) + said(1, 0))
    assert whole.reason == "20 of 23 “Award” events were not relevant: \u22120.13"
    assert small.reason == "20 of 22 “Award” events at small clients were not relevant: \u22120.13"
    assert Cell(FUNDING, None, Counts(1, 0), 0.02).reason == (
        "1 of 1 “Funding” event was useful: +0.02"
    )


def test_a_tier_that_is_the_whole_category_is_shifted_as_the_category() -> None:
    assert shift(said(0, 20, ClientTier.SMB), ClientTier.SMB) == shift(said(0, 20))


def test_a_tier_of_another_opinion_is_shifted_apart() -> None:
    found = said(0, 20, ClientTier.SMB) + said(20, 0, ClientTier.ENTERPRISE)
    assert shift(found, ClientTier.SMB) < -0.05
    assert shift(found, ClientTier.ENTERPRISE) > 0.05
    assert shift(found, ClientTier.MID_MARKET) == 0


def test_what_nobody_judged_stays() -> None:
    assert Shifts(learn(said(0, 20))).shifted(0.6, FUNDING, None) == 0.6


@pytest.mark.parametrize(("before", "after"), [(0.84, 0.67), (0.1, 0.0), (0.17, 0.0)])
def test_relevance_stays_between_0_and_1(before: float, after: float) -> None:
    assert Shifts(learn(said(0, 20))).shifted(before, AWARD, None) == after


@given(st.lists(votes, max_size=60))
def test_no_votes_shift_beyond_the_cap(found: list[Vote]) -> None:
    assert all(abs(cell.shift) <= CAP for cell in learn(found))


@given(st.lists(votes, max_size=40), votes)
def test_one_more_opinion_never_moves_anything_against_itself(
    found: list[Vote], more: Vote
) -> None:
    before, after = Shifts(learn(found)), Shifts(learn([*found, more]))
    for category in (AWARD, FUNDING):
        for tier in (None, *ClientTier):
            was = before.shifted(0.5, category, tier)
            now = after.shifted(0.5, category, tier)
            assert now >= was if more.is_useful else now <= was


@given(st.lists(votes, max_size=40), st.randoms())
def test_the_order_of_votes_means_nothing_and_nothing_is_lost_in_keeping(
    found: list[Vote], random: object
) -> None:
    shuffled = sorted(found, key=lambda _: random.random())  # type: ignore[attr-defined]  # hypothesis's Random
    assert learn(found) == learn(shuffled)
    assert [Cell.from_json(cell.to_json()) for cell in learn(found)] == learn(found)
