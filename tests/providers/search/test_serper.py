"""How Serper is asked."""

from datetime import timedelta

import pytest

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.providers.search.cases import SECRET, target
from webapp import clock
from webapp.providers.base import SearchTarget
from webapp.providers.http import HttpClient
from webapp.providers.search.serper import SerperProvider, SerperVertical

EMPTY = Answer({"searchParameters": {}, "news": []})


def provider(http: HttpClient, server: LocalServer, **more: SerperVertical) -> SerperProvider:
    return SerperProvider(http=http, api_key=SECRET, base_url=f"{server.url}/", **more)


def test_news_is_searched_by_name_with_the_key_in_the_header(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url))
    request = server.requests[0]
    assert (request.method, request.path) == ("POST", "/news")
    assert request.headers["x-api-key"] == SECRET
    assert request.json() == {"q": '("Halcyon Health" OR "Halcyon")', "hl": "en", "num": 10}


def test_web_search_is_the_other_vertical(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server:
        provider(http, server, vertical=SerperVertical.SEARCH).search(target(server.url))
    assert server.requests[0].path == "/search"


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
