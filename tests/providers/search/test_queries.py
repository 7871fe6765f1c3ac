"""Queries find a client by any of its names."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from webapp.providers.base import SearchTarget
from webapp.providers.search.queries import MAX_WORDS, name_query, window_days, window_letter

NOW = datetime(2026, 2, 4, 12, 0, tzinfo=UTC)


def query(name: str = "Orbital Robotics", **more: Any) -> str:
    return name_query(SearchTarget(client_id="c", name=name, **more))


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, '"Orbital Robotics"'),
        ({"aliases": ("Orbital", "OrbiBot")}, '("Orbital Robotics" OR "Orbital" OR "OrbiBot")'),
        ({"aliases": ("Orbital Robotics", " ")}, '"Orbital Robotics"'),
        (
            {"must_have_terms": ("robot", "warehouse")},
            '"Orbital Robotics" ("robot" OR "warehouse")',
        ),
        ({"must_not_terms": ("video game",)}, '"Orbital Robotics" -"video game"'),
        ({"must_not_domains": ("spam.example",)}, '"Orbital Robotics" -site:spam.example'),
    ],
)
def test_names_are_alternatives(more: dict[str, Any], wanted: str) -> None:
    assert query(**more) == wanted


def test_keywords_products_and_domain_never_narrow_the_search() -> None:
    target = SearchTarget(
        client_id="c", name="Orbital", domain="o.example", products=("Arm",), keywords=("layoffs",)
    )
    assert name_query(target) == '"Orbital"'


def test_quotes_in_a_name_cannot_break_out() -> None:
    assert query('Orbital" OR "everything') == '"Orbital OR everything"'


def test_query_keeps_to_the_words_that_google_reads() -> None:
    many = tuple(f"Alias number {number} of many" for number in range(20))
    built = query("word " * 60, aliases=many, must_have_terms=many, must_not_terms=many)
    assert len(built.split()) <= MAX_WORDS
    assert built.startswith('"word word')


@pytest.mark.parametrize(
    ("age", "letter", "days"),
    [
        (timedelta(minutes=5), "h", 1),
        (timedelta(hours=1), "h", 1),
        (timedelta(hours=2), "d", 1),
        (timedelta(days=1), "d", 1),
        (timedelta(days=1, seconds=1), "w", 2),
        (timedelta(days=7), "w", 7),
        (timedelta(days=30), "m", 30),
        (timedelta(days=90), "y", 90),
        (timedelta(seconds=-5), "h", 1),
    ],
)
def test_window_reaches_back_far_enough(age: timedelta, letter: str, days: int) -> None:
    assert window_letter(NOW - age, NOW) == letter
    assert window_days(NOW - age, NOW) == days
