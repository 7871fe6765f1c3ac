"""A job over real HTTP, a real queue and real SMTP, with answers of our own writing."""

import shutil
from pathlib import Path

import pytest

from bench.replay.folder import reserved
from bench.replay.own import ANSWERS
from tests.journeys.replaying import Replayed, replay

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """One replay for the tests that only look."""
    return replay(tmp_path_factory.mktemp("replay"))


def test_it_ends_well_and_prints_the_report_that_it_keeps(replayed: Replayed) -> None:
    assert (replayed.code, replayed.errors) == (0, "")
    assert replayed.printed == (replayed.folder / "report.txt").read_text()


def test_no_mock_took_part(replayed: Replayed) -> None:
    assert {name: set(counts) for name, counts in replayed.data["provenance"].items()} == {
        "raw rows": {"live"},
        "events": {"live"},
        "CRM answers": {"live"},
    }
    assert set(replayed.data["mail_providers"]) == {"smtp"}


def test_a_source_that_refuses_costs_nobody_else(replayed: Replayed) -> None:
    statuses = {
        client["name"]: {each["source"]: each["status"] for each in client["sources"]}
        for client in replayed.data["acts"][0]["clients"]
    }
    assert statuses == {
        "Castellan Bank": {"news_api": "found", "rss": "found", "serper": "found"},
        "Halcyon Health": {"news_api": "empty", "rss": "found", "serper": "found"},
        "Meridian Energy": {"news_api": "empty", "serper": "found"},
        "Northwind Logistics": {"news_api": "over_quota", "rss": "found", "serper": "failed"},
    }
    assert replayed.events("Northwind Logistics")


def test_the_web_is_searched_where_there_is_little_news(replayed: Replayed) -> None:
    titles = [row["title"] for row in replayed.client("Meridian Energy")["raw_rows"]]
    assert "Meridian Energy signs a ten-year supply contract with Orbital Robotics" in titles
    assert "Meridian Energy | Home" not in titles


def test_what_newsapi_garbles_is_mended_and_what_it_withdrew_is_left_out(
    replayed: Replayed,
) -> None:
    rows = replayed.client("Castellan Bank")["raw_rows"]
    found = {row["title"]: row["publisher"] for row in rows if row["source"] == "news_api"}
    assert "Castellan Bank's auditor raises doubts about its loan book" in found
    assert "[Removed]" not in found
    assert found["Castellan Bank\u2019s profit falls by a third"] == "finance.example.org"


def test_gdelt_answers_where_it_is_switched_on(replayed: Replayed) -> None:
    rows = replayed.client("Halcyon Health", act=1)["raw_rows"]
    assert [row["title"] for row in rows if row["source"] == "gdelt"] == [
        "Patients sue Halcyon Health's clinics over breach; class action filed"
    ]


def test_every_raw_row_has_an_outcome(replayed: Replayed) -> None:
    rows = [
        row
        for act in replayed.data["acts"]
        for client in act["clients"]
        for row in client["raw_rows"]
    ]
    assert {row["outcome"] for row in rows} >= {"created", "wrong_company", "old"}
    assert "waiting" not in {row["outcome"] for row in rows}


def test_events_are_judged_by_the_model_and_by_rules_where_it_refuses(replayed: Replayed) -> None:
    judges = {
        name: {
            event["classified_by"]
            for event in replayed.events(name)
            if event["source"] != "crm"  # what the CRM told is for fixed rules
        }
        for name in ("Castellan Bank", "Meridian Energy")
    }
    assert judges == {"Castellan Bank": {"openai"}, "Meridian Energy": {"rules"}}


def test_the_crm_answers_with_what_lies_in_the_file_and_says_when_there_is_nothing(
    replayed: Replayed,
) -> None:
    northwind = replayed.client("Northwind Logistics")["crm"]
    assert (northwind["arr"], northwind["open_cases"]) == (182_000.0, ["Labels print twice"])
    assert replayed.client("Meridian Energy")["crm"] is None


