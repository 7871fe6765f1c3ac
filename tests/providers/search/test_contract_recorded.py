"""Each provider reads what its service really answered, wherever the recordings are present."""

import json
from pathlib import Path

import pytest

from tests.doubles.local_server import serve
from tests.providers.search.cases import MAKERS, Expected, target
from tests.providers.search.checks import check_search
from tests.providers.search.recorded import answer_of, present, recorded
from webapp.providers.base import SearchResult
from webapp.providers.http import HttpClient

pytestmark = pytest.mark.contracts

_SERPER = {
    "OTHER_searchapi_io_response": Expected(error="ProviderResponseError", permanent=False),
    "error_403_unauthorized_2024": Expected(error="ProviderAuthError", permanent=True),
    "error_403_unauthorized_2026-08": Expected(error="ProviderAuthError", permanent=True),
    "error_404_platform_host_2026-08": Expected(error="ProviderRequestError", permanent=True),
    "news_tesla_2023-05-04_positions4-9": Expected(results=5, dated=5),
    "news_tesla_qdr_h_2023-05-04": Expected(results=3, dated=3),
    "search_olivia_wilde_2023-03": Expected(results=9, dated=8),
}
_GOOGLE = {
    "error_400_invalid_argument": Expected(error="ProviderRequestError", permanent=True),
    "error_403_dailyLimitExceeded_legacy": Expected(error="ProviderQuotaError", permanent=True),
    "error_403_permission_denied_closed_api": Expected(error="ProviderAuthError", says="closed"),
    "error_429_google_api_quota_other_service": Expected(error="ProviderQuotaError"),
    "search_page1_10items": Expected(results=10, dated=1),
    "search_zero_results_plain": Expected(results=0),
    "search_zero_results_with_spelling": Expected(results=0),
}


def play(
    name: str, path: Path, expected: Expected, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> list[SearchResult]:
    with serve(lambda _: answer_of(path)) as server:
        provider = MAKERS[name](http, server.url)
        return check_search(provider, target(server.url), expected, caplog)


@pytest.mark.parametrize("path", recorded("serper", "*.json"))
def test_serper_is_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    found = present(path)
    play("serper", found, _SERPER[found.stem], http, caplog)


@pytest.mark.parametrize("path", recorded("google_cse", "*.json"))
def test_google_is_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    found = present(path)
    play("google", found, _GOOGLE[found.stem], http, caplog)


@pytest.mark.parametrize("path", recorded("feeds", "*.xml"))
def test_feed_is_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    found = present(path)
    facts = json.loads(found.with_suffix(".expect.json").read_text(encoding="utf-8"))
    read = min(facts["items"], 100)
    results = play("rss", found, Expected(results=read, dated=read), http, caplog)
    assert results[0].title == " ".join(facts["first_item_title"].split())


@pytest.mark.parametrize("path", recorded("google_news_rss", "*.xml"))
def test_news_feed_names_the_real_publisher_once(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    results = play("rss", present(path), Expected(results=2, dated=2), http, caplog)
    assert all(r.publisher and r.publisher not in r.title for r in results)
    assert all("Google News" not in (r.publisher or "") for r in results)
