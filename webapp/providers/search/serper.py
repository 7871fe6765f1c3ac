"""Serper: Google's news and web search over an API."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from webapp import clock
from webapp.enums import SourceName
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
from webapp.providers.search.results import make_result

_RESULTS = 10  # more than ten cost a second credit


class SerperVertical(StrEnum):
    """What Serper searches; also the last part of its address."""

    NEWS = "news"
    SEARCH = "search"


_ITEM_KEYS = {SerperVertical.NEWS: "news", SerperVertical.SEARCH: "organic"}


class SerperProvider:
    """Searches Google News through google.serper.dev, one credit a search."""

    name = SourceName.SERPER

    def __init__(
        self,
        *,
        http: HttpClient,
        api_key: str,
        base_url: str,
        vertical: SerperVertical = SerperVertical.NEWS,
    ) -> None:
        self._http = http
        self._api_key = api_key
        self._base_url = base_url.rstrip("/")
        self._vertical = vertical

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether there is a key; every client has a name."""
        return bool(self._api_key and target.name.strip())

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return up to ten results in Serper's order; raise ProviderError.

        `since` chooses Google's shortest window that reaches back to it (hour, day, week, month,
        year), so older items may come too.
        """
        query = name_query(target)
        body: dict[str, str | int] = {"q": query, "hl": "en", "num": _RESULTS}
        if since is not None:
            body["tbs"] = f"qdr:{window_letter(since, clock.now())}"
        answer = self._http.request(
            "POST",
            f"{self._base_url}/{self._vertical}",
            service="Serper",
            headers={"X-API-KEY": self._api_key},
            json_body=body,
        )
        if not answer.is_ok:
            raise _failure(answer)
        return _results(answer.json(), query=query, fetched_at=clock.now())


def _results(payload: object, *, query: str, fetched_at: datetime) -> list[SearchResult]:
    items = _items(payload)
    made = (_result(item, query=query, fetched_at=fetched_at) for item in items)
    return [result for result in made if result is not None]


def _items(payload: object) -> list[Mapping[str, Any]]:
    """Return the results of Serper's own envelope; look-alikes of other services are refused."""
    if not isinstance(payload, dict) or not isinstance(payload.get("searchParameters"), dict):
        raise ProviderResponseError(
            "Serper's address answered in a shape that is not Serper's; check SERPER_BASE_URL."
        )
    lists = [payload[key] for key in _ITEM_KEYS.values() if key in payload]
    if not all(isinstance(found, list) for found in lists):
        raise ProviderResponseError("Serper answered in a shape that is not Serper's.")
    return [item for found in lists for item in found if isinstance(item, dict)]


def _result(item: Mapping[str, Any], *, query: str, fetched_at: datetime) -> SearchResult | None:
    return make_result(
        source=SourceName.SERPER,
        title=item.get("title"),
        url=item.get("link"),
        snippet=item.get("snippet"),
        publisher=item.get("source"),
        published_at=parse_when(item.get("date"), fetched_at=fetched_at),
        query=query,
        fetched_at=fetched_at,
        raw=item,
    )


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
