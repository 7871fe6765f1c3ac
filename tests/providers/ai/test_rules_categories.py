"""The category of a headline by rules, over headlines of our own writing."""

import pytest

from tests.providers.ai.headlines import judged, labelled
from webapp.enums import Category


def test_nearly_every_headline_gets_its_category() -> None:
    wrong = [row for row in labelled() if judged(row[2], client=row[1]).category is not row[0]]
    assert len(labelled()) > 100
    assert len(wrong) <= 3, wrong


def test_every_category_that_the_press_can_tell_of_is_among_them() -> None:
    untold = {Category.CHURN_SIGNAL, Category.CHAMPION_MOVED, Category.COMPETITOR_MENTION}
    assert {row[0] for row in labelled()} == set(Category) - untold


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Castellan Bank buys Arcwell", Category.ACQUISITION_BY_CLIENT),
        ("Arcwell buys Castellan Bank", Category.ACQUIRED_OR_MERGED),
        ("Castellan Bank to be bought by Arcwell", Category.ACQUIRED_OR_MERGED),
        ("Castellan Bank completes acquisition of Arcwell", Category.ACQUISITION_BY_CLIENT),
        ("Arcwell and Castellan Bank to merge", Category.ACQUIRED_OR_MERGED),
        ("Arcwell makes takeover offer for Castellan Bank", Category.ACQUIRED_OR_MERGED),
    ],
)
def test_the_side_of_a_deal_decides_its_category(title: str, category: Category) -> None:
    assert judged(title).category is category


def test_words_count_only_as_whole_words() -> None:
    assert judged("Castellan Bank explains haircuts on bonds").category is not (
        Category.LAYOFFS_RESTRUCTURING
    )


def test_the_snippet_tells_what_the_title_does_not() -> None:
    told = "Castellan Bank will lay off 900 employees and shed jobs in every branch."
    verdict = judged("Hard times at Castellan Bank", told)
    assert verdict.category is Category.LAYOFFS_RESTRUCTURING


def test_a_category_that_the_source_states_is_taken() -> None:
    verdict = judged("Castellan Bank files a report", category_hint=Category.LEADERSHIP_CHANGE)
    assert verdict.category is Category.LEADERSHIP_CHANGE


@pytest.mark.parametrize(
    "title",
    [
        "Sable Wealth LLC cuts position in Castellan Bank (NYSE:CSTB)",
        "Sable Fund sells shares in Castellan Bank",
        "Castellan Bank downgraded to sell",
    ],
)
def test_who_holds_and_rates_the_shares_is_no_event(title: str) -> None:
    assert judged(title).category is Category.OTHER
