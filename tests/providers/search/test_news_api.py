"""How NewsAPI is asked, and how far its pages are followed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.providers.search.cases import SECRET, target
from webapp import clock
from webapp.errors import ProviderUnavailableError
from webapp.providers.base import SearchTarget
from webapp.providers.http import HttpClient
from webapp.providers.search.news_api import NewsApiProvider

EMPTY = Answer({"status": "ok", "totalResults": 0, "articles": []})
PLAN_ENDS = Answer(
    {"status": "error", "code": "maximumResultsReached", "message": "Your plan gives 100."},
    status=426,
)


def provider(http: HttpClient, server: LocalServer, **more: Any) -> NewsApiProvider:
    return NewsApiProvider(http=http, api_key=SECRET, base_url=f"{server.url}/v2/", **more)


def page(number: int, *, size: int = 100, total: int = 250) -> Answer:
    articles = [
        {"title": f"Halcyon {number}-{place}", "url": f"https://a.example/{number}/{place}"}
        for place in range(size)
    ]
    return Answer({"status": "ok", "totalResults": total, "articles": articles})


def pages(request: Request) -> Answer:
    number = int(request.query["page"])
    return page(number, size=50 if number == 3 else 100)


def test_titles_and_descriptions_are_searched_with_the_key_in_the_header(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url))
    request = server.requests[0]
    assert (request.method, request.path) == ("GET", "/v2/everything")
    assert request.headers["x-api-key"] == SECRET
    assert request.query == {
        "q": '("Halcyon Health" OR "Halcyon")',
        "searchIn": "title,description",
        "language": "en",
        "sortBy": "publishedAt",
        "pageSize": "100",
        "page": "1",
    }


def test_every_language_is_asked_for_by_saying_none(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server:
        provider(http, server, language="any").search(target(server.url))
    assert "language" not in server.requests[0].query


def test_domains_that_must_not_answer_are_left_to_newsapi(http: HttpClient) -> None:
    wanted = {"must_not_domains": ("spam.example", "hoax.example")}
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url, **wanted))
    assert server.requests[0].query["excludeDomains"] == "spam.example,hoax.example"


def test_since_reaches_back_over_the_delay_of_small_plans(http: HttpClient) -> None:
    since = clock.now() - timedelta(hours=1)
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url), since=since)
    assert server.requests[0].query["from"] == f"{since - timedelta(days=2):%Y-%m-%dT%H:%M:%S}"


@pytest.mark.parametrize("days", [26, 400])
def test_no_plan_is_asked_for_what_it_refuses_as_too_old(http: HttpClient, days: int) -> None:
    with serve(lambda _: EMPTY) as server:
        provider(http, server).search(target(server.url), since=clock.now() - timedelta(days=days))
    assert "from" not in server.requests[0].query


@pytest.mark.parametrize(("allowed", "found"), [(1, 100), (2, 200), (5, 250)])
def test_pages_are_followed_while_they_are_full_and_allowed(
    http: HttpClient, allowed: int, found: int
) -> None:
    with serve(pages) as server:
        results = provider(http, server, pages=allowed).search(target(server.url))
    assert len({result.url for result in results}) == found
    assert len(server.requests) == min(allowed, 3)


def test_a_full_page_that_is_all_there_is_has_no_second_one(http: HttpClient) -> None:
    with serve(lambda _: page(1, total=100)) as server:
        provider(http, server, pages=5).search(target(server.url))
    assert len(server.requests) == 1


def test_a_plan_that_ends_at_the_first_page_is_asked_for_a_second_one_once(
    http: HttpClient,
) -> None:
    def answer(request: Request) -> Answer:
        return page(1) if request.query["page"] == "1" else PLAN_ENDS

    with serve(answer) as server:
        made = provider(http, server, pages=2)
        found = [len(made.search(target(server.url))) for _ in range(2)]
    assert found == [100, 100]
    assert [request.query["page"] for request in server.requests] == ["1", "2", "1"]


def test_a_further_page_that_fails_costs_only_itself(
    http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(request: Request) -> Answer:
        return page(1) if request.query["page"] == "1" else Answer("down", status=503)

    with serve(answer) as server:
        results = provider(http, server, pages=2).search(target(server.url))
    assert len(results) == 100
    assert "Page 2 of NewsAPI's answer was left out" in caplog.text


def test_a_first_page_that_fails_is_an_error(http: HttpClient) -> None:
    with (
        serve(lambda _: Answer("down", status=503)) as server,
        pytest.raises(ProviderUnavailableError),
    ):
        provider(http, server, pages=2).search(target(server.url))


@pytest.mark.parametrize(
    ("key", "name", "fit"), [("k", "Orbital", 1), ("", "Orbital", 0), ("k", " ", 0)]
)
def test_key_and_name_are_all_it_needs(http: HttpClient, key: str, name: str, fit: int) -> None:
    made = NewsApiProvider(http=http, api_key=key, base_url="https://n.example")
    assert made.is_configured_for(SearchTarget(client_id="c", name=name)) is bool(fit)
