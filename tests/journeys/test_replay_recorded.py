"""The same job over answers that were recorded from the real services, each on its own day."""

import os
from pathlib import Path

import pytest

from tests.journeys.replaying import Replayed, replay

NEWSAPI, SERPER, PICKED, GDELT, GDELT_BUSY, FEEDS = 0, 1, 3, 4, 5, 7
"""The acts, by their places in the report."""

pytestmark = [pytest.mark.slow, pytest.mark.contracts]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """One replay of the folder that BEACON_CONTRACTS names."""
    folder = os.environ.get("BEACON_CONTRACTS", "")
    if not Path(folder, "serper").is_dir() or not folder:
        reason = "set BEACON_CONTRACTS to the folder of recorded answers to play them"
        if os.environ.get("BEACON_REQUIRE_CONTRACTS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return replay(tmp_path_factory.mktemp("recorded"), "--contracts", folder)


def test_it_ends_well_without_any_mock(recorded: Replayed) -> None:
    assert (recorded.code, recorded.errors) == (0, "")
    assert all(set(counts) == {"live"} for counts in recorded.data["provenance"].values())


def test_the_clock_stands_at_the_day_of_the_recording(recorded: Replayed) -> None:
    days = [act["day"][:10] for act in recorded.data["acts"]]
    assert days == [
        "2021-10-31",
        "2023-05-04",
        "2023-05-04",
        "2024-06-26",
        "2026-05-15",
        "2026-05-15",
        "2026-07-22",
        "2026-07-23",
    ]
    published = [row["published"] for row in recorded.client("Tesla", act=SERPER)["raw_rows"]]
    assert all(each.startswith(("2023-05-03", "2023-05-04")) for each in published)


def test_recorded_news_becomes_events_and_mails(recorded: Replayed) -> None:
    assert recorded.events("Tesla", act=SERPER)
    assert recorded.events("Apple", act=NEWSAPI)
    assert all(mail["status"] == "sent" and mail["file"] for mail in recorded.mails())
    assert recorded.mails()


def test_the_same_question_minutes_later_gets_its_own_recorded_answer(recorded: Replayed) -> None:
    assert _statuses(recorded, "Tesla", SERPER + 1)["serper"] == "found"
    assert len(recorded.client("Tesla", act=SERPER + 1)["raw_rows"]) == 3


def test_feeds_of_every_format_are_read(recorded: Replayed) -> None:
    files = {
        each["file"]
        for each in recorded.data["acts"][FEEDS]["answered"]
        if each["service"] == "rss"
    }
    assert {file.partition("__")[0] for file in files} == {"feeds/atom", "feeds/rdf", "feeds/rss"}
    for name in ("Tesla", "Apple", "OpenAI", "Airbus"):
        rows = recorded.client(name, act=FEEDS)["raw_rows"]
        assert {row["outcome"] for row in rows} - {"wrong_company", "old"}, name


def test_a_recorded_refusal_costs_only_its_source(recorded: Replayed) -> None:
    assert _statuses(recorded, "Samsung", FEEDS) == {
        "news_api": "failed",
        "rss": "found",
        "serper": "failed",
    }


def test_a_recorded_spent_quota_is_told_apart_from_a_failure(recorded: Replayed) -> None:
    assert _statuses(recorded, "Cisco", GDELT_BUSY)["news_api"] == "over_quota"
    assert _statuses(recorded, "Airbus", FEEDS)["news_api"] == "failed"
    assert _statuses(recorded, "Telefónica", FEEDS)["news_api"] == "failed"


def test_recorded_consent_pages_and_aggregators_are_seen_through(recorded: Replayed) -> None:
    rows = recorded.client("Robinhood", act=PICKED)["raw_rows"]
    assert len(rows) == 4
    assert "investors.com" in {row["publisher"] for row in rows}


def test_recorded_articles_of_gdelt_are_read_and_its_limit_understood(recorded: Replayed) -> None:
    titles = [row["title"] for row in recorded.client("NVIDIA", act=GDELT)["raw_rows"]]
    assert len(titles) == 5
    assert not [title for title in titles if " ;" in title or " ," in title]
    [gdelt] = [
        each
        for each in recorded.client("Cisco", act=GDELT_BUSY)["sources"]
        if each["source"] == "gdelt"
    ]
    assert (gdelt["status"], "slow down" in gdelt["message"]) == ("failed", True)


def test_a_recorded_lack_of_credit_brings_in_the_rules(recorded: Replayed) -> None:
    notices = recorded.client("Southern Water", act=FEEDS)["notices"]
    assert len(notices) == 2  # one of the events, one of the insight
    assert all("no credit left" in each for each in notices)
    assert all("rules answered instead" in each for each in notices)


def test_recorded_accounts_are_told_from_made_ones(recorded: Replayed) -> None:
    assert recorded.client("Smith", act=FEEDS)["crm"]["account"] == "Smith"
    assert recorded.client("Wildberries", act=FEEDS)["crm"] is None
    made = {each["what"] for each in recorded.data["made"]}
    assert {"a classification", "an account with a contact, a deal and a case"} <= made


def _statuses(recorded: Replayed, client: str, act: int) -> dict[str, str]:
    sources = recorded.client(client, act=act)["sources"]
    return {each["source"]: each["status"] for each in sources}
