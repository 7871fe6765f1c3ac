"""Dates in every spelling that sources use."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from webapp.providers.search.dates import from_struct, parse_when, split_leading_date

NOW = datetime(2026, 2, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("53 mins ago", timedelta(minutes=53)),
        ("1 min ago", timedelta(minutes=1)),
        ("30 seconds ago", timedelta(seconds=30)),
        ("19 hours ago", timedelta(hours=19)),
        ("an hour ago", timedelta(hours=1)),
        ("a day ago", timedelta(days=1)),
        ("3 Days Ago", timedelta(days=3)),
        ("Yesterday", timedelta(days=1)),
        ("2 weeks ago", timedelta(weeks=2)),
        ("4 months ago", timedelta(days=120)),
        ("1 year ago", timedelta(days=365)),
    ],
)
def test_relative_date_counts_from_the_fetch(text: str, age: timedelta) -> None:
    assert parse_when(text, fetched_at=NOW) == NOW - age


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Jan 29, 2023", datetime(2023, 1, 29, tzinfo=UTC)),
        ("January 29, 2023", datetime(2023, 1, 29, tzinfo=UTC)),
        ("Sept. 3, 2025", None),
        ("Sep. 3, 2025", datetime(2025, 9, 3, tzinfo=UTC)),
        ("29 Jan 2023", datetime(2023, 1, 29, tzinfo=UTC)),
        ("2023-01-29", datetime(2023, 1, 29, tzinfo=UTC)),
        ("2026-02-03T08:15:00+01:00", datetime(2026, 2, 3, 7, 15, tzinfo=UTC)),
        ("2026-02-03T08:15:00Z", datetime(2026, 2, 3, 8, 15, tzinfo=UTC)),
        ("2026-02-03T08:15:00", datetime(2026, 2, 3, 8, 15, tzinfo=UTC)),
        ("Tue, 03 Feb 2026 06:00:00 +0100", datetime(2026, 2, 3, 5, 0, tzinfo=UTC)),
        ("Tue, 03 Feb 2026 06:00:00 GMT", datetime(2026, 2, 3, 6, 0, tzinfo=UTC)),
    ],
)
def test_absolute_date_becomes_utc(text: str, moment: datetime | None) -> None:
    assert parse_when(text, fetched_at=NOW) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "hace 3 días", "soon", "9999 years ago", "3 days ago and more", "Feb 30, 2026"),
        *("1823-01-01", "2031-01-01", "0001-01-01T00:00:00+23:59", None, 12345, ["3 days ago"]),
    ],
)
def test_what_is_no_date_of_news_is_none(text: object) -> None:
    assert parse_when(text, fetched_at=NOW) is None


def test_clock_of_a_source_that_is_hours_ahead_is_set_back() -> None:
    assert parse_when("2026-02-04T20:00:00Z", fetched_at=NOW) == NOW


@pytest.mark.parametrize(
    ("snippet", "rest"),
    [
        ("3 days ago ... Halcyon said", "Halcyon said"),
        ("Feb 1, 2026 ... Halcyon said", "Halcyon said"),
        ("1 Feb 2026 — Halcyon said", "Halcyon said"),
        ("2 hours ago · Halcyon said", "Halcyon said"),
    ],
)
def test_leading_date_is_taken_off_a_snippet(snippet: str, rest: str) -> None:
    moment, text = split_leading_date(snippet, fetched_at=NOW)
    assert text == rest
    assert moment is not None
    assert moment > NOW - timedelta(days=5)


@pytest.mark.parametrize(
    "snippet", ["Halcyon said 3 days ago ... more", "May 5, 3000 ... far", "3 days ago it fell", ""]
)
def test_snippet_without_a_leading_date_is_left_alone(snippet: str) -> None:
    assert split_leading_date(snippet, fetched_at=NOW) == (None, snippet)


def test_time_tuple_is_utc() -> None:
    assert from_struct(time.gmtime(NOW.timestamp()), fetched_at=NOW) == NOW


def test_wild_time_tuple_is_none() -> None:
    wild = time.struct_time((0, 0, 0, 0, 0, 0, 0, 0, 0))
    assert from_struct(wild, fetched_at=NOW) is None
    assert from_struct("today", fetched_at=NOW) is None
