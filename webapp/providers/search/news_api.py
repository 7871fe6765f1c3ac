"""NewsAPI: news by the words of their titles and descriptions."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp import clock
from webapp.enums import SourceName
from webapp.errors import ProviderError, ProviderResponseError
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.http import HttpAnswer, HttpClient
from webapp.providers.search.languages import ANY
from webapp.providers.search.news_api_articles import result_of
from webapp.providers.search.news_api_errors import MAXIMUM_REACHED, error_of, news_api_failure
from webapp.providers.search.news_api_query import excluded_domains, news_api_query
from webapp.providers.search.results import MAX_ITEMS

logger = logging.getLogger(__name__)

_PAGE_SIZE = 100  # the most that one request gives, for the same price
_DELAY = timedelta(days=2)
"""The developer plan shows articles a day late, so a search reaches back beyond `since`."""
_REACH = timedelta(days=27)
"""No plan refuses this; the smallest one ends a calendar month back, and refuses what is older."""
_PLAN_REMEMBERED_SECONDS = 86_400.0


class NewsApiProvider:
    """Searches newsapi.org, one request for each hundred articles."""

    name = SourceName.NEWS_API

    def __init__(
        self,
        *,
        http: HttpClient,
        api_key: str,
        base_url: str,
        language: str = "en",
        pages: int = 1,
    ) -> None:
        self._http = http
        self._api_key = api_key
        self._address = f"{base_url.rstrip('/')}/everything"
        self._language = None if language == ANY else language
        self._pages = pages
        self._one_page_until = 0.0

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether there is a key; every client has a name."""
        return bool(self._api_key and target.name.strip())

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return articles whose title or description names the client, newest first.

        At most a hundred for each page that is allowed. Where the plan ends at the first page
        or a further one fails, what came is kept. Raises ProviderError.
        """
        params, ends = self._params(target, since), self._http.deadline()
        found = _read(self._ask(params, page=1, ends=ends))
        articles = [*found.articles]
        for page in range(2, self._pages + 1):
            if not self._goes_on(len(articles), found.total, page):
                break
            articles += self._further(params, page=page, ends=ends)
        made = (
            result_of(
                article, query=str(params["q"]), language=self._language, fetched_at=clock.now()
            )
            for article in articles
        )
        return [result for result in made if result is not None]

    def _params(self, target: SearchTarget, since: datetime | None) -> dict[str, str | int]:
        params: dict[str, str | int] = {
            "q": news_api_query(target),
            "searchIn": "title,description",
            "sortBy": "publishedAt",
            "pageSize": _PAGE_SIZE,
        }
        if self._language is not None:
            params["language"] = self._language
        if domains := excluded_domains(target):
            params["excludeDomains"] = domains
        if since is not None and clock.now() - since + _DELAY <= _REACH:
            params["from"] = f"{since - _DELAY:%Y-%m-%dT%H:%M:%S}"
        return params

    def _goes_on(self, found: int, total: int, page: int) -> bool:
        """Tell whether asking for this page makes sense."""
        is_full = found == _PAGE_SIZE * (page - 1)
        return is_full and found < total and clock.monotonic() >= self._one_page_until

    def _further(
        self, params: Mapping[str, str | int], *, page: int, ends: float
    ) -> Sequence[Mapping[str, Any]]:
        """Return the articles of a further page; none, with a log line, where it fails."""
        try:
            answer = self._ask(params, page=page, ends=ends)
            if error_of(answer)[0] == MAXIMUM_REACHED:
                self._one_page_until = clock.monotonic() + _PLAN_REMEMBERED_SECONDS
                return []
            return _read(answer).articles
        except ProviderError as error:
            logger.warning("Page %d of NewsAPI's answer was left out: %s", page, error)
            return []

    def _ask(self, params: Mapping[str, str | int], *, page: int, ends: float) -> HttpAnswer:
        return self._http.request(
            "GET",
            self._address,
            service="NewsAPI",
            params={**params, "page": page},
            headers={"X-Api-Key": self._api_key},
            deadline=ends,
        )


@dataclass(frozen=True)
class _Page:
    """One page of articles, and how many there are on all pages."""

    articles: Sequence[Mapping[str, Any]]
    total: int


def _read(answer: HttpAnswer) -> _Page:
    if not answer.is_ok:
        raise news_api_failure(answer)
    payload = answer.json()
    if isinstance(payload, dict) and payload.get("status") == "error":
        raise news_api_failure(answer)
    articles = payload.get("articles") if isinstance(payload, dict) else None
    if not isinstance(articles, list) or payload.get("status") != "ok":
        raise ProviderResponseError(
            "NewsAPI's address answered in a shape that is not NewsAPI's; check NEWS_API_BASE_URL."
        )
    total = payload.get("totalResults")
    return _Page(
        [article for article in articles[:MAX_ITEMS] if isinstance(article, dict)],
        total if isinstance(total, int) else 0,
    )
