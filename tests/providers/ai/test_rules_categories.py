"""The category of a headline by rules, over headlines of our own writing."""

import os
import subprocess
import sys

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


def test_the_same_headline_gets_the_same_category_in_every_process() -> None:
    # Sets of words have another order in another process
    code = (
        "from tests.providers.ai.headlines import judged, labelled\n"
        "print([judged(title, client=client).category.value for _, client, title in labelled()])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    "title",
    [
        "Castellan Bank denies layoffs are planned",
        "Castellan Bank says it was not hacked",
        "Castellan Bank is not for sale, chairman insists",
        "Castellan Bank's landlord files for insolvency",
        "Arcwell, a supplier to Castellan Bank, files for bankruptcy",
        "Looking back: the day Castellan Bank went bankrupt",
    ],
)
def test_what_is_denied_past_or_another_ones_is_no_event(title: str) -> None:
    assert judged(title).category is Category.OTHER


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Castellan Bank cuts 900 jobs as demand has not recovered", "layoffs_restructuring"),
        ("Castellan Bank denies wrongdoing in overdraft lawsuit", "legal_regulatory"),
        ("Castellan Bank axes a tenth of its crew after merger", "layoffs_restructuring"),
        ("Castellan Bank losing ground to rival Arcwell", "competitor_mention"),
    ],
)
def test_a_denial_or_cause_beside_an_event_does_not_hide_it(title: str, category: str) -> None:
    assert judged(title).category.value == category


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Castellan Bank snapped up by Arcwell", Category.ACQUIRED_OR_MERGED),
        ("Bidding war for Castellan Bank heats up", Category.ACQUIRED_OR_MERGED),
        ("Regulators clear Castellan Bank's takeover of Arcwell", Category.ACQUISITION_BY_CLIENT),
        ("Arcwell acquired by Castellan Bank", Category.ACQUISITION_BY_CLIENT),
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
