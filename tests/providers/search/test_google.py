"""How Google is asked, under the names that the service promises."""

from datetime import timedelta
from typing import Any

import pytest

from tests.doubles.local_server import Answer, LocalServer, serve
from tests.providers.search.cases import SECRET, target
from webapp import clock
from webapp.errors import ProviderResponseError
from webapp.providers.http import HttpClient
from webapp.providers.search.google import GoogleSearchService

EMPTY = Answer({"searchInformation": {"totalResults": "0"}})


def service(http: HttpClient, server: LocalServer) -> GoogleSearchService:
    return GoogleSearchService(
        http=http, api_key=SECRET, engine_id="engine", base_url=f"{server.url}/customsearch/v1"
    )


def test_client_is_searched_with_key_engine_and_query(http: HttpClient) -> None:
    with serve(lambda _: EMPTY) as server:
        service(http, server).search_client(target(server.url))
    asked = server.requests[0]
    names = '("Halcyon Health" OR "Halcyon")'
    assert asked.path == "/customsearch/v1"
    assert asked.query == {"key": SECRET, "cx": "engine", "q": names, "num": "10", "hl": "en"}


def test_since_becomes_whole_days(http: HttpClient) -> None:
    since = clock.now() - timedelta(days=2, hours=1)
    with serve(lambda _: EMPTY) as server:
        service(http, server).search(target(server.url), since=since)
    assert server.requests[0].query["dateRestrict"] == "d3"


def test_query_is_built_of_the_names(http: HttpClient) -> None:
    made = GoogleSearchService(http=http, api_key="k", engine_id="e", base_url="https://g.example")
    assert made.build_search_query(target("")) == '("Halcyon Health" OR "Halcyon")'


def test_results_are_extracted_with_their_dates(http: HttpClient) -> None:
    made = GoogleSearchService(http=http, api_key="k", engine_id="e", base_url="https://g.example")
    item = {"title": "T", "link": "https://a.example/1", "snippet": "2 days ago ... It rose."}
    payload = {"searchInformation": {}, "items": [item]}
    (result,) = made.extract_results_for_storage(payload, query="q", fetched_at=clock.now())
    assert result.snippet == "It rose."
    assert result.raw == item
    assert result.published_at == result.fetched_at - timedelta(days=2)


@pytest.mark.parametrize("payload", [None, [], "x", {}, {"searchInformation": 1}])
def test_foreign_envelope_is_a_response_error(http: HttpClient, payload: Any) -> None:
    made = GoogleSearchService(http=http, api_key="k", engine_id="e", base_url="https://g.example")
    with pytest.raises(ProviderResponseError):
        made.extract_results_for_storage(payload, query="q", fetched_at=clock.now())


@pytest.mark.parametrize(("key", "engine"), [("", "e"), ("k", "")])
def test_key_without_engine_is_not_configured(http: HttpClient, key: str, engine: str) -> None:
    made = GoogleSearchService(
        http=http, api_key=key, engine_id=engine, base_url="https://g.example"
    )
    assert not made.is_configured_for(target(""))
