"""What holds for every result and every error of every search provider."""

import json
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.providers.search.cases import SECRET, Expected
from webapp import clock
from webapp.enums import SourceName
from webapp.errors import ProviderError
from webapp.providers.base import SearchProvider, SearchResult, SearchTarget

_UNPRINTABLE = {"\n", "\r", "\t", "\x00"}


def check_search(
    provider: SearchProvider,
    wanted: SearchTarget,
    expected: Expected,
    caplog: pytest.LogCaptureFixture,
) -> list[SearchResult]:
    """Search with every log line kept, and compare with what is expected."""
    with caplog.at_level("DEBUG"):
        results = _results_or_error(provider, wanted, expected)
    assert SECRET not in caplog.text
    assert all(SECRET not in str(record.exc_info) for record in caplog.records)
    for result in results:
        check_result(result, provider)
    return results


def _results_or_error(
    provider: SearchProvider, wanted: SearchTarget, expected: Expected
) -> list[SearchResult]:
    if not expected.error:
        results = provider.search(wanted)
        assert len(results) == expected.results
        dated = [result for result in results if result.published_at]
        assert expected.dated is None or len(dated) == expected.dated
        return results
    with pytest.raises(ProviderError) as caught:
        provider.search(wanted)
    check_error(caught.value, expected)
    return []


def check_error(error: ProviderError, expected: Expected) -> None:
    """Compare class, retry decision and words; nothing secret may be in it or behind it."""
    assert type(error) is expected.error_class
    assert expected.permanent is None or error.permanent is expected.permanent
    assert expected.account_wide is None or error.account_wide is expected.account_wide
    assert expected.retry_after is None or error.retry_after == expected.retry_after
    assert expected.says in str(error)
    assert str(error).endswith(".")
    assert SECRET not in f"{error!r} {error.__context__!r} {error.__cause__!r}"


def check_result(result: SearchResult, provider: SearchProvider) -> None:
    """Compare with what the border type promises."""
    assert result.source is provider.name
    assert result.title
    assert not _UNPRINTABLE & set(result.title + result.snippet + (result.publisher or ""))
    assert urlsplit(result.url).scheme in {"http", "https"}
    assert result.query
    assert clock.now() - result.fetched_at < timedelta(minutes=1)
    if result.published_at is not None:
        assert result.published_at.utcoffset() == timedelta(0)
        assert result.published_at <= result.fetched_at
    assert json.loads(json.dumps(result.raw)) == result.raw
    (result.title + result.snippet).encode()


def check_raw(result: SearchResult, body: Any) -> None:
    """Compare the kept JSON with what the source sent: it is that item, untouched."""
    if result.source is SourceName.RSS:
        assert _as_sent(result.raw.get("id") or result.raw["link"], body)
    elif result.source is SourceName.EDGAR:
        columns = body["filings"]["recent"]
        at = columns["accessionNumber"].index(result.raw["accessionNumber"])
        assert all(columns[key][at] == value for key, value in result.raw.items())
        assert result.raw.keys() >= {"accessionNumber", "form", "filingDate"}
    elif isinstance(body, dict):  # text is an answer that had to be mended to be read
        assert result.raw in list(_objects(body))


def _as_sent(text: str, body: bytes) -> bool:
    return any(text in unescape(body.decode(name, "replace")) for name in ("utf-8", "latin-1"))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from _objects(inner)
