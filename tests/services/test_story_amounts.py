"""Figures are the same however they are written, and different when they differ."""

import pytest

from webapp.services.story_amounts import Kind, amounts_in

WRITTEN = [
    ("Order of $2.9 Billion", Kind.MONEY, "USD", 2.9e9),
    ("a 14 bn euro loss", Kind.MONEY, "EUR", 14e9),
    ("US$ 1,359.43 million", Kind.MONEY, "USD", 1359.43e6),
    ("a $420-million deal", Kind.MONEY, "USD", 420e6),
    ("Rs 500 crore", Kind.MONEY, "INR", 5e9),
    ("sales fell 0,3 per cent", Kind.SHARE, "", 0.3),
    ("1.2 million patients", Kind.COUNT, "", 1.2e6),
    ("25250 cars", Kind.COUNT, "", 25250.0),
]


@pytest.mark.parametrize(("text", "kind", "currency", "value"), WRITTEN)
def test_an_amount_is_read(text: str, kind: Kind, currency: str, value: float) -> None:
    (amount,) = amounts_in(text)
    assert (amount.kind, amount.currency) == (kind, currency)
    assert amount.value == pytest.approx(value)


@pytest.mark.parametrize("text", ["in 2026", "Point72", "Q3", "the 2nd", "MH370", "A4-size", ""])
def test_years_and_names_are_no_amounts(text: str) -> None:
    assert amounts_in(text) == ()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("$2.9bn", "$2.9 billion", True),
        ("$1.07 billion", "$1.1 billion", True),
        ("363,481", "363,000", True),
        ("$10 million", "$12 million", False),
        ("$12 million", "€12 million", False),
        ("12%", "12", False),
        ("7.1", "7.10", False),
        ("driver 526.47", "driver 526.61", False),
        ("$0", "$0", True),
    ],
)
def test_amounts_are_like_when_one_is_the_other_rounded(
    one: str, other: str, *, is_same: bool
) -> None:
    assert amounts_in(one)[0].is_like(amounts_in(other)[0]) is is_same
