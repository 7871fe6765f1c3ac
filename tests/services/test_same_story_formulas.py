"""Headlines made by a formula are compared by what is not formula."""

from itertools import combinations

import pytest

from webapp.services.same_story import Report, StoryProfile, profile_of, same_story

CLIENT = "Northwind Logistics (NYSE:NWL)"


def profile(title: str) -> StoryProfile:
    report = Report(title.replace("CLIENT", CLIENT), "", None)
    return profile_of(report, company_names=["Northwind Logistics"])


DIFFERENT = (
    "Kestrel Ridge Advisors LLC Sells 4,512 Shares of CLIENT",
    "Kestrel Ridge Advisors LLC Sells 9,100 Shares of CLIENT",
    "Tamarack Wealth Partners LLC Cuts Position in CLIENT",
    "Bluestem Asset Management LLC Cuts Position in CLIENT",
    "CLIENT Position Trimmed by Old Harbor Group LLC",
    "CLIENT Price Target Raised to $84.00 at Arcwell",
    "CLIENT Price Target Raised to $90.00 at Novum",
    "CLIENT Upgraded to Buy at Sable Research",
    "CLIENT Shares Gap Up to $78.20",
    "CLIENT Trading Down 2.1%",
    "CLIENT Shares Down 5.2%",
    "CLIENT CFO Maria Oduya Sells 12,000 Shares",
    "CLIENT Director Paul Brandt Sells 3,000 Shares",
    "Why CLIENT Stock Fell Today",
    "5 Freight Stocks to Watch This Week",
    "CLIENT Q3 2026 Earnings Call Transcript",
    "CLIENT Q2 2026 Earnings Call Transcript",
    "CLIENT App 7.1 Released With Route Planning",
    "CLIENT App 7.2 Released With Route Planning",
    "INVESTOR ALERT: Marlow Law Firm Investigates Claims on Behalf of Investors of CLIENT",
    "SHAREHOLDER ALERT: Kest & Brand LLP Announces an Investigation of CLIENT",
    "Cold Chain Market to Reach $450 Billion by 2032 at a CAGR of 9.1%",
    "Cold Chain Market to Reach $390 Billion by 2031 at a CAGR of 8.4%",
)
SAME = (
    (
        "Kestrel Ridge Advisors LLC Sells 4,512 Shares of CLIENT",
        "CLIENT Shares Sold by Kestrel Ridge Advisors LLC",
    ),
    (
        "Marlow Capital Management Inc. Has $1.25 Million Stake in CLIENT",
        "Marlow Capital Management Inc. Boosts Stock Holdings in CLIENT",
    ),
    (
        "CLIENT Price Target Raised to $84.00 at Arcwell",
        "Arcwell Raises CLIENT Price Target to $84.00",
    ),
    (
        "Insider Selling: CLIENT CFO Sells 12,000 Shares of Stock",
        "CLIENT CFO Maria Oduya Sells 12,000 Shares",
    ),
)


@pytest.mark.parametrize(("one", "other"), list(combinations(DIFFERENT, 2)))
def test_one_formula_with_other_parties_or_figures_is_another_story(one: str, other: str) -> None:
    assert not same_story(profile(one), profile(other))


def test_a_year_that_two_formulas_share_is_no_party_to_both() -> None:
    one = profile("Palletry Limited FY 2026 Earnings Call Transcript")
    other = profile("Bluestem Education Corporation Q4 2026 Earnings Call Transcript")
    assert not same_story(one, other)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_deed_in_two_formulas_is_one_story(one: str, other: str) -> None:
    assert same_story(profile(one), profile(other))
