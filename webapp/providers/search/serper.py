"""Serper: Google's news and web search over an API."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from webapp import clock
from webapp.enums import SourceName, WebSearch
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRequestError,
    ProviderResponseError,
)
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.http import HttpAnswer, HttpClient
from webapp.providers.search.dates import parse_when
from webapp.providers.search.queries import name_query, window_letter
from webapp.providers.search.results import MAX_ITEMS, make_result
from webapp.providers.search.text import web_link

logger = logging.getLogger(__name__)

_RESULTS = 10  # more than ten cost a second credit
_SPARSE = 3
"""Below this many news the web is worth a further credit."""


class SerperVertical(StrEnum):
    """What Serper searches; also the last part of its address."""

    NEWS = "news"
    SEARCH = "search"


_ITEM_KEYS = {SerperVertical.NEWS: "news", SerperVertical.SEARCH: "organic"}


@dataclass(frozen=True)
class _Asked:
    """What one search asks for, Google's window of time, and when all its calls have to end."""

    query: str
    window: str
    ends: float


class SerperProvider:
    """Searches Google's news, and its web where that helps, through google.serper.dev.

    Each page of ten results costs one credit. Press releases and trade pages that Google does
    not count as news are found on the web only, which is asked where news found little.
    """

    name = SourceName.SERPER

    def __init__(
        self,
        *,
        http: HttpClient,
        api_key: str,
        base_url: str,
        web: WebSearch = WebSearch.SPARSE,
        pages: int = 1,
    ) -> None:
        self._http = http
        self._api_key = api_key
        self._base_url = base_url.rstrip("/")
        self._web = web
        self._pages = pages

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether there is a key; every client has a name."""
        return bool(self._api_key and target.name.strip())

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return the news in Serper's order, then what only the web has; raise ProviderError.

        `since` chooses Google's shortest window that reaches back to it (hour, day, week, month,
        year), so older items may come too; the web is never asked for more than a month. Where
        there are news and the web fails, the news are returned.
        """
        window = window_letter(since, clock.now()) if since is not None else ""
        asked = _Asked(name_query(target), window, ends=self._http.deadline())
        found = self._pages_of(SerperVertical.NEWS, asked)
        if not self._wants_web(found):
            return found
        try:
            pages = self._pages_of(SerperVertical.SEARCH, replace(asked, window=window or "m"))
        except ProviderError as error:
            if not found:
                raise
            logger.warning("Serper's web search was left out: %s", error)
            return found
        known = {result.url for result in found}
        return found + [page for page in pages if page.url not in known and not _is_home(page.url)]

    def _wants_web(self, news: Sequence[SearchResult]) -> bool:
        if self._web is WebSearch.SPARSE:
            return len(news) < _SPARSE
        return self._web is WebSearch.ALWAYS

    def _pages_of(self, vertical: SerperVertical, asked: _Asked) -> list[SearchResult]:
        """Return the results of every page that is allowed, as long as pages are full."""
        found: list[SearchResult] = []
        for page in range(1, self._pages + 1):
            try:
                items = self._ask(vertical, asked, page)
            except ProviderError as error:
                if page == 1:
                    raise
                logger.warning("Page %d of Serper's answer was left out: %s", page, error)
                break
            made = (_result(item, query=asked.query, fetched_at=clock.now()) for item in items)
            found += [result for result in made if result is not None]
            if len(items) < _RESULTS:
                break
        return found

    def _ask(self, vertical: SerperVertical, asked: _Asked, page: int) -> list[Mapping[str, Any]]:
        # Without English the dates come as words of another language
        body: dict[str, str | int] = {"q": asked.query, "hl": "en", "num": _RESULTS}
        if asked.window:
            body["tbs"] = f"qdr:{asked.window}"
        if page > 1:
            body["page"] = page
        answer = self._http.request(
            "POST",
            f"{self._base_url}/{vertical}",
            service="Serper",
            headers={"X-API-KEY": self._api_key},
            json_body=body,
            deadline=asked.ends,
        )
        if not answer.is_ok:
            raise _failure(answer)
        return _items(answer.json())


def _items(payload: object) -> list[Mapping[str, Any]]:
    """Return the results of Serper's own envelope; look-alikes of other services are refused."""
    if not isinstance(payload, dict) or not isinstance(payload.get("searchParameters"), dict):
        raise ProviderResponseError(
            "Serper's address answered in a shape that is not Serper's; check SERPER_BASE_URL."
        )
    lists = [payload[key] for key in _ITEM_KEYS.values() if key in payload]
    if not all(isinstance(found, list) for found in lists):
        raise ProviderResponseError("Serper answered in a shape that is not Serper's.")
    return [item for found in lists for item in found[:MAX_ITEMS] if isinstance(item, dict)]


def _result(item: Mapping[str, Any], *, query: str, fetched_at: datetime) -> SearchResult | None:
    return make_result(
        source=SourceName.SERPER,
        title=item.get("title"),
        url=item.get("link"),
        snippet=item.get("snippet"),
        publisher=item.get("source") or _host(item.get("link")),
        published_at=parse_when(item.get("date"), fetched_at=fetched_at),
        query=query,
        fetched_at=fetched_at,
        raw=item,
    )


def _host(link: object) -> str | None:
    """Return the host of a web page, which names no publisher otherwise."""
    found = web_link(link)
    return (urlsplit(found).hostname or "").removeprefix("www.") if found else None


def _is_home(link: str) -> bool:
    """Tell whether a link leads to a site as a whole, which is no news."""
    parts = urlsplit(link)
    return parts.path in {"", "/"} and not parts.query


def _failure(answer: HttpAnswer) -> ProviderError:
    """Tell Serper's errors apart: it has no codes, and speaks of spent credits in words only."""
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return ProviderAuthError(
            f"Serper does not accept the key ({answer.status}); check SERPER_API_KEY."
        )
    client_error = answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
    if client_error and "credit" in _message(answer):
        return ProviderQuotaError(
            f"Serper's credits are spent ({answer.status}); buy more at serper.dev."
        )
    if answer.status == HTTPStatus.NOT_FOUND:
        return ProviderRequestError(
            "Serper's address does not know this search (404); check SERPER_BASE_URL."
        )
    return answer.failure()


def _message(answer: HttpAnswer) -> str:
    try:
        payload = answer.json()
    except ProviderResponseError:
        return ""
    return json.dumps(payload).lower()
