"""What NewsAPI is asked, within its five hundred characters."""

from typing import Any
from urllib.parse import quote_plus

import pytest

from webapp.providers.base import SearchTarget
from webapp.providers.search.news_api_query import MAX_LENGTH, news_api_query


def query(name: str = "Orbital Robotics", **more: Any) -> str:
    return news_api_query(SearchTarget(client_id="c", name=name, **more))


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, '"Orbital Robotics"'),
        ({"aliases": ("OrbiBot", " ")}, '("Orbital Robotics" OR "OrbiBot")'),
        ({"must_have_terms": ("arm",)}, '"Orbital Robotics" AND "arm"'),
        ({"must_have_terms": ("arm", "robot")}, '"Orbital Robotics" AND ("arm" OR "robot")'),
        ({"must_not_terms": ("video game", "")}, '"Orbital Robotics" NOT "video game"'),
        ({"products": ("Arm",), "keywords": ("layoffs",)}, '"Orbital Robotics"'),
    ],
)
def test_names_are_alternatives_and_terms_conditions(more: dict[str, Any], wanted: str) -> None:
    assert query(**more) == wanted


def test_quotes_in_a_name_cannot_break_out() -> None:
    assert query('Orbital" OR "everything') == '"Orbital OR everything"'


@pytest.mark.parametrize("name", ["word " * 100, "機器人" * 30, '"' * 600 + "x"])
def test_query_is_never_longer_than_newsapi_takes(name: str) -> None:
    many = tuple(f"Äußerst langer Beiname Nummer {number}" for number in range(40))
    built = query(name, aliases=many, must_have_terms=many, must_not_terms=many)
    assert len(built) <= MAX_LENGTH
    assert len(quote_plus(built)) <= MAX_LENGTH or not built.startswith("(")
