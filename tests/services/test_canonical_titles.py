"""Near-equal titles are the same text; other figures or names make another one."""

import pytest

from webapp.services.canonical import are_titles_near_equal, content_hash

EQUAL = [
    ("Halcyon Health raises $85 million", "HALCYON HEALTH RAISES $85 MILLION!"),
    ("Halcyon Health raises $85 million", "Halcyon Health raises $85M"),
    ("Castellan Bank cuts 40 jobs in Leeds", "UPDATE 1-Castellan Bank cuts 40 jobs in Leeds"),
    ("Castellan Bank cuts 40 jobs in Leeds", "Castellan Bank cuts 40 jobs in Leeds - Arden Wire"),
    (
        "Castellan Bank cuts 40 jobs in Leeds",
        "arden.example | Castellan Bank cuts 40 jobs in Leeds",
    ),
    (
        "Northwind\u2019s new \u201chub\u201d opens in Gdansk",
        "Northwind's new 'hub' opens in Gdańsk",
    ),
    ("Castellan Bank to close Leeds branch", "Castellan Bank closes its Leeds branch"),
    ("Orbital Robotics wins lunar arm order", "Orbital Robotics wins $310 million lunar arm order"),
]
OTHER = [
    ("Northwind opens hub in Rotterdam harbour", "Northwind opens hub in Gdansk harbour"),
    ("Northwind raises $12 million in Series A", "Northwind raises $15 million in Series A"),
    ("Quillstone Media Q3 2026 earnings call", "Quillstone Media Q2 2026 earnings call"),
    (
        "Bluestem Asset Management LLC Cuts Position in Northwind (NYSE:NWL)",
        "Tamarack Wealth Partners LLC Cuts Position in Northwind (NYSE:NWL)",
    ),
    ("Castellan Bank wins appeal in fees case", "Castellan Bank loses appeal in fees case"),
    ("Castellan Bank will close its Leeds branch", "Castellan Bank will not close Leeds branch"),
    ("Castellan Bank raises its annual guidance", "Castellan Bank cuts its annual guidance"),
    ("Castellan Bank sued over overdraft fees", "Castellan Bank wins lawsuit over overdraft fees"),
    ("Castellan Bank suffers app outage", "Castellan Bank suffers another app outage"),
    ("Castellan Bank has second outage in May", "Castellan Bank has third outage in May"),
    ("Customers sue Castellan Bank over fees", "Shareholders sue Castellan Bank over fees"),
    ("Castellan Bank probed by EU regulators", "Castellan Bank probed by US regulators"),
    ("Castellan Bank staff strike in Leeds", "Castellan Bank staff end strike in Leeds"),
    ("Castellan Bank to buy Arcwell Loans", "Castellan Bank drops bid to buy Arcwell Loans"),
    ("Castellan Bank shares jump after earnings", "Castellan Bank shares drop after earnings"),
    ("Castellan Bank will keep its head office", "Castellan Bank will leave its head office"),
    ("Leak at Castellan Bank hits thousands", "Leak at Castellan Bank hits millions"),
    ("Castellan Bank first quarter profit rises", "Castellan Bank second quarter profit rises"),
    ("Castellan Bank", "Castellan Bank sued over fees charged to customers in Leeds and York"),
    ("Market news", "More market news"),
    ("", ""),
    ("...", "!!!"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_titles_that_say_the_same_are_near_equal(one: str, other: str) -> None:
    assert are_titles_near_equal(one, other)
    assert are_titles_near_equal(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_titles_that_say_something_else_are_not(one: str, other: str) -> None:
    assert not are_titles_near_equal(one, other)
    assert not are_titles_near_equal(other, one)


def test_the_hash_knows_words_only() -> None:
    plain = content_hash("Halcyon Health grows", "It hires nurses.")
    assert content_hash("HALCYON  Health grows!", "it hires nurses") == plain
    assert content_hash("Halcyon Health grows It", "hires nurses.") != plain
