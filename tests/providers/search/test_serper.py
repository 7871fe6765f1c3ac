"""How Serper is asked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.providers.search.cases import SECRET, target
from webapp import clock
from webapp.enums import WebSearch
from webapp.errors import ProviderQuotaError
from webapp.providers.base import SearchTarget
from webapp.providers.http import HttpClient
from webapp.providers.search.serper import SerperProvider

EMPTY = Answer({"searchParameters": {}, "news": []})


def provider(http: HttpClient, server: LocalServer, **more: Any) -> SerperProvider:
    given = {"web": WebSearch.NEVER, **more}
    return SerperProvider(http=http, api_key=SECRET, base_url=f"{server.url}/", **given)


def items(kind: str, count: int) -> list[dict[str, str]]:
    return [
        {"title": f"Halcyon {kind} {place}", "link": f"https://{kind}.example/{place}"}
        for place in range(count)
    ]


def answering(*, news: int, web: int) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        key, count = ("news", news) if request.path == "/news" else ("organic", web)
        return Answer({"searchParameters": {}, key: items(key, count)})

    return answer


def test_news_is_searched_by_name_with_the_key_in_the_header(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url))
    request = server.requests[0]
    assert (request.method, request.path) == ("POST", "/news")
    assert request.headers["x-api-key"] == SECRET
    assert request.json() == {"q": '("Halcyon Health" OR "Halcyon")', "hl": "en", "num": 10}


@pytest.mark.parametrize(
    ("web", "news", "paths"),
    [
        (WebSearch.NEVER, 0, ["/news"]),
        (WebSearch.SPARSE, 2, ["/news", "/search"]),
        (WebSearch.SPARSE, 3, ["/news"]),
        (WebSearch.ALWAYS, 3, ["/news", "/search"]),
    ],
)
def test_the_web_is_searched_as_the_setting_says(
    http: HttpClient, web: WebSearch, news: int, paths: list[str]
) -> None:
    with serve(answering(news=news, web=4)) as server:
        results = provider(http, server, web=web).search(target(server.url))
    assert [request.path for request in server.requests] == paths
    assert len(results) == news + 4 * (len(paths) - 1)


def test_the_web_is_asked_for_a_month_at_most(http: HttpClient) -> None:
    with serve(answering(news=0, web=0)) as server:
        provider(http, server, web=WebSearch.ALWAYS).search(target(server.url))
    assert [request.json().get("tbs") for request in server.requests] == [None, "qdr:m"]


def test_home_pages_and_what_the_news_had_are_not_taken_from_the_web(http: HttpClient) -> None:
    web = [
        {"title": "Halcyon Health", "link": "https://www.halcyon.example/"},
        {"title": "Halcyon 0", "link": "https://news.example/0"},
        {"title": "Halcyon opens", "link": "https://www.trade.example/halcyon", "source": None},
    ]

    def answer(request: Request) -> Answer:
        found = items("news", 1) if request.path == "/news" else web
        key = "news" if request.path == "/news" else "organic"
        return Answer({"searchParameters": {}, key: found})

    with serve(answer) as server:
        results = provider(http, server, web=WebSearch.ALWAYS).search(target(server.url))
    assert [(result.url, result.publisher) for result in results] == [
        ("https://news.example/0", "news.example"),
        ("https://www.trade.example/halcyon", "trade.example"),
    ]


def down_on_the_web(news: int) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        if request.path == "/search":
            return Answer({"message": "Not enough credits"}, status=400)
        return answering(news=news, web=0)(request)

    return answer


def test_news_are_kept_where_the_web_fails(
    http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(down_on_the_web(news=1)) as server:
        results = provider(http, server, web=WebSearch.SPARSE).search(target(server.url))
    assert len(results) == 1
    assert "web search was left out" in caplog.text


def test_a_web_that_fails_is_an_error_where_there_are_no_news(http: HttpClient) -> None:
    with serve(down_on_the_web(news=0)) as server, pytest.raises(ProviderQuotaError):
        provider(http, server, web=WebSearch.SPARSE).search(target(server.url))


@pytest.mark.parametrize(("allowed", "asked"), [(1, 1), (2, 2), (5, 3)])
def test_pages_are_followed_while_they_are_full_and_allowed(
    http: HttpClient, allowed: int, asked: int
) -> None:
    def answer(request: Request) -> Answer:
        page = request.json().get("page", 1)
        found = items(f"page-{page}", 10 if page < 3 else 4)
        return Answer({"searchParameters": {}, "news": found})

    with serve(answer) as server:
        results = provider(http, server, pages=allowed).search(target(server.url))
    assert len(server.requests) == asked
    assert len(results) == min(10 * allowed, 24)


def test_a_further_page_that_fails_costs_only_itself(http: HttpClient) -> None:
    def answer(request: Request) -> Answer:
        if "page" in request.json():
            return Answer("down", status=503)
        return Answer({"searchParameters": {}, "news": items("news", 10)})

    with serve(answer) as server:
        results = provider(http, server, pages=3).search(target(server.url))
    assert (len(results), len(server.requests)) == (10, 2)


@pytest.mark.parametrize(("days", "window"), [(0, "qdr:h"), (1, "qdr:w"), (20, "qdr:m")])
def test_since_chooses_a_window(http: HttpClient, days: int, window: str) -> None:
    since = clock.now() - timedelta(days=days)
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url), since=since)
    assert server.requests[0].json()["tbs"] == window


def test_relative_date_is_kept_beside_the_resolved_one(http: HttpClient) -> None:
    def answer(_: Request) -> Answer:
        found = {"title": "Halcyon", "link": "https://a.example", "date": "2 hours ago"}
        return Answer({"searchParameters": {}, "news": [found]})

    with serve(answer) as server:
        (result,) = provider(http, server).search(target(server.url))
    assert result.raw["date"] == "2 hours ago"
    assert result.published_at == result.fetched_at - timedelta(hours=2)


@pytest.mark.parametrize(
    ("key", "name", "fit"), [("k", "Orbital", 1), ("", "Orbital", 0), ("k", " ", 0)]
)
def test_key_and_name_are_all_it_needs(http: HttpClient, key: str, name: str, fit: int) -> None:
    made = SerperProvider(http=http, api_key=key, base_url="https://s.example")
    assert made.is_configured_for(SearchTarget(client_id="c", name=name)) is bool(fit)
