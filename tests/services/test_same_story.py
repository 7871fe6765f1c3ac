"""Reports of one happening are recognised, whoever wrote them; others stay apart."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from webapp import clock
from webapp.services.same_story import (
    Report,
    StoryProfile,
    cluster,
    joined,
    profile_of,
    same_story,
    story_among,
)

DAY = datetime(2026, 10, 5, 9, tzinfo=UTC)
CLIENTS = ("Northwind Logistics", "Northwind")


def profile(title: str, *, days: float = 0, snippet: str = "", publisher: str = "") -> StoryProfile:
    report = Report(title, snippet, DAY + timedelta(days=days), publisher)
    return profile_of(report, company_names=CLIENTS)


def grouped(*titles: str) -> list[list[int]]:
    return cluster([profile(title) for title in titles])


SAME = [
    (
        "Northwind Logistics to acquire cold-chain firm Frostway for $420 million",
        "Northwind buys Frostway in $420M deal",
    ),
    (
        "Northwind Logistics lays off 800 workers",
        "Northwind Logistics to cut 800 jobs as freight slump deepens",
    ),
    (
        "Data breach at Northwind Logistics exposes 300,000 customers",
        "Hackers steal data of 300,000 Northwind customers",
    ),
    (
        "Northwind Logistics names Dana Whitcombe chief executive",
        "Northwind Logistics taps Whitcombe as new CEO",
    ),
    (
        "Northwind Logistics sued by drivers over unpaid overtime",
        "UPDATE 1-Drivers sue Northwind Logistics over unpaid overtime - Arden Wire",
    ),
    (
        "Northwind Logistics fined $4 million for misleading customers",
        "Watchdog fines Northwind Logistics $4M for misleading customers",
    ),
]
DIFFERENT = [
    ("Northwind Logistics opens hub in Rotterdam", "Northwind Logistics opens hub in Gdansk"),
    ("Northwind Logistics acquires Frostway", "Northwind Logistics acquires Palletry"),
    (
        "Northwind Logistics appoints Luis Ortega as chief financial officer",
        "Northwind Logistics appoints new chief marketing officer",
    ),
    (
        "Northwind Logistics third-quarter revenue climbs 8%",
        "Northwind Logistics second-quarter revenue climbs 8%",
    ),
    ("Data breach at Northwind Logistics", "Customers sue Northwind Logistics over data breach"),
    ("Northwind Logistics sued by customers", "Northwind Logistics sued by shareholders"),
    (
        "Northwind Logistics faces customer lawsuit over fuel surcharge",
        "Investors sue Northwind Logistics over fuel surcharge",
    ),
    ("Northwind Logistics fined by EU regulator", "Northwind Logistics fined by U.S. regulator"),
    ("Northwind Logistics hires drivers in Spain", "A north wind will bring snow to Spain"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_reports_of_one_happening_are_one_story(one: str, other: str) -> None:
    assert same_story(profile(one), profile(other))
    assert same_story(profile(other), profile(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_happenings_are_two_stories(one: str, other: str) -> None:
    assert not same_story(profile(one), profile(other))
    assert not same_story(profile(other), profile(one))


def test_the_clients_own_name_tells_nothing() -> None:
    assert not same_story(profile("Northwind Logistics"), profile("Northwind"))


def test_the_same_headline_a_month_later_is_another_story() -> None:
    title = "Northwind Logistics hit by outage of its tracking site"
    assert same_story(profile(title), profile(title, days=1))
    assert not same_story(profile(title), profile(title, days=31))


def test_one_press_text_under_two_headlines_is_one_story() -> None:
    text = (
        "Northwind Logistics said on Monday that its site in Gdansk will take up work in May " * 2
    )
    one = profile("Big news for Gdansk", snippet=text)
    assert same_story(one, profile("Freight group picks the Baltic", snippet=text))
    assert not same_story(one, profile("Freight group picks the Baltic", snippet=text[:30]))


def test_a_cluster_holds_every_report_once_in_its_order() -> None:
    titles = [title for pair in SAME for title in pair]
    assert grouped(*titles) == [[at, at + 1] for at in range(0, len(titles), 2)]


def test_nothing_makes_no_cluster_and_empty_titles_stay_alone() -> None:
    assert cluster([]) == []
    assert grouped("", "", "!!!") == [[0], [1], [2]]


def test_a_report_finds_its_story_among_others() -> None:
    stories = [profile(one) for one, _ in SAME]
    found = [story_among(profile(other), stories) for _, other in SAME]
    assert found == list(range(len(SAME)))
    assert story_among(profile("Northwind Logistics paints its lorries green"), stories) is None
    assert story_among(profile(SAME[0][0]), []) is None


def test_a_story_with_more_tellings_knows_more_of_its_reports() -> None:
    story = profile("Northwind Logistics buys Frostway to grow in chilled freight")
    more = joined(story, profile("Frostway owners agree to $420 million Northwind offer"))
    assert len(more.tellings) == 2
    assert joined(more, story) == more


def test_a_story_keeps_a_dozen_tellings() -> None:
    story = StoryProfile()
    for number in range(40):
        story = joined(story, profile(f"Northwind Logistics report, part {number}"))
    assert len(story.tellings) == 12


def test_a_profile_survives_being_stored() -> None:
    story = joined(profile("Northwind buys Frostway", snippet="A deal."), profile("Frostway sold"))
    assert StoryProfile.from_json(story.to_json()) == story


@pytest.mark.parametrize(
    "values", [{}, {"tellings": None}, {"tellings": [3, None]}, {"tellings": "x"}, {"x": 1}]
)
def test_what_is_no_stored_profile_is_like_nothing(values: dict[str, object]) -> None:
    read = StoryProfile.from_json(values)
    assert read.tellings == ()
    assert not same_story(read, profile("Northwind buys Frostway"))
    assert cluster([read, read]) == [[0], [1]]


def test_a_stored_date_that_is_none_is_left_out() -> None:
    stored = {"tellings": [{"headline": "Frostway sold", "published_at": "yesterday"}]}
    assert StoryProfile.from_json(stored).tellings[0].published_at is None


def test_a_thousand_reports_are_grouped_in_a_moment() -> None:
    started = clock.monotonic()
    groups = cluster([profile(title) for title in _many(1000)])
    assert clock.monotonic() - started < 5
    assert sum(map(len, groups)) == 1000


def _many(size: int) -> Sequence[str]:
    whats = ("buys", "sues", "hires", "opens", "recalls", "delays", "launches")
    return [
        f"{what} {chr(97 + place % 26) * 3}{place % 91} after storm in region {place % 37}"
        for place in range(size)
        for what in (f"Northwind Logistics {whats[place % 7]}",)
    ]
