"""How good or bad a text is for the client."""

import pytest

from webapp.enums import Category
from webapp.providers.ai.sentiment import (
    NEGATIVE,
    NEUTRAL_BAND,
    POSITIVE,
    sentiment,
    sentiment_label,
    text_sentiment,
)
from webapp.providers.ai.sentiment_words import business_words, word_score
from webapp.providers.ai.wording import plain_words


def scored(title: str, snippet: str = "", client: str = "Castellan Bank") -> float:
    names = (client,)
    return sentiment(plain_words(title, names), plain_words(snippet, names))


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Castellan Bank profit surges on record lending", POSITIVE),
        ("Castellan Bank wins big order, shares jump", POSITIVE),
        ("Castellan Bank slumps as loan losses rise", NEGATIVE),
        ("Castellan Bank files for bankruptcy", NEGATIVE),
    ],
)
def test_plain_good_and_bad_news_are_told_apart(title: str, label: str) -> None:
    assert sentiment_label(scored(title)) == label


def test_in_a_headline_on_two_companies_each_has_its_own_sentiment() -> None:
    title = "Castellan Bank surges 8% while Arcwell Trust tumbles"
    assert scored(title) > scored(title, client="Arcwell Trust")


def test_the_kind_of_event_draws_the_sentiment_its_way() -> None:
    plain = plain_words("Castellan Bank announces changes", ("Castellan Bank",))
    hit = sentiment(plain, "", category=Category.LAYOFFS_RESTRUCTURING)
    assert hit < sentiment(plain, "") < sentiment(plain, "", category=Category.AWARD_RECOGNITION)


def test_the_snippet_counts_too() -> None:
    title = "Castellan Bank reports"
    assert scored(title, "Profit plunged and losses deepened.") < scored(title)


@pytest.mark.parametrize("text", ["", " ", "?!", "\u4e2d\u6587", "x" * 5000])
def test_any_text_has_a_sentiment_in_range(text: str) -> None:
    assert -1 <= text_sentiment(plain_words(text)) <= 1


def test_business_words_extend_those_of_vader() -> None:
    assert word_score("bankruptcy") < 0
    assert word_score("it beats estimates") > 0
    assert all(-4 <= score <= 4 for score in business_words().values())


@pytest.mark.parametrize(
    ("score", "label"),
    [(NEUTRAL_BAND, "neutral"), (-NEUTRAL_BAND, "neutral"), (0.9, "positive"), (-0.9, "negative")],
)
def test_the_band_around_zero_is_neutral(score: float, label: str) -> None:
    assert sentiment_label(score) == label
