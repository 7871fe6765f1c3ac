"""What every source of news promises, held against every answer that there is of its service."""

import copy
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer, Request, serve
from tests.providers.recordings import exchanges, recorded_folder, recordings
from tests.providers.search.cases import (
    MAKERS,
    SAMPLES,
    Expected,
    read_sample,
    sample_paths,
    target,
)
from tests.providers.search.checks import check_error, check_raw, check_result, check_search
from webapp.enums import SourceName
from webapp.errors import ProviderError
from webapp.providers.base import SearchProvider
from webapp.providers.http import HttpClient
from webapp.providers.mock_api import MockAPIService
from webapp.providers.search.mock import MockSearchProvider

KINDS = {"empty", "auth_error", "rate_limit", "server_error", "html", "broken"}
FOLDERS = {
    "serper": "serper",
    "google_cse": "google",
    "feeds": "rss",
    "google_news_rss": "rss",
    "newsapi": "news_api",
    "gdelt": "gdelt",
    "sec_edgar": "edgar",
}
"""Where the recorded answers of each source lie."""
NO_CLIENT = {"hn_algolia", "hubspot"}
"""Services that were recorded and have no client."""
ELSEWHERE = {
    "salesforce",
    *("openai_chat", "openai_errors", "openai_responses"),
    *("anthropic_messages", "anthropic_errors"),
}
WRONG: tuple[Any, ...] = (
    None,
    "",
    7,
    -0.5,
    True,
    [],
    [[]],
    {},
    {"a": {}},
    "\x00\ud800<b",
    "9" * 400,
)


def test_every_source_has_a_maker() -> None:
    http = HttpClient()
    made = {make(http, "http://127.0.0.1:1").name for make in MAKERS.values()}
    assert made | {SourceName.MOCK} == set(SourceName)


@pytest.mark.parametrize("name", MAKERS)
def test_every_source_has_samples_of_each_kind(name: str) -> None:
    assert {path.stem for path in (SAMPLES / name).glob("*.json")} >= KINDS


@pytest.mark.parametrize("path", sample_paths())
def test_sample_is_read_as_its_file_expects(
    path: Path, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    sample = read_sample(path)
    with serve(lambda _: sample.answer) as server:
        provider = MAKERS[sample.provider](http, server.url)
        results = check_search(provider, target(server.url), sample.expected, caplog)
    assert len(server.requests) == 1
    for result in results:
        check_raw(result, sample.answer.body)


@pytest.mark.parametrize("name", MAKERS)
def test_source_that_nobody_answers_for_is_unavailable(
    name: str, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(lambda _: Answer("")) as server:
        gone = server.url
    expected = Expected(error="ProviderUnavailableError", permanent=False)
    check_search(MAKERS[name](http, gone), target(gone), expected, caplog)


@pytest.mark.parametrize("name", [name for name in MAKERS if name != "rss"])
def test_wrong_type_anywhere_in_an_answer_is_read_or_refused(name: str, http: HttpClient) -> None:
    told = json.loads((SAMPLES / name / "ok.json").read_text(encoding="utf-8"))["body"]
    answers = iter(changed for changed in every_change(told))
    with serve(lambda _: Answer(json.dumps(next(answers)))) as server:
        provider = MAKERS[name](http, server.url)
        for _ in every_change(told):
            search_or_refuse(provider, server.url)
    assert len(server.requests) > 100


def every_change(told: Any) -> Iterator[Any]:
    """The answer once for each of its values and each wrong one in that value's place."""
    for path in places(told):
        for wrong in WRONG:
            changed = copy.deepcopy(told)
            inner = changed
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = wrong
            yield changed


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value; of a list only its first two are looked at."""
    keys: Any = value if isinstance(value, dict) else range(min(len(value), 2))
    for key in keys:
        yield (*path, key)
        if isinstance(value[key], dict | list):
            yield from places(value[key], (*path, key))


def search_or_refuse(provider: SearchProvider, url: str) -> None:
    """Nothing but results that keep the promise, or a ProviderError, may come out."""
    try:
        results = provider.search(target(url))
    except ProviderError as error:
        check_error(error, Expected(error=type(error).__name__))
        return
    for result in results:
        check_result(result, provider)


def test_mock_keeps_the_contract() -> None:
    provider = MockSearchProvider(MockAPIService())
    wanted = target("")
    assert provider.is_configured_for(wanted)
    first, second = provider.search(wanted), provider.search(wanted)
    assert [result.raw for result in first] == [result.raw for result in second]
    assert 3 <= len(first) <= 5
    for result in first:
        check_result(result, provider)


# --- recorded answers -------------------------------------------------------------------------


def _give(answer: Answer, _: Request) -> Answer:
    return answer


@pytest.mark.contracts
@pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param(name, *found.values, id=f"{folder}-{found.id}")
        for folder, name in FOLDERS.items()
        for pattern in ("*.xml" if name == "rss" else "*.json",)
        for found in recordings(folder, pattern)
    ],
)
def test_recorded_answer_is_read_or_refused(
    name: str, path: Path | None, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    for exchange in exchanges(path):
        answer = exchange.answer()
        with serve(partial(_give, answer)) as server:
            provider = MAKERS[name](http, server.url)
            search_or_refuse(provider, server.url)
    assert "canary" not in caplog.text


@pytest.mark.contracts
def test_every_folder_of_recordings_is_played_or_passed_over_on_purpose() -> None:
    folders = {entry.name for entry in recorded_folder().iterdir() if entry.is_dir()}
    assert folders <= FOLDERS.keys() | NO_CLIENT | ELSEWHERE
