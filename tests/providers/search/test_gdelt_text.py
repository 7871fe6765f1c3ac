"""Titles and JSON as GDELT garbles them."""

import json
import time

import pytest

from webapp.providers.search.gdelt_text import mended_json, mended_title


@pytest.mark.parametrize(
    ("garbled", "mended"),
    [
        ("Shares rally ; investors cheer", "Shares rally; investors cheer"),
        ("March 10 , 2026 : U . S . clinics close", "March 10, 2026: U.S. clinics close"),
        ("J . P . Northwind cuts 1 , 000 jobs", "J.P. Northwind cuts 1,000 jobs"),
        ("Halcyon ' s $ 2 . 9 billion plan", "Halcyon's $2.9 billion plan"),
        ("Quillstone . io ( NASDAQ : QUIL ) up 5 %", "Quillstone.io (NASDAQ: QUIL) up 5%"),
        ("B & Q buys R & D lab", "B&Q buys R&D lab"),
        ("What ' s next ? Plan A . Great", "What's next? Plan A. Great"),
        ("Health - Tech - Example Post", "Health - Tech - Example Post"),
        ("Smith & Sons", "Smith & Sons"),
        ("Nothing to mend", "Nothing to mend"),
    ],
)
def test_spaces_around_punctuation_go(garbled: str, mended: str) -> None:
    assert mended_title(garbled) == mended


def test_an_endless_title_is_cut_before_it_is_mended() -> None:
    started = time.monotonic()
    assert len(mended_title("A . " * 500_000)) <= 1_000
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("garbled", "text"),
    [
        (rb'"Halcyon\'s"', "Halcyon's"),
        (rb'"a\qb"', r"a\qb"),
        (rb'"a\u00zz"', r"a\u00zz"),
        (rb'"a\\qb \" \u00e9"', 'a\\qb " é'),
        (b'"a\tb\nc"', "a b c"),
        (b'"caf\xe9"', "caf\ufffd"),
    ],
)
def test_impossible_escapes_are_mended_and_the_others_stay(garbled: bytes, text: str) -> None:
    assert json.loads(mended_json(garbled)) == text
