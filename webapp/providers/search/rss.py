"""RSS, Atom and RDF feeds that were entered for a client."""

import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from webapp import clock
from webapp.enums import SourceName
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderTimeoutError,
)
from webapp.providers.addresses import AddressGuard
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.http import HttpAnswer, HttpClient
from webapp.providers.search.dates import from_struct
from webapp.providers.search.feed_body import MAX_ENTRIES, parse_feed
from webapp.providers.search.results import make_result
from webapp.providers.search.text import tidy

logger = logging.getLogger(__name__)

_MAX_FEEDS = 20
_MAX_BYTES = 6_000_000
"""Of all feeds of a client together; one feed may have two million."""
_MAX_TEXT = 20_000
_PARSE_SHARE = 0.1  # of the time limit: more than one feed's parsing takes
_PARALLEL = 6
_MAX_REDIRECTS = 3
_LATE_PUBLICATION = timedelta(days=1)
_RAW_KEYS = ("id", "title", "link", "published", "updated", "summary", "author")
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"


class FeedProvider:
    """Reads every feed of a client; needs no key.

    The addresses come from users, so they are fetched only past the guard.
    """

    name = SourceName.RSS

    def __init__(self, *, http: HttpClient, guard: AddressGuard) -> None:
        self._http = http.guarded_by(guard)

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether the client has a feed."""
        return any(url.strip() for url in target.feed_urls)

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return the newest hundred entries of each feed, feed by feed, in the feed's order.

        With `since`, entries dated more than a day before it are left out; undated ones stay.
        A feed that fails is logged; only when all fail is its ProviderError raised.
        """
        urls = list(dict.fromkeys(url.strip() for url in target.feed_urls if url.strip()))
        outcomes = _Reading(self._http).outcomes(urls[:_MAX_FEEDS])
        failures = [outcome for outcome in outcomes if isinstance(outcome, ProviderError)]
        for failure in failures:
            logger.warning("A feed of %s was left out: %s", target.name, failure)
        if failures and len(failures) == len(outcomes):
            raise _worst(failures)
        results = [r for outcome in outcomes if isinstance(outcome, list) for r in outcome]
        return [result for result in results if _is_recent(result, since)]


class _Reading:
    """One client's feeds read at once, within one time limit and one bound of memory."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._deadline = http.deadline()
        self._last_parse = self._deadline - http.timeout_seconds * _PARSE_SHARE
        self._bytes_left = _MAX_BYTES
        self._counting = threading.Lock()

    def outcomes(self, urls: Sequence[str]) -> list[list[SearchResult] | ProviderError]:
        if len(urls) <= 1:
            return [self._parsed(self._fetched(url), url) for url in urls]
        # Fetched side by side, parsed one after the other: many threads that parse would each
        # keep a heap as large as the largest feed takes.
        with ThreadPoolExecutor(min(len(urls), _PARALLEL), thread_name_prefix="feed") as pool:
            fetched = pool.map(self._fetched, urls)
            return [self._parsed(answer, url) for answer, url in zip(fetched, urls, strict=True)]

    def _fetched(self, url: str) -> HttpAnswer | ProviderError:
        try:
            answer = self._http.request(
                "GET",
                url,
                headers={"Accept": _ACCEPT},
                timeout_seconds=self._http.timeout_seconds / 2,  # a slow one leaves others time
                deadline=self._deadline,
                max_bytes=self._bytes_left,
                max_redirects=_MAX_REDIRECTS,
            )
            self._take(answer.raise_for_status())
        except ProviderError as error:
            return _of_this_feed_only(error)
        return answer

    def _take(self, answer: HttpAnswer) -> None:
        with self._counting:
            if len(answer.body) > self._bytes_left:
                raise ProviderResponseError(
                    f"{answer.service} was left out: the client's feeds are too big together."
                )
            self._bytes_left -= len(answer.body)

    def _parsed(
        self, answer: HttpAnswer | ProviderError, url: str
    ) -> list[SearchResult] | ProviderError:
        if isinstance(answer, ProviderError):
            return answer
        try:
            return self._results(answer, url)
        except ProviderError as error:
            return _of_this_feed_only(error)

    def _results(self, answer: HttpAnswer, url: str) -> list[SearchResult]:
        if clock.monotonic() >= self._last_parse:
            raise ProviderTimeoutError(f"{answer.service} came too late to be read.")
        fetched_at = clock.now()
        parsed = parse_feed(answer.body, answer.headers, service=answer.service, url=answer.url)
        # Plain dicts: feedparser's own warn of renamed keys when they are looked up.
        made = (
            _result(dict(entry), dict(parsed.feed), url=url, fetched_at=fetched_at)
            for entry in parsed.entries[:MAX_ENTRIES]
        )
        return [result for result in made if result is not None]


def _result(
    entry: Mapping[str, Any], feed: Mapping[str, Any], *, url: str, fetched_at: datetime
) -> SearchResult | None:
    original = entry.get("source") or {}
    publisher = original.get("title") or feed.get("title")
    title = entry.get("title")
    if isinstance(title, str) and original.get("title"):
        title = title.removesuffix(f" - {original['title']}")
    return make_result(
        source=SourceName.RSS,
        title=title,
        url=entry.get("link") or entry.get("id"),
        snippet=entry.get("summary") or _content(entry),
        publisher=publisher,
        published_at=_date(entry, fetched_at),
        query=url,
        fetched_at=fetched_at,
        raw=_raw(entry, publisher),
        language=tidy(feed.get("language"), limit=10).lower() or None,
    )


def _date(entry: Mapping[str, Any], fetched_at: datetime) -> datetime | None:
    keys = ("published_parsed", "created_parsed", "updated_parsed")
    dates = (from_struct(entry.get(key), fetched_at=fetched_at) for key in keys)
    return next((date for date in dates if date is not None), None)


def _content(entry: Mapping[str, Any]) -> object:
    parts = entry.get("content") or ()
    return next((part.get("value") for part in parts if part.get("value")), None)


def _raw(entry: Mapping[str, Any], publisher: object) -> dict[str, Any]:
    """Keep the entry's own texts; the rest of feedparser's reading is no JSON."""
    raw: dict[str, Any] = {
        key: entry[key][:_MAX_TEXT] for key in _RAW_KEYS if isinstance(entry.get(key), str)
    }
    raw["tags"] = [t["term"] for t in entry.get("tags", ()) if isinstance(t.get("term"), str)]
    raw["publisher"] = publisher if isinstance(publisher, str) else None
    return raw


def _is_recent(result: SearchResult, since: datetime | None) -> bool:
    if since is None or result.published_at is None:
        return True
    return result.published_at >= since - _LATE_PUBLICATION


def _of_this_feed_only(error: ProviderError) -> ProviderError:
    """Say that the failure is one feed's, not the whole source's."""
    if isinstance(error, ProviderAuthError):  # no key of ours is at fault, the site is closed
        error = ProviderRequestError(f"{error} Check the feed's address.")
    error.account_wide = False
    # Kept until all feeds are read, and its frames would keep this one's body as long.
    error.__traceback__ = error.__context__ = None
    return error


def _worst(failures: Sequence[ProviderError]) -> ProviderError:
    """Choose the failure to report: one that may pass by itself, if there is one."""
    return next((failure for failure in failures if not failure.permanent), failures[0])
