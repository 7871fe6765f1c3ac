"""The simulated source reads its own invented answers like those of a real one."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp import clock
from webapp.enums import SourceName
from webapp.providers.base import SearchTarget
from webapp.providers.mock_api import MockAPIService
from webapp.providers.search.mock import MockSearchProvider

NOW = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
TARGET = SearchTarget("c1", "Meridian Energy")


@pytest.fixture
def source() -> MockSearchProvider:
    clock.set_clock(NOW)
    return MockSearchProvider(MockAPIService())


def test_results_are_complete_and_newest_first(source: MockSearchProvider) -> None:
    results = source.search(TARGET)
    moments = [result.published_at for result in results if result.published_at]
    assert 3 <= len(results) <= 5
    assert moments == sorted(moments, reverse=True)
    assert all(NOW - timedelta(days=1, hours=1) < moment <= NOW for moment in moments)
    assert {result.source for result in results} == {SourceName.MOCK}


def test_both_shapes_are_read_and_kept_raw(source: MockSearchProvider) -> None:
    kinds = {"kind" in result.raw for result in source.search(TARGET)}
    assert kinds == {True, False}


def test_a_snippet_is_without_the_age_in_front_of_it(source: MockSearchProvider) -> None:
    assert not any(" ago" in result.snippet for result in source.search(TARGET))


def test_a_second_run_of_the_day_finds_the_same(source: MockSearchProvider) -> None:
    first = [result.url for result in source.search(TARGET)]
    clock.set_clock(NOW + timedelta(hours=20))
    assert [result.url for result in source.search(TARGET, since=NOW)] == first


def test_the_next_day_finds_other_news(source: MockSearchProvider) -> None:
    first = {result.url for result in source.search(TARGET)}
    clock.set_clock(NOW + timedelta(days=1))
    assert first.isdisjoint(result.url for result in source.search(TARGET))


def test_any_client_with_a_name_can_be_searched(source: MockSearchProvider) -> None:
    assert source.is_configured_for(TARGET)
    assert not source.is_configured_for(SearchTarget("c2", " "))
