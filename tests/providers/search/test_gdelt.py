"""How GDELT is asked, and in whose turn."""

import time
import tracemalloc
from datetime import timedelta
from typing import Any

import pytest

from tests.doubles.local_server import Answer, LocalServer, serve
from tests.providers.search.cases import target
from webapp import clock
from webapp.errors import (
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
)
from webapp.providers.base import SearchTarget
from webapp.providers.http import HttpClient
from webapp.providers.search.gdelt import GdeltProvider
from webapp.providers.search.turns import LocalTurns

EMPTY = Answer({})
ARTICLE = {
    "url": "https://news.example.com/plan",
    "title": "Halcyon Health ' s plan ; U . S . clinics",
    "seendate": "20260203T091500Z",
    "domain": "news.example.com",
    "language": "German",
}


def provider(http: HttpClient, server: LocalServer, **more: Any) -> GdeltProvider:
    given = {"turns": LocalTurns(0), **more}
    return GdeltProvider(http=http, base_url=f"{server.url}/api/v2/doc/doc", **given)


def test_articles_of_thirty_days_are_asked_for_newest_first(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url))
    request = server.requests[0]
    assert (request.method, request.path) == ("GET", "/api/v2/doc/doc")
    start, end = request.query["startdatetime"], request.query["enddatetime"]
    assert request.query == {
        "query": '("Halcyon Health" OR Halcyon) sourcelang:english',
        "mode": "artlist",
        "format": "json",
        "sort": "datedesc",
        "maxrecords": "100",
        "startdatetime": start,
        "enddatetime": end,
    }
    assert start[:8] == f"{clock.now() - timedelta(days=30):%Y%m%d}"


@pytest.mark.parametrize(
    ("age", "reach"),
    [(timedelta(hours=1), timedelta(hours=7)), (timedelta(days=90), timedelta(days=30))],
)
def test_since_reaches_back_over_late_sightings_but_not_for_ever(
    http: HttpClient, age: timedelta, reach: timedelta
) -> None:
    now = clock.now()
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url), since=now - age)
    start = server.requests[0].query["startdatetime"]
    wanted = [f"{now - reach + timedelta(seconds=late):%Y%m%d%H%M%S}" for late in range(3)]
    assert start in wanted


def test_an_article_is_mended_and_its_own_json_kept(http: HttpClient) -> None:
    with serve(lambda _: Answer({"articles": [ARTICLE]})) as server:
        (result,) = provider(http, server).search(target(server.url))
    assert result.title == "Halcyon Health's plan; U.S. clinics"
    assert (result.snippet, result.publisher, result.language) == ("", "news.example.com", "de")
    assert f"{result.published_at:%Y-%m-%d %H:%M}" == "2026-02-03 09:15"
    assert result.raw == ARTICLE


def test_each_request_waits_for_its_turn(http: HttpClient) -> None:
    waits: list[float] = []
    with serve(lambda _: EMPTY) as server:
        made = provider(http, server, turns=LocalTurns(5), sleep=waits.append)
        for _ in range(3):
            made.search(target(server.url))
    assert waits == [pytest.approx(5, abs=1), pytest.approx(10, abs=1)]
    assert len(server.requests) == 3


def test_who_would_wait_too_long_is_told_so_and_nothing_is_asked(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server:
        made = provider(http, server, turns=LocalTurns(5), patience_seconds=4)
        made.search(target(server.url))
        with pytest.raises(ProviderQuotaError, match="other clients came first") as caught:
            made.search(target(server.url))
    assert caught.value.account_wide is False
    assert len(server.requests) == 1


def test_after_a_limit_message_nobody_asks_for_a_minute(http: HttpClient) -> None:
    limit = Answer("Please limit requests to one every 5 seconds.")
    with serve(lambda _: limit) as server:
        made = provider(http, server, patience_seconds=50)
        with pytest.raises(ProviderRateLimitedError):
            made.search(target(server.url))
        with pytest.raises(ProviderQuotaError):
            made.search(target(server.url))
    assert len(server.requests) == 1


@pytest.mark.parametrize("size", [100_000, 900_000])
def test_json_of_nothing_but_broken_escapes_costs_little(http: HttpClient, size: int) -> None:
    body = b'{"articles": ["' + rb"\q" * size
    with serve(lambda _: Answer(body, content_type="application/json")) as server:
        started = time.monotonic()
        tracemalloc.start()
        try:
            with pytest.raises(ProviderResponseError):
                provider(http, server).search(target(server.url))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert time.monotonic() - started < 4
    assert peak < 50_000_000


@pytest.mark.parametrize(
    ("enabled", "name", "fit"),
    [(1, "Orbital", 1), (0, "Orbital", 0), (1, "HP", 0), (1, " ", 0)],
)
def test_an_admin_and_a_name_of_some_length_are_all_it_needs(
    http: HttpClient, enabled: int, name: str, fit: int
) -> None:
    made = GdeltProvider(http=http, base_url="https://g.example", turns=LocalTurns(0))
    wanted = SearchTarget(client_id="c", name=name, gdelt_enabled=bool(enabled))
    assert made.is_configured_for(wanted) is bool(fit)


def test_a_name_that_is_too_short_is_not_sent(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server, pytest.raises(ProviderRequestError, match="alias"):
        provider(http, server).search(SearchTarget(client_id="c", name="HP", gdelt_enabled=True))
    assert not server.requests
