"""A company's file of filings beyond two megabytes is read from its newest filings alone."""

import json
import tracemalloc
from typing import Any

import pytest

from tests.doubles.local_server import Answer, serve
from tests.providers.search.cases import target
from tests.providers.search.test_edgar import filings, provider
from webapp.errors import ProviderResponseError
from webapp.providers.http import HttpAnswer
from webapp.providers.search.edgar_files import MAX_FILE_BYTES, NEWEST, WHOLE_BYTES, filings_of

NOISE = {"form": "424B2", "items": "", "primaryDocument": "pricing-supplement-to-the-notes.htm"}


def big_file() -> bytes:
    """Return a bank's file: three events among notes that it sells by the thousand."""
    rows: list[dict[str, Any]] = [NOISE] * 25_000
    rows[0] = {"items": "5.02"}
    rows[700] = {"items": "2.02", "primaryDocument": 'odd"],[name.htm'}
    rows[NEWEST + 5] = {"items": "1.03"}
    return json.dumps(filings(*rows), separators=(",", ":")).encode()


def answer(body: bytes) -> HttpAnswer:
    return HttpAnswer(200, {}, body, "SEC EDGAR", "https://data.sec.gov/x")


def test_the_newest_filings_of_a_big_file_are_found() -> None:
    body = big_file()
    assert WHOLE_BYTES < len(body) < MAX_FILE_BYTES
    with serve(lambda _: Answer(body, content_type="application/json")) as server:
        found = provider(server).search(target("", cik="320"))
    assert [each.title.split(": ")[1].split(" (")[0] for each in found] == [
        "departure or appointment of directors or officers",
        "results of operations",
    ]
    assert found[0].title.startswith("Halcyon Health Inc")


def test_a_big_file_takes_little_memory() -> None:
    body = big_file()
    tracemalloc.start()
    filings_of(answer(body))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_small_file_is_read_whole() -> None:
    payload = filings({"items": "5.02"}, NOISE)
    assert filings_of(answer(json.dumps(payload).encode())) == payload


@pytest.mark.parametrize(
    "body",
    [
        b"x" * (WHOLE_BYTES + 1),
        b"[" * (WHOLE_BYTES + 1),
        b'{"recent": {"form": [' + b'"a",' * WHOLE_BYTES,
        b'{"recent": {' + b'"accessionNumber":["' * 200_000,
        b'"' * (WHOLE_BYTES + 1),
    ],
    ids=["text", "deep", "endless column", "columns in columns", "quotes"],
)
def test_a_hostile_big_file_is_refused_or_tells_nothing(body: bytes) -> None:
    served = serve(lambda _: Answer(body, content_type="application/json"))
    with served as server, pytest.raises(ProviderResponseError):
        provider(server).search(target("", cik="320"))


def test_what_is_bigger_than_any_companys_file_is_refused() -> None:
    served = serve(lambda _: Answer(b"x" * (MAX_FILE_BYTES + 1)))
    with served as server, pytest.raises(ProviderResponseError, match="12,000,000"):
        provider(server).search(target("", cik="320"))