def test_hubspot_alone_tells_of_a_client_at_risk_where_there_are_no_news(
    replayed: Replayed,
) -> None:
    tamarack = replayed.client("Tamarack Insurance", act=2)
    assert (tamarack["crm"]["provider"], tamarack["crm"]["arr"]) == ("hubspot", 205_000.0)
    assert tamarack["raw_rows"] == []
    [event] = tamarack["events"]
    assert (event["category"], event["source"]) == ("churn_signal", "crm")
    assert event["title"].startswith("Tamarack Insurance is at risk: health \u201cRed\u201d")


def test_each_event_says_of_each_user_and_channel_whether_and_why(replayed: Replayed) -> None:
    for event in replayed.events("Halcyon Health"):
        decided = [(each["user"], each["channel"]) for each in event["decisions"]]
        channels = ("chat", "email", "in_app")
        assert decided == [(name, channel) for name in ("Ana", "Ben") for channel in channels]
        assert all(each["reason"] in _unwrapped(replayed) for each in event["decisions"])


def test_each_mail_is_in_its_file(replayed: Replayed) -> None:
    assert {mail["to"] for mail in replayed.mails()} == {"ana@example.com", "ben@example.com"}
    for mail in replayed.mails():
        assert f"To: {mail['to']}" in _headers(replayed.folder / "mails" / mail["file"])
        assert mail["file"] in replayed.printed


def test_ben_gets_his_mails_as_one_digest(replayed: Replayed) -> None:
    kinds = {mail["type"] for mail in replayed.mails() if mail["to"] == "ben@example.com"}
    assert kinds == {"digest"}


def test_news_that_is_known_makes_no_second_event(replayed: Replayed) -> None:
    tuesday = {event["title"] for event in replayed.events("Halcyon Health")}
    wednesday = {event["title"] for event in replayed.events("Halcyon Health", act=1)}
    assert tuesday
    assert wednesday
    assert not tuesday & wednesday


def test_the_report_says_what_was_made(replayed: Replayed) -> None:
    made = {each["what"]: each["envelope"] for each in replayed.data["made"]}
    assert made["a classification"] == made["an insight"] == "openai/chat-completion.json"
    assert "x a classification, in openai/chat-completion.json" in replayed.printed


def test_another_headline_makes_another_report(replayed: Replayed, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    shutil.copytree(ANSWERS, answers)
    news = answers / "serper" / "castellan.json"
    headline = "Castellan Bank wins the award for the best service"
    before = "Castellan Bank to cut 900 jobs and close 40 branches"
    news.write_text(news.read_text().replace(before, headline))

    changed = replay(tmp_path / "out", "--answers", str(answers))

    assert headline not in _judged(replayed, "Castellan Bank")
    assert before not in _judged(changed, "Castellan Bank")
    assert _judged(replayed, "Castellan Bank")[before] != _judged(changed, "Castellan Bank").get(
        headline
    )
    assert _outcome(changed, headline) is not None
    assert _judged(replayed, "Halcyon Health") == _judged(changed, "Halcyon Health")


def test_a_folder_without_answers_is_one_sentence(tmp_path: Path) -> None:
    stopped = replay(tmp_path / "out", "--contracts", str(tmp_path))
    assert stopped.code == 1
    assert stopped.errors.startswith("The replay stopped: ")
    assert stopped.errors.count("\n") == 1


def test_two_replays_do_not_write_to_one_folder(tmp_path: Path) -> None:
    with reserved(tmp_path):
        stopped = replay(tmp_path)
    assert stopped.code == 1
    assert "another replay is writing" in stopped.errors


def _judged(replayed: Replayed, client: str) -> dict[str, tuple[str, float, float]]:
    return {
        event["title"]: (event["category"], event["relevance"], event["sentiment"])
        for event in replayed.events(client)
    }


def _outcome(replayed: Replayed, title: str) -> str | None:
    rows = replayed.client("Castellan Bank")["raw_rows"]
    return next((row["outcome"] for row in rows if row["title"] == title), None)


def _unwrapped(replayed: Replayed) -> str:
    return " ".join(replayed.printed.split())


def _headers(mail: Path) -> str:
    return mail.read_bytes().partition(b"\r\n\r\n")[0].decode()
