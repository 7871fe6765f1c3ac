"""Numbers and days of a claim stand in its quote, however they are written."""

import pytest

from webapp.providers.ai.evidence.check import unsupported_facts

SAME = [
    ("$1.2bn", "1,200 million dollars"),
    ("$1.2B", "USD 1.2 billion"),
    ("A$1.9 billion", "AUD 1,900m"),
    ("75 million Swiss francs", "CHF 75m"),
    ("Rs 12 crore", "INR 120 million"),
    ("$1.2-1.3bn", "$1.2 billion to $1.3 billion"),
    ("12%", "12 per cent"),
    ("a third of it", "33% of it"),
    ("forty-two people", "42 workers"),
    ("two dozen stores", "24 shops"),
    ("third-quarter results", "Q3 results"),
    ("on 4 January 2027", "on 2027-01-04"),
    ("on March 12", "on 12 March"),
    ("from 3 to 9 November", "since November 3"),
    ("in FY25", "in 2025"),
    ("on 4 May 2026", "in 2026"),
    ("1,14,806 units", "114,806 units"),
]
OTHER = [
    ("$1.2bn", "$12bn"),
    ("$1.2bn", "$1.2 million"),
    ("$1.2bn", "€1.2bn"),
    ("A$5m", "US$5m"),
    ("12%", "12 percentage points"),
    ("12%", "$12"),
    ("1,200 jobs", "1,200 stores"),
    ("90 days", "90 weeks"),
    ("third week", "third month"),
    ("in the first half", "in the second half"),
    ("on 4 January 2027", "on 5 January 2027"),
    ("on 4 January", "on 4 January 2027"),
    ("on Monday", "on Tuesday"),
    ("in May", "in June"),
    ("two thirds of it", "one third of it"),
]


@pytest.mark.parametrize(("told", "claimed"), SAME)
def test_one_figure_may_be_written_in_many_ways(told: str, claimed: str) -> None:
    assert unsupported_facts(f"It was {claimed}", [f"It was {told}"]) == []


@pytest.mark.parametrize(("told", "claimed"), OTHER)
def test_another_value_unit_currency_or_day_is_another_fact(told: str, claimed: str) -> None:
    assert unsupported_facts(f"It was {claimed}", [f"It was {told}"]) != []
