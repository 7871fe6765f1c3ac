"""The same job over answers that were recorded from the real services, each on its own day."""

import os
from pathlib import Path

import pytest

from tests.journeys.replaying import Replayed, replay

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
    assert days == ["2023-05-04", "2023-05-04", "2026-07-23"]
    published = [row["published"] for row in recorded.client("Tesla")["raw_rows"]]
    assert all(each.startswith(("2023-05-03", "2023-05-04")) for each in published)


def test_recorded_news_becomes_events_and_mails(recorded: Replayed) -> None:
    assert recorded.events("Tesla")
    assert all(mail["status"] == "sent" and mail["file"] for mail in recorded.mails())
    assert recorded.mails()


def test_feeds_of_every_format_are_read(recorded: Replayed) -> None:
    files = {
        each["file"] for each in recorded.data["acts"][2]["answered"] if each["service"] == "rss"
    }
    assert {file.partition("__")[0] for file in files} == {"feeds/atom", "feeds/rdf", "feeds/rss"}
    for name in ("Tesla", "Apple", "OpenAI", "Airbus"):
        rows = recorded.client(name, act=2)["raw_rows"]
        assert {row["outcome"] for row in rows} - {"wrong_company", "old"}, name


def test_a_recorded_refusal_costs_only_its_source(recorded: Replayed) -> None:
    sources = recorded.client("Samsung", act=2)["sources"]
    assert {each["source"]: each["status"] for each in sources} == {
        "rss": "found",
        "serper": "failed",
    }


def test_a_recorded_lack_of_credit_brings_in_the_rules(recorded: Replayed) -> None:
    [notice] = recorded.client("Southern Water", act=2)["notices"]
    assert "rules answered instead" in notice


def test_recorded_accounts_are_told_from_made_ones(recorded: Replayed) -> None:
    assert recorded.client("Smith", act=2)["crm"]["account"] == "Smith"
    assert recorded.client("Wildberries", act=2)["crm"] is None
    made = {each["what"] for each in recorded.data["made"]}
    assert {"a classification", "an account with a contact, a deal and a case"} <= made
