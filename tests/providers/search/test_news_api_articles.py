"""NewsAPI's articles: what is mended, what is seen through and what is left out."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from webapp.providers.base import SearchResult
from webapp.providers.search.news_api_articles import result_of

NOW = datetime(2026, 2, 4, 12, tzinfo=UTC)


def read(**values: Any) -> SearchResult | None:
    article = {
        "source": {"id": None, "name": "Example News"},
        "author": None,
        "title": "Halcyon Health opens a clinic",
        "description": "It is in Porto.",
        "url": "https://news.example.com/clinic",
        "publishedAt": "2026-02-03T09:30:00Z",
        "content": "The clinic opens in May… [+1840 chars]",
        **values,
    }
    return result_of(article, query="q", language="en", fetched_at=NOW)


def test_an_article_keeps_its_facts_and_its_own_json() -> None:
    result = read(description=None)
    assert result is not None
    assert (result.publisher, result.language) == ("Example News", "en")
    assert result.published_at == datetime(2026, 2, 3, 9, 30, tzinfo=UTC)
    assert result.raw["description"] is None


@pytest.mark.parametrize(
    ("source", "author", "publisher"),
    [
        ("Biztoc.com", "paper.example.net", "paper.example.net"),
        ("Biztoc.com", "Paper.Example.net ", "paper.example.net"),
        ("Biztoc.com", "Rita Prado", "Biztoc.com"),
        ("Biztoc.com", None, "Biztoc.com"),
        ("Example News", "paper.example.net", "Example News"),
    ],
)
def test_the_aggregators_author_is_the_real_publisher(
    source: str, author: str | None, publisher: str
) -> None:
    result = read(source={"id": None, "name": source}, author=author)
    assert result is not None
    assert result.publisher == publisher


def test_google_news_names_the_publisher_in_the_title() -> None:
    result = read(source={"id": "google-news", "name": "Google News"}, title="A - B - The Post")
    assert result is not None
    assert (result.title, result.publisher) == ("A - B", "The Post")


@pytest.mark.parametrize(
    ("title", "mended"),
    [
        ("Halcyon#39;s plan", "Halcyon's plan"),
        ("Halcyon &amp;#39;s plan", "Halcyon 's plan"),
        ("R&amp;D &quot;boost&quot;", 'R&D "boost"'),
        ("Ranked #39 of all", "Ranked #39 of all"),
        ("Two\r\n lines", "Two lines"),
    ],
)
def test_broken_entities_are_mended(title: str, mended: str) -> None:
    result = read(title=title)
    assert result is not None
    assert result.title == mended


@pytest.mark.parametrize(
    ("description", "content", "snippet"),
    [
        (None, "The clinic opens… [+1840 chars]", "The clinic opens…"),
        ("", "The clinic opens.", "The clinic opens."),
        ("Access to this page has been denied because…", "The clinic opens.", "The clinic opens."),
        ("If you click 'Accept all', we and our partners…", None, ""),
        ("<ol><li>It opens\r\n</li><…", None, "It opens …"),
        ("Profit < cost, it said", None, "Profit < cost, it said"),
        ("The bank's 'verify you are human' page was copied", None, None),
    ],
)
def test_snippet_is_the_first_text_that_is_the_articles_own(
    description: str | None, content: str | None, snippet: str | None
) -> None:
    result = read(description=description, content=content)
    assert result is not None
    assert result.snippet == (description if snippet is None else snippet)


@pytest.mark.parametrize("filler", [" ", "<", "[+", "&amp;", "#39;", "[+1 chars] "])
def test_endless_text_is_read_in_time(filler: str) -> None:
    endless = filler * (1_900_000 // len(filler))
    started = time.monotonic()
    read(title=f"Halcyon {endless}", description=endless, content=endless)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "title", ["[Removed]", " [REMOVED] ", "Just a moment...", "403 Forbidden", "", None, 7]
)
def test_what_is_no_article_is_left_out(title: object) -> None:
    assert read(title=title) is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/s?op=view&amp;id=1", "https://a.example/s?op=view&id=1"),
        ("https://consent.g.example/ml?continue=https://a.example/n&hl=en", "https://a.example/n"),
        ("https://consent.y.example/v2?id=1", "https://consent.y.example/v2?id=1"),
        (
            "https://consent.g.example/ml?continue=javascript:alert(1)",
            "https://consent.g.example/ml?continue=javascript:alert(1)",
        ),
    ],
)
def test_the_address_is_the_articles(url: str, link: str) -> None:
    result = read(url=url)
    assert result is not None
    assert result.url == link
