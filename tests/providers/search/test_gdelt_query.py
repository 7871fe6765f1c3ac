"""Queries that GDELT's parser takes."""

from typing import Any

import pytest

from webapp.providers.base import SearchTarget
from webapp.providers.search.gdelt_query import MAX_LENGTH, gdelt_query
from webapp.providers.search.languages import ANY


def query(name: str, **more: Any) -> str:
    return gdelt_query(SearchTarget(client_id="c", name=name, **more), ANY)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Orbital", "Orbital"),
        ("Orbital Robotics", '"Orbital Robotics"'),
        ("Quill-Stone", '"Quill-Stone"'),
        ("Quillstone.io", '"Quillstone.io"'),
        ("Meridian, Inc.", '"Meridian Inc"'),
        ('Orbital" OR (everything)', '"Orbital OR everything"'),
        ("Telefónica", "Telefónica"),
        ("HP", ""),
        ("A B", ""),
        ("OR", ""),
        ("...", ""),
    ],
)
def test_words_go_bare_and_phrases_into_quotes(name: str, written: str) -> None:
    assert query(name) == written


def test_legal_name_stands_in_for_names_that_are_too_short() -> None:
    assert query("HB", legal_name="Halcyon Health plc") == '"Halcyon Health plc"'


def test_there_is_never_more_than_one_list_in_brackets() -> None:
    built = query("Orbital", aliases=("OrbiBot",), must_have_terms=("robot", "warehouse arm", "of"))
    assert built == 'Orbital (robot OR "warehouse arm")'
    assert query("Orbital", must_have_terms=("robot",)) == "Orbital robot"


def test_what_must_not_occur_is_excluded() -> None:
    built = query("Orbital", must_not_terms=("video game",), must_not_domains=("spam.example",))
    assert built == 'Orbital -"video game" -domainis:spam.example'


def test_language_is_named_in_english() -> None:
    target = SearchTarget(client_id="c", name="Orbital")
    assert gdelt_query(target, "de") == "Orbital sourcelang:german"


def test_query_is_bounded_and_its_brackets_close() -> None:
    many = tuple(f"Alias number {number} of many" for number in range(60))
    built = query("word " * 90, aliases=many, must_not_terms=many, must_not_domains=many)
    assert len(built) <= MAX_LENGTH
    assert (built.count("("), built.count('"') % 2) == (built.count(")"), 0)
