"""The notation of phrases, and that finding them by their words misses none."""

import pytest

from webapp.providers.ai.phrases import PhraseBook, compiled


def finds(phrase: str, plain: str) -> bool:
    return bool(PhraseBook([compiled("x", 1, phrase)]).found(f" {plain} "))


@pytest.mark.parametrize(
    ("phrase", "plain", "is_found"),
    [
        ("job|staff cuts", "more job cuts ahead", True),
        ("job|staff cuts", "more jobs cuts ahead", False),
        ("cut .. jobs", "cut NUM of its jobs", True),
        ("cut .. jobs", "cut a b c d e jobs", True),
        ("cut .. jobs", "cut a b c d e f jobs", False),
        ("cut .. jobs", "jobs are cut", False),
        ("new ?office|plant opens", "new opens", True),
        ("new ?office|plant opens", "new plant opens", True),
        ("bankrupt*", "files for bankruptcy", True),
        ("bankrupt*", "the bank", False),
        ("jobs at_risk|lost", "jobs at risk", True),
        ("jobs at_risk|lost", "jobs at", False),
        ("CLIENT ai", "the CLIENT ai push", True),
        ("cut", "haircut", False),
    ],
)
def test_a_phrase_is_found_where_its_words_are(phrase: str, plain: str, *, is_found: bool) -> None:
    assert finds(phrase, plain) is is_found


def test_a_phrase_that_occurs_twice_is_found_once() -> None:
    book = PhraseBook([compiled("x", 2, "cut|cuts")])
    assert [phrase.weight for phrase in book.found(" cuts and cut ")] == [2]
