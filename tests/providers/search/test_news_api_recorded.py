"""NewsAPI's recorded answers, wherever they are present."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer, serve
from tests.providers.recordings import present, recordings
from tests.providers.search.cases import MAKERS, Expected, target
from tests.providers.search.checks import check_search
from webapp.providers.http import HttpClient

pytestmark = pytest.mark.contracts

_ERRORS = {
    "error_426_maximumResultsReached": Expected(
        error="ProviderRequestError", permanent=True, account_wide=False, says="larger plan"
    ),
    "error_429_rateLimited_2021-12": Expected(
        error="ProviderQuotaError", permanent=True, says="50 requests in 12 hours"
    ),
    "error_parameterInvalid_too_far_in_past": Expected(
        error="ProviderRequestError", permanent=True, says="2019-07-07"
    ),
}
_BY_CODE = {
    "parametersMissing": Expected(error="ProviderRequestError", permanent=True),
    "apiKeyInvalid": Expected(error="ProviderAuthError", permanent=True, account_wide=True),
}
_PICKED = {
    "everything_robinhood_2024-06_awkward_items": Expected(results=4, dated=4),
    "everything_tesla_2023-02-28_awkward_items": Expected(results=7, dated=7),
    "everything_tesla_2025-08-19_no_language_filter": Expected(results=1, dated=1),
}
"""Articles without their envelope; of the last file's only one has its address."""


def answer_and_expectation(path: Path) -> tuple[Answer, Expected]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if path.stem in _PICKED:
        articles = told["articles"]
        body = {"status": "ok", "totalResults": len(articles), "articles": articles}
        return Answer(body), _PICKED[path.stem]
    told = told.get("response", told)
    body, status = told["body"], told.get("status", 200)
    expected = _ERRORS.get(path.stem) or _BY_CODE.get(body.get("code"))
    if expected is None:
        found = len(body["articles"])
        expected = Expected(results=found, dated=found)
    return Answer(body, status=status), expected


@pytest.mark.parametrize("path", recordings("newsapi", "*.json"))
def test_news_api_is_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer, expected = answer_and_expectation(present(path))
    with serve(lambda _: answer) as server:
        provider = MAKERS["news_api"](http, server.url)
        results = check_search(provider, target(server.url), expected, caplog)
    assert not [r for r in results if "Biztoc" in (r.publisher or "")]
    assert not [r for r in results if "chars]" in r.snippet or "Accept all" in r.snippet]
