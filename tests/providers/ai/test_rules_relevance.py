"""Whether an article is about the client, and how much it matters."""

from datetime import UTC, date, datetime

import pytest

from tests.providers.ai.headlines import CLIENT, PASSING, judged, labelled
from webapp import clock
from webapp.enums import Category

TODAY = date(2026, 11, 22)
CUTS = "Castellan Bank to cut 900 jobs"


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_clock(datetime(2026, 11, 22, 9, tzinfo=UTC))


def test_nearly_every_event_at_a_client_is_about_it() -> None:
    events = [row for row in labelled() if row[0] is not Category.OTHER]
    missed = [row for row in events if not judged(row[2], client=row[1]).about_client]
    assert len(missed) <= len(events) * 0.05, missed


@pytest.mark.parametrize("title", PASSING)
def test_a_passing_mention_is_not_about_the_client(title: str) -> None:
    verdict = judged(title)
    assert not verdict.about_client
    assert verdict.relevance == 0.3
    assert "passing_mention" in verdict.factors


def test_an_article_that_does_not_name_the_client_is_off_topic() -> None:
    verdict = judged("Arcwell cuts 900 jobs", "Nothing to do with others.")
    assert (verdict.about_client, verdict.relevance) == (False, 0.1)


def test_the_parts_add_up_to_the_score() -> None:
    verdict = judged(CUTS, published_on=TODAY, publisher="Example Newswire")
    assert sum(verdict.factors.values()) == pytest.approx(verdict.relevance)
    assert {"severity", "named_in_title", "recency", "source"} <= verdict.factors.keys()


def test_what_is_worse_matters_more() -> None:
    order = [
        judged("Castellan Bank shares slide 3% in early trading"),
        judged("Castellan Bank wins award for its branch design"),
        judged("Castellan Bank opens first office in Nairobi"),
        judged(CUTS),
        judged("Castellan Bank files for Chapter 11 protection"),
    ]
    scores = [verdict.relevance for verdict in order]
    assert scores == sorted(set(scores))


def test_old_news_matters_less_than_fresh_news() -> None:
    old = judged(CUTS, published_on=date(2026, 10, 1))
    fresh = judged(CUTS, published_on=TODAY)
    undated = judged(CUTS)
    assert old.relevance < undated.relevance < fresh.relevance


def test_a_date_ahead_of_today_is_fresh() -> None:
    assert judged(CUTS, published_on=date(2026, 12, 24)) == judged(CUTS, published_on=TODAY)


def test_what_the_client_publishes_itself_is_about_it() -> None:
    assert judged("The Castellan Bank branch of tomorrow", publisher=CLIENT).about_client


def test_an_event_told_only_in_the_snippet_can_be_about_the_client() -> None:
    told = "Castellan Bank will lay off 900 employees by spring."
    assert judged("Another hard week for lenders", told).about_client
