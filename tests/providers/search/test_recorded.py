"""What each recorded answer of Serper, Google, feeds and EDGAR says, word for word."""

import json
from pathlib import Path

import pytest

from tests.doubles.local_server import serve
from tests.providers.recordings import exchanges, present, recordings
from tests.providers.search.cases import MAKERS, Expected, target
from tests.providers.search.checks import check_raw, check_search
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
_NOT_SUBMISSIONS = Expected(error="ProviderResponseError", permanent=False, says="EDGAR_BASE_URL")
_EDGAR = {
    "submissions_CIK0000717423_full": Expected(results=100, dated=100),
    "submissions_CIK0000717423_first40": Expected(results=14, dated=14),
    "efts_envelope_8k_2026": _NOT_SUBMISSIONS,
    "efts_hit_apple_10k_exhibit": _NOT_SUBMISSIONS,
    "efts_hit_tesla_10k_ex21": _NOT_SUBMISSIONS,
}


def play(
    name: str, path: Path, expected: Expected, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> list[SearchResult]:
    (exchange,) = exchanges(path)
    with serve(lambda _: exchange.answer()) as server:
        provider = MAKERS[name](http, server.url)
        results = check_search(provider, target(server.url), expected, caplog)
    for result in results:
        check_raw(result, exchange.body)
    return results


@pytest.mark.parametrize("path", recordings("serper"))
def test_serper_is_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    found = present(path)
    play("serper", found, _SERPER[found.stem], http, caplog)


@pytest.mark.parametrize("path", recordings("google_cse"))
def test_google_is_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    found = present(path)
    play("google", found, _GOOGLE[found.stem], http, caplog)


@pytest.mark.parametrize("path", recordings("sec_edgar"))
def test_edgar_is_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    found = present(path)
    results = play("edgar", found, _EDGAR[found.stem], http, caplog)
    assert all(result.title.startswith("Murphy Oil Corp ") for result in results)
    assert all(result.url.startswith("https://www.sec.gov/Archives/") for result in results)


@pytest.mark.parametrize("path", recordings("feeds", "*.xml"))
def test_feed_is_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    found = present(path)
    facts = json.loads(found.with_suffix(".expect.json").read_text(encoding="utf-8"))
    read = min(facts["items"], 100)
    results = play("rss", found, Expected(results=read, dated=read), http, caplog)
    assert results[0].title == " ".join(facts["first_item_title"].split())


@pytest.mark.parametrize("path", recordings("google_news_rss", "*.xml"))
def test_news_feed_names_the_real_publisher_once(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    results = play("rss", present(path), Expected(results=2, dated=2), http, caplog)
    assert all(r.publisher and r.publisher not in r.title for r in results)
    assert all("Google News" not in (r.publisher or "") for r in results)
