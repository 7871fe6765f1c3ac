"""Whether quotes, amounts and names of an answer stand in its source."""

import pytest

from webapp.providers.ai.evidence.check import unsupported_facts
from webapp.providers.ai.grounding import find_quote, keep_supported

SOURCE = "Orbital Robotics raises $42.5 million, says CEO Mara Lindqvist; sales up 12 percent"


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("Robotics raises $42.5 MILLION", SOURCE, "Robotics raises $42.5 million"),
        (
            "\u201cOur best  year yet\u201d",
            'He said "our best year yet" twice',
            "our best year yet",
        ),
        ("it's the plan now", "It\u2019s the plan now", "It\u2019s the plan now"),
        ("Robotics raises $42.5 billion", SOURCE, None),
        ("Orbital Robotics raises $42.5 mill", SOURCE, None),
        ("", SOURCE, None),
        ("anything", "", None),
    ],
)
def test_a_quote_comes_back_in_the_spelling_of_its_source(
    quote: str, text: str, found: str | None
) -> None:
    assert find_quote(quote, [text]) == found


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("It raised $42.5M.", []),
        ("It raised USD 42,500,000.", []),
        ("Sales rose 12%.", []),
        ("Mara Lindqvist of Orbital Robotics spoke.", []),
        ("Invoices may stay unpaid.", []),
        ("It raised $45 million.", ["$45 million"]),
        ("It raised €42.5 million.", ["€42.5 million"]),
        ("Sales rose 21 per cent.", ["21 per cent"]),
        ("It employs 5,000 people.", ["5,000"]),
        ("It named Jonas Beck as head.", ["Jonas", "Beck"]),
        ("Arcwell has sales.", ["Arcwell"]),
    ],
)
def test_numbers_and_names_must_stand_in_the_source(text: str, unsupported: list[str]) -> None:
    assert unsupported_facts(text, [SOURCE]) == unsupported


def test_advice_may_set_its_own_days_but_no_amounts() -> None:
    text = "Call Mara Lindqvist within 48 hours, twice in 2026, before 3 May."
    assert unsupported_facts(text, [SOURCE], is_advice=True) == []
    assert unsupported_facts("Offer 15% off", [SOURCE], is_advice=True) == ["15%"]


def test_a_number_of_a_thousand_digits_is_no_amount() -> None:
    assert unsupported_facts("9" * 1000, [SOURCE]) == []


@pytest.mark.parametrize("quote", ["raises $42.5 million,", "CEO Mara Lindqvist", None, 5])
def test_a_quote_has_at_least_four_words(quote: object) -> None:
    assert find_quote(quote, [SOURCE]) is None


def test_only_the_sentences_that_the_source_carries_are_kept() -> None:
    text = "It raised $42.5 million. Jonas Beck led the round. Sales are up."
    assert keep_supported(text, [SOURCE]) == "It raised $42.5 million. Sales are up."
