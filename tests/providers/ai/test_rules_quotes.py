"""Sentences of an article, exactly as they stand there."""

import pytest

from webapp.providers.ai.rules_quotes import MAX_QUOTE, evidence_of, sentences, summary_of


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One is here. Two is there! Is three?", 3),
        ("Arcwell Inc. said so. It did.", 2),
        ("The U.S. market grew 3.5 percent.", 1),
        ("He said \u201cno.\u201d Then he left.", 2),
        ("", 0),
        ("no end", 1),
    ],
)
def test_sentences_end_where_they_end(text: str, count: int) -> None:
    assert len(sentences(text)) == count
    assert all(sentence in text for sentence in sentences(text))


def test_a_long_sentence_is_cut_between_words() -> None:
    (quote,) = evidence_of("word " * 200, "", ())
    assert len(quote) <= MAX_QUOTE
    assert quote.endswith("word")


def test_a_summary_is_one_closed_sentence_without_entities() -> None:
    assert summary_of("Arcwell &amp; sons grow \u2026", "", ()) == "Arcwell & sons grow."
    assert summary_of("Is Arcwell growing?", "", ()) == "Is Arcwell growing?"
    assert summary_of("", "", ()) == ""
