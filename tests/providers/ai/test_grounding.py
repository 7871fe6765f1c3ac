"""Whether quotes, amounts and names of an answer stand in its source."""

import pytest

from webapp.providers.ai.grounding import (
    find_quote,
    keep_supported,
    unsupported_amounts,
    unsupported_names,
)

SOURCE = "Orbital Robotics raises $42.5 million, says CEO Mara Lindqvist; sales up 12 percent"


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("raises $42.5 MILLION", SOURCE, "raises $42.5 million"),
        ("\u201cBest  year yet\u201d", 'He said "best year yet" twice', "best year yet"),
        ("it's the plan", "It\u2019s the plan", "It\u2019s the plan"),
        ("raises $42.5 billion", SOURCE, None),
        ("raises $42.5 mill", SOURCE, None),
        ("", SOURCE, None),
        ("anything", "", None),
    ],
)
def test_a_quote_comes_back_in_the_spelling_of_its_source(
    quote: str, text: str, found: str | None
) -> None:
    assert find_quote(quote, text) == found


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("It raised $42.5M.", []),
        ("It raised USD 42,500,000.", []),
        ("Sales rose 12%.", []),
        ("It raised $45 million.", [45e6]),
        ("Sales rose 21 per cent.", [21.0]),
        ("Call them within 48 hours, twice in 2026.", []),
        ("It employs 5,000 people.", [5000.0]),
    ],
)
def test_amounts_must_stand_in_the_source(text: str, unsupported: list[float]) -> None:
    assert unsupported_amounts(text, [SOURCE]) == unsupported


def test_a_number_of_a_thousand_digits_is_no_amount() -> None:
    assert unsupported_amounts("9" * 1000, [SOURCE]) == []


def test_names_must_stand_in_the_source() -> None:
    assert unsupported_names("Mara Lindqvist of Orbital Robotics spoke.", [SOURCE]) == []
    assert unsupported_names("It named Jonas Beck as head.", [SOURCE]) == ["Jonas Beck"]


def test_only_the_sentences_that_the_source_carries_are_kept() -> None:
    text = "It raised $42.5 million. Jonas Beck led the round. Sales are up."
    assert keep_supported(text, [SOURCE]) == "It raised $42.5 million. Sales are up."
