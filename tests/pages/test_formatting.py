"""How times, numbers and names are written on pages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g

from webapp import clock
from webapp.pages import formatting

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (-59, "just now"),
        (30, "in a moment"),
        (-60, "1 min ago"),
        (-18 * 60, "18 min ago"),
        (-3599, "59 min ago"),
        (-3600, "1 h ago"),
        (22 * 3600, "in 22 h"),
        (-86400, "1 d ago"),
        (-59 * 86400, "59 d ago"),
        (-60 * 86400, "2 mo ago"),
        (730 * 86400, "in 2 y"),
    ],
)
def test_distance_from_now_is_told_in_one_unit(seconds: int, text: str) -> None:
    assert formatting.relative(NOW + timedelta(seconds=seconds), NOW) == text


def test_a_moment_without_a_zone_is_utc() -> None:
    assert formatting.relative(datetime(2026, 11, 22, 8, 0), NOW) == "1 h ago"  # noqa: DTZ001 -- the case


def test_nothing_is_a_dash() -> None:
    for write in (formatting.relative, formatting.local_datetime, formatting.money):
        assert write(None) == formatting.NOTHING


def test_times_are_written_in_the_zone() -> None:
    clock.set_clock(NOW)
    assert formatting.local_datetime(NOW, "Europe/Berlin") == "Sun 22 Nov 10:00"
    assert formatting.local_full(NOW, "Europe/Berlin") == "Sunday 22 November 2026, 10:00 CET"
    assert formatting.local_time(NOW, "America/New_York") == "04:00"


def test_another_year_is_named() -> None:
    clock.set_clock(NOW)
    assert (
        formatting.local_datetime(datetime(2027, 1, 2, tzinfo=UTC), "UTC") == "Sat 2 Jan 2027 00:00"
    )


def test_the_date_is_that_of_the_zone() -> None:
    late = datetime(2027, 1, 1, 23, 30, tzinfo=UTC)
    assert formatting.local_date(late, "Europe/Berlin") == "2 Jan 2027"
    assert formatting.local_date(date(2027, 1, 2), "America/New_York") == "2 Jan 2027"


def test_an_unknown_zone_counts_as_utc() -> None:
    assert formatting.local_time(NOW, "Mars/Olympus") == "09:00"
    assert formatting.local_time(NOW, "../etc/passwd") == "09:00"


def test_the_viewers_zone_is_used_where_none_is_given() -> None:
    with Flask(__name__).app_context():
        g.time_zone = "Asia/Tokyo"
        assert formatting.local_time(NOW) == "18:00"


def test_days_have_names_near_today() -> None:
    assert formatting.day_name(NOW, "UTC", NOW) == "Today"
    assert formatting.day_name(NOW - timedelta(days=1), "UTC", NOW) == "Yesterday"
    assert formatting.day_name(NOW - timedelta(days=3), "UTC", NOW) == "Thursday 19 November"


def test_datetime_attributes_are_utc() -> None:
    berlin = NOW.astimezone(formatting.zone_of("Europe/Berlin"))
    assert formatting.iso(berlin) == "2026-11-22T09:00:00Z"
    assert formatting.iso(date(2026, 11, 22)) == "2026-11-22"
    assert formatting.iso(None) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.42, "0.4 s"),
        (9.97, "10 s"),
        (38, "38 s"),
        (59.7, "1 m"),
        (108, "1 m 48 s"),
        (3600, "1 h"),
        (7500, "2 h 5 m"),
        (273600, "3 d 4 h"),
        (timedelta(minutes=2), "2 m"),
    ],
)
def test_durations_use_two_units(seconds: float | timedelta, text: str) -> None:
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"),
        (0.04, "$0.04"),
        (0.0012, "$0.0012"),
        (12.5, "$12.50"),
        (99, "$99"),
        (999, "$999"),
        (1000, "$1k"),
        (1500, "$1.5k"),
        (240_000, "$240k"),
        (999_900, "$1M"),
        (1_100_000, "$1.1M"),
        (2_000_000_000, "$2B"),
        (-3000, "-$3k"),
    ],
)
def test_money_is_written_briefly(amount: float, text: str) -> None:
    assert formatting.money(amount) == text


def test_other_currencies_keep_their_sign_or_name() -> None:
    assert formatting.money(310_000_000, "EUR") == "€310M"
    assert formatting.money(10, "SEK") == "SEK 10"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.0%"), (100, "100.0%"), (48.125, "48.1%"), (50.0, "50.0%"), (0.04, "0.0%")],
)
def test_percentages_always_have_one_decimal(value: float, text: str) -> None:
    assert formatting.percent(value) == text


def test_sentiment_carries_its_sign() -> None:
    texts = [formatting.signed(value) for value in (0.64, -0.72, 0, -0.001)]
    assert texts == ["+0.64", "−0.72", "0.00", "0.00"]  # noqa: RUF001 -- a minus sign


def test_nouns_follow_their_count() -> None:
    assert formatting.plural(1, "event") == "1 event"
    assert formatting.plural(0, "event") == "0 events"
    assert formatting.plural(1200, "reply", "replies") == "1,200 replies"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Halcyon Health", "HH"), ("ana", "AN"), ("The Very Long Co", "TC"), ("", "?"), ("É 7", "É7")],
)
def test_initials_are_two_capitals(name: str, letters: str) -> None:
    assert formatting.initials(name) == letters


def test_a_name_always_has_the_same_colour() -> None:
    assert formatting.hue("Halcyon Health") == formatting.hue("Halcyon Health")
    hues = {formatting.hue(str(number)) for number in range(100)}
    assert hues == {f"hue-{number}" for number in range(formatting.HUES)}


def test_words_of_a_vocabulary_are_written_for_people() -> None:
    assert formatting.label("leadership_change") == "Leadership change"
    assert formatting.label("crm") == "CRM"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.com/a?b", "example.com"),
        ("", ""),
        ("no address", ""),
        ("http://[", ""),
    ],
)
def test_a_site_is_named_by_its_host(url: str, site: str) -> None:
    assert formatting.hostname(url) == site


def test_attributes_are_escaped_and_hyphenated() -> None:
    given = {"hx_get": '/?a="&b', "class_": "x", "disabled": True, "hidden": False, "title": None}
    assert formatting.attributes(given) == ' hx-get="/?a=&#34;&amp;b" class="x" disabled'


def test_ids_are_made_of_plain_letters() -> None:
    assert formatting.slug("Next run: ünïcode!") == "next-run-n-code"
    assert formatting.slug("…") == "x"
