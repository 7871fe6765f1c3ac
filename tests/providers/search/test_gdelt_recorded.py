"""GDELT's recorded answers, wherever they are present."""

import json
from pathlib import Path

import pytest

from tests.doubles.local_server import Answer, serve
from tests.providers.recordings import present, recordings
from tests.providers.search.cases import MAKERS, Expected, target
from tests.providers.search.checks import check_search
from webapp.providers.base import SearchResult
from webapp.providers.http import HttpClient

pytestmark = pytest.mark.contracts

_LIMITED = Expected(error="ProviderRateLimitedError", permanent=False, account_wide=True)


def play(
    answer: Answer, expected: Expected, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> list[SearchResult]:
    with serve(lambda _: answer) as server:
        return check_search(MAKERS["gdelt"](http, server.url), target(server.url), expected, caplog)


@pytest.mark.parametrize("path", recordings("gdelt", "artlist_nvda*.json"))
def test_articles_are_read_as_recorded(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.loads(present(path).read_text(encoding="utf-8"))["body"]
    results = play(Answer(body), Expected(results=5, dated=5), http, caplog)
    assert not [result.title for result in results if " ;" in result.title or " ," in result.title]
    assert {result.language for result in results} == {"en"}


@pytest.mark.parametrize("path", recordings("gdelt", "artlist_fields*.json"))
def test_rows_with_the_recorded_fields_are_read(
    path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    told = json.loads(present(path).read_text(encoding="utf-8"))
    articles = [dict(zip(told["fields"], row, strict=True)) for row in told["rows"]]
    results = play(Answer({"articles": articles}), Expected(results=2, dated=2), http, caplog)
    assert {result.language for result in results} == {"es"}


@pytest.mark.parametrize("status", [429, 200])
@pytest.mark.parametrize("content_type", ["text/plain", "text/html; charset=utf-8"])
@pytest.mark.parametrize("path", recordings("gdelt", "rate_limit*.json"))
def test_limit_message_is_understood_in_every_recorded_form(
    path: Path | None,
    content_type: str,
    status: int,
    http: HttpClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = json.loads(present(path).read_text(encoding="utf-8"))
    assert status in told["status_seen"]
    answer = Answer(told["body_text"], status=status, content_type=content_type)
    play(answer, _LIMITED, http, caplog)
