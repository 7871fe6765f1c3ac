"""GDELT DOC 2.0: the world's online news of three months, without a key or a snippet."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from webapp import clock
from webapp.enums import SourceName
from webapp.errors import (
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
)
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.http import HttpAnswer, HttpClient
from webapp.providers.http_answers import parse_json
from webapp.providers.search.dates import plausible
from webapp.providers.search.gdelt_query import gdelt_query
from webapp.providers.search.gdelt_text import mended_json, mended_title
from webapp.providers.search.languages import code_of
from webapp.providers.search.results import MAX_ITEMS, make_result
from webapp.providers.search.turns import Turns

SECONDS_BETWEEN_REQUESTS = 5.0
"""What GDELT asks of everybody."""

_MOST = 100  # of at most 250
_REACH = timedelta(days=30)  # older news makes no event
_LATE_SIGHT = timedelta(hours=6)
"""GDELT dates an article by when it saw it, which can be hours late."""
_PAUSE_SECONDS = 60.0
_LONGEST_SENTENCE = 500
_MOST_MENDED_BYTES = 250_000
"""Three times what a hundred articles take; more is not worth the time and memory of mending."""


class GdeltProvider:
    """Searches api.gdeltproject.org, never faster than GDELT asks for."""

    name = SourceName.GDELT

    def __init__(
        self,
        *,
        http: HttpClient,
        base_url: str,
        turns: Turns,
        language: str = "en",
        patience_seconds: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._base_url = base_url
        self._turns = turns
        self._language = language
        self._patience_seconds = patience_seconds
        self._sleep = sleep

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether an admin has switched GDELT on and a name is long enough to ask for."""
        return target.gdelt_enabled and bool(gdelt_query(target, self._language))

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return up to a hundred articles of the last thirty days, those seen last first.

        Their dates are those at which GDELT saw them. Waits for a turn; when too many others
        wait, a ProviderQuotaError that is this client's only says so. Raises ProviderError.
        """
        query = gdelt_query(target, self._language)
        if not query:
            raise ProviderRequestError("GDELT takes no name as short as this; add an alias.")
        ends = self._http.deadline()
        self._wait_for_turn()
        answer = self._http.request(
            "GET",
            self._base_url,
            service="GDELT",
            params=_params(query, since),
            deadline=ends,
        )
        articles = self._articles(answer)
        made = (_result(article, query=query, fetched_at=clock.now()) for article in articles)
        return [result for result in made if result is not None]

    def _wait_for_turn(self) -> None:
        wait = self._turns.take(patience=self._patience_seconds)
        if wait is None:
            busy = ProviderQuotaError(
                "GDELT takes one search in five seconds and other clients came first; "
                "it is asked again at the next run."
            )
            busy.account_wide = False  # it works; only this client has to wait
            raise busy
        if wait > 0:
            self._sleep(wait)

    def _articles(self, answer: HttpAnswer) -> list[Mapping[str, Any]]:
        """Return the articles; GDELT tells its errors in plain text, mostly with status 200."""
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or _asks_to_slow_down(answer):
            pause = answer.retry_after or _PAUSE_SECONDS
            self._turns.pause(pause)
            raise ProviderRateLimitedError(
                "GDELT is busy and asks to slow down; it is asked again later.", retry_after=pause
            )
        answer.raise_for_status()
        payload = _payload(answer)
        articles = payload.get("articles", []) if isinstance(payload, dict) else None
        if not isinstance(articles, list):
            raise ProviderResponseError(
                "GDELT's address answered in a shape that is not GDELT's; check GDELT_BASE_URL."
            )
        return [article for article in articles[:MAX_ITEMS] if isinstance(article, dict)]


def _params(query: str, since: datetime | None) -> dict[str, str | int]:
    earliest = clock.now() - _REACH
    start = earliest if since is None else max(since - _LATE_SIGHT, earliest)
    return {
        "query": query,
        "mode": "artlist",
        "format": "json",
        "sort": "datedesc",
        "maxrecords": _MOST,
        "startdatetime": f"{start:%Y%m%d%H%M%S}",
        "enddatetime": f"{clock.now():%Y%m%d%H%M%S}",
    }


def _payload(answer: HttpAnswer) -> Any:  # noqa: ANN401 -- any JSON
    sentence = _sentence(answer)
    if sentence:
        raise _refusal(sentence)
    try:
        return answer.json()
    except ProviderResponseError:
        if len(answer.body) > _MOST_MENDED_BYTES:
            raise
    return parse_json(mended_json(answer.body), answer.service)


def _sentence(answer: HttpAnswer) -> str:
    """Return the plain text that came instead of data, in lower case, else ""."""
    body = answer.body.strip()
    is_text = 0 < len(body) <= _LONGEST_SENTENCE and body[:1] not in b'<{["'
    return body.decode("utf-8", errors="replace").lower() if is_text else ""


def _asks_to_slow_down(answer: HttpAnswer) -> bool:
    sentence = _sentence(answer)
    return "limit requests" in sentence or "one every" in sentence


def _refusal(sentence: str) -> ProviderError:
    if " " not in sentence:
        return ProviderResponseError("GDELT answered with data that cannot be read.")
    return ProviderRequestError(
        "GDELT cannot search for this client as it is written; "
        "check for very short or very common names and aliases."
    )


def _result(article: Mapping[str, Any], *, query: str, fetched_at: datetime) -> SearchResult | None:
    title = article.get("title")
    return make_result(
        source=SourceName.GDELT,
        title=mended_title(title) if isinstance(title, str) else None,
        url=article.get("url"),
        snippet="",
        publisher=article.get("domain"),
        published_at=plausible(_seen_at(article.get("seendate")), fetched_at=fetched_at),
        query=query,
        fetched_at=fetched_at,
        raw=article,
        language=code_of(article.get("language")),
    )


def _seen_at(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
