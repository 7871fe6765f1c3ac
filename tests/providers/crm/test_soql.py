"""Queries hold names as text only, whatever the names hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.providers.crm.soql import (
    EVERYTHING,
    account_query,
    has_name,
    has_website,
    is_id,
    is_same_id,
    long_id,
    quoted,
)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("Halcyon", "'Halcyon'"),
        ("O'Hara", "'O\\'Hara'"),
        ("back\\slash", "'back\\\\slash'"),
        ("\\' OR Name LIKE '%", "'\\\\\\' OR Name LIKE \\'%'"),
        ("two\nlines", "'two\\nlines'"),
    ],
)
def test_backslash_is_escaped_before_the_quotation_mark(value: str, literal: str) -> None:
    assert quoted(value) == literal


def test_wildcards_of_a_name_are_plain_letters() -> None:
    assert has_website("a_b.com") == "Website LIKE '%a\\_b.com' OR Website LIKE '%a\\_b.com/%'"
    assert has_name("o'x%") == (
        "Name = 'o\\'x%' OR Name LIKE 'o\\'x\\% %' OR Name LIKE 'o\\'x\\%,%'"
    )


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab'\\%_\n ", max_size=12))
def test_no_value_ends_its_literal(value: str) -> None:
    inside = quoted(value)[1:-1]
    assert "'" not in inside.replace("\\\\", "").replace("\\'", "")


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("001AA000003DHPx", True),
        ("001AA000003DHPxYAO", True),
        ("001AA000003DHPx'", False),
        ("001", False),
        ("", False),
        (None, False),
    ],
)
def test_ids_are_fifteen_or_eighteen_letters_and_digits(value: str | None, *, is_one: bool) -> None:
    assert is_id(value) is is_one


def test_the_short_and_the_long_form_of_an_id_are_the_same() -> None:
    assert long_id("001AA000003DHPx") == "001AA000003DHPxYAO"
    assert long_id("001AA000003DHPxYAO") == "001AA000003DHPxYAO"
    assert is_same_id("001AA000003DHPx", "001aa000003dhpxyao")
    assert not is_same_id("001aa000003dhpx", "001AA000003DHPxYAO")


def test_fields_and_lists_that_an_org_hides_are_left_out() -> None:
    soql = account_query("Id = 'x'", left_out=frozenset({"Account.ARR__c", "Cases"}))
    assert "ARR__c" not in soql
    assert "FROM Cases" not in soql
    assert "FROM Contacts" in soql


def test_the_last_try_asks_for_id_and_name_only() -> None:
    soql = account_query("Id = 'x'", left_out=frozenset({EVERYTHING}))
    assert soql == "SELECT Id, Name FROM Account WHERE Id = 'x' ORDER BY Name LIMIT 25"
