"""Simulated search results: two sources' shapes read into one list, the same all day."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from webapp import clock
from webapp.enums import SourceName
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.search.dates import parse_when, split_leading_date
from webapp.providers.search.queries import name_query
from webapp.providers.search.results import make_result


class MockNews(Protocol):
    """What this provider needs of the mock."""

    def mock_search_results(self, target: SearchTarget, *, on: date) -> dict[str, Any]:
        """Return an answer in the shape of Google's Custom Search."""
        ...

    def mock_news_results(self, target: SearchTarget, *, on: date) -> dict[str, Any]:
        """Return an answer in the shape of NewsAPI's."""
        ...


class MockSearchProvider:
    """A source that knows every client: 3 to 5 invented results a client and day (UTC)."""

    name = SourceName.MOCK

    def __init__(self, mock_api: MockNews) -> None:
        self._mock_api = mock_api

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether the client has what is needed: a name."""
        return bool(target.name.strip())

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return today's invented results, newest first; the same at every call of the day.

        `since` shortens nothing: all of them are a day old at most.
        """
        del since
        fetched_at = clock.now()
        today = fetched_at.date()
        query = name_query(target)
        search = self._mock_api.mock_search_results(target, on=today)
        news = self._mock_api.mock_news_results(target, on=today)
        found = [
            *_from_search(search, query, fetched_at),
            *_from_news(news, query, fetched_at),
        ]
        return sorted(found, key=_moment, reverse=True)


def _moment(result: SearchResult) -> datetime:
    return result.published_at or result.fetched_at


def _from_search(
    answer: Mapping[str, Any], query: str, fetched_at: datetime
) -> Iterator[SearchResult]:
    for item in answer.get("items", []):
        metatags = item["pagemap"]["metatags"][0]
        _, snippet = split_leading_date(item["snippet"], fetched_at=fetched_at)
        result = make_result(
            source=SourceName.MOCK,
            title=item["title"],
            url=item["link"],
            snippet=snippet,
            publisher=metatags["og:site_name"],
            published_at=parse_when(metatags["article:published_time"], fetched_at=fetched_at),
            query=query,
            fetched_at=fetched_at,
            raw=item,
            language="en",
        )
        if result is not None:
            yield result


def _from_news(
    answer: Mapping[str, Any], query: str, fetched_at: datetime
) -> Iterator[SearchResult]:
    for article in answer["articles"]:
        result = make_result(
            source=SourceName.MOCK,
            title=article["title"],
            url=article["url"],
            snippet=article["description"],
            publisher=article["source"]["name"],
            published_at=parse_when(article["publishedAt"], fetched_at=fetched_at),
            query=query,
            fetched_at=fetched_at,
            raw=article,
            language="en",
        )
        if result is not None:
            yield result
