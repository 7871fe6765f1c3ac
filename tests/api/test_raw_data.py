"""Raw rows over JSON: the list, one row with its untouched JSON, and reprocessing."""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import Provenance, RawOutcome, RunTrigger, SourceName
from webapp.extensions import db
from webapp.models import Client, EventRawData, JobRun, RawDataSighting, User

Caller = Callable[[User], FlaskClient]
PATH = "/api/v1/raw-data/"
UNTOUCHED = '{"link":  "https://news.example.com/1", "odd": 1.10}'


def stored(
    client: Client, title: str = "Halcyon Health opens a clinic", **values: Any
) -> uuid.UUID:
    row = EventRawData(
        **{
            "business_id": client.business_id,
            "client_id": client.id,
            "source_api": SourceName.SERPER,
            "raw_content": UNTOUCHED,
            "content_hash": hashlib.sha256(title.encode()).hexdigest(),
            "canonical_url": "news.example.com/1",
            "url": "https://news.example.com/1",
            "title": title,
            "fetched_at": clock.now(),
            "provenance": Provenance.LIVE,
            **values,
        }
    )
    return factories.save(row).id


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


def test_the_list_is_a_page_of_the_newest(api_as: Caller, ben: User, halcyon: Client) -> None:
    ids = [
        stored(halcyon, title, created_at=clock.now() + timedelta(minutes=at))
        for at, title in enumerate(("first", "second", "third"))
    ]
    answer = api_as(ben).get(f"{PATH}?limit=2").json
    assert answer is not None
    assert [row["id"] for row in answer["raw_data"]] == [str(ids[2]), str(ids[1])]
    assert (answer["total"], answer["skip"], answer["limit"]) == (3, 0, 2)


FILTERS = [
    ("source=rss", ["feed"]),
    ("source=serper", ["open", "done"]),
    ("outcome=wrong_company", ["done"]),
    ("is_processed=true", ["done"]),
    ("is_processed=false", ["feed", "open"]),
    ("collect_only=true", ["open"]),
    ("is_processed=false&source=serper", ["open"]),
]


@pytest.mark.parametrize(("query", "titles"), FILTERS)
def test_each_filter_narrows_the_list(
    api_as: Caller, ben: User, halcyon: Client, query: str, titles: list[str]
) -> None:
    stored(halcyon, "open", collect_only=True)
    stored(halcyon, "feed", source_api=SourceName.RSS)
    stored(halcyon, "done", is_processed=True, outcome=RawOutcome.WRONG_COMPANY)
    answer = api_as(ben).get(f"{PATH}?{query}").json
    assert answer is not None
    assert {row["title"] for row in answer["raw_data"]} == set(titles)


def test_the_list_can_be_about_one_client(api_as: Caller, ben: User, halcyon: Client) -> None:
    stored(halcyon)
    other = factories.client(ben.business, name="Castellan Bank")
    stored(other)
    answer = api_as(ben).get(f"{PATH}?client_id={other.id}").json
    assert answer is not None
    assert [row["client_id"] for row in answer["raw_data"]] == [str(other.id)]


@pytest.mark.parametrize("query", ["source=pigeon", "outcome=fine", "client_id=7", "limit=101"])
def test_a_filter_that_is_none_is_422(api_as: Caller, ben: User, query: str) -> None:
    assert api_as(ben).get(f"{PATH}?{query}").status_code == 422


def test_one_row_holds_its_json_as_it_came(api_as: Caller, ben: User, halcyon: Client) -> None:
    raw_id = stored(halcyon)
    factories.save(
        RawDataSighting(
            business_id=halcyon.business_id,
            raw_data_id=raw_id,
            source_api=SourceName.RSS,
            url="https://feed.example.com/1",
            raw_content="{}",
        )
    )
    answer = api_as(ben).get(f"{PATH}{raw_id}").json
    assert answer is not None
    assert answer["raw_content"] == UNTOUCHED
    assert [each["source_api"] for each in answer["sightings"]] == ["rss"]
    assert "raw_content" not in json.dumps(api_as(ben).get(PATH).json)


def test_another_business_sees_none_of_it(api_as: Caller, cleo: User, halcyon: Client) -> None:
    raw_id = stored(halcyon)
    assert api_as(cleo).get(f"{PATH}{raw_id}").status_code == 404
    assert api_as(cleo).get(f"{PATH}?client_id={halcyon.id}").get_json()["total"] == 0


@pytest.mark.parametrize("body", [None, {}, {"limit": 5}])
def test_reprocessing_answers_with_its_run(
    api_as: Caller, ben: User, halcyon: Client, body: dict[str, Any] | None
) -> None:
    stored(halcyon, collect_only=True)
    answer = (
        api_as(ben).post(f"{PATH}reprocess", json=body)
        if body is not None
        else (api_as(ben).post(f"{PATH}reprocess"))
    )
    assert answer.status_code == 202
    run = db.session.query(JobRun).one()
    assert answer.headers["Location"] == f"/api/v1/job-runs/{run.id}"
    assert answer.json == {
        "message": "Reprocessing started",
        "job_run_id": str(run.id),
        "rows": 1,
        "clients": 1,
    }
    assert (run.trigger, run.triggered_by_user_id) == (RunTrigger.REPROCESS, ben.id)
    shown = api_as(ben).get(answer.headers["Location"]).json
    assert shown is not None
    assert shown["schedule_id"] is None


def test_a_second_call_answers_with_the_first_ones_run(
    api_as: Caller, ben: User, halcyon: Client
) -> None:
    stored(halcyon, collect_only=True)
    first, second = (api_as(ben).post(f"{PATH}reprocess").json for _ in range(2))
    assert first is not None
    assert second is not None
    assert first["job_run_id"] == second["job_run_id"]
    assert db.session.query(JobRun).count() == 1


def test_without_anything_to_do_there_is_no_run(api_as: Caller, ben: User) -> None:
    answer = api_as(ben).post(f"{PATH}reprocess")
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["job_run_id"] is None
    assert "Location" not in answer.headers


BAD = [
    {"limit": 0},
    {"limit": "5"},
    {"limit": True},
    {"since": "yesterday"},
    {"outcomes": ["created"]},
    {"outcomes": "error"},
    {"client_id": "7"},
    {"client_id": str(uuid.uuid4())},
    {"everything": True},
]


@pytest.mark.parametrize("body", BAD)
def test_a_wish_that_makes_no_sense_is_422(
    api_as: Caller, ben: User, halcyon: Client, body: dict[str, Any]
) -> None:
    stored(halcyon, collect_only=True)
    assert api_as(ben).post(f"{PATH}reprocess", json=body).status_code == 422
    assert db.session.query(JobRun).count() == 0


def test_a_viewer_reads_and_starts_nothing(api_as: Caller, ben: User, halcyon: Client) -> None:
    stored(halcyon, collect_only=True)
    viewer = api_as(factories.user(ben.business, name="Vera", role="viewer"))
    assert viewer.get(PATH).status_code == 200
    assert viewer.post(f"{PATH}reprocess").status_code == 403


def test_who_is_not_signed_in_sees_nothing(client: FlaskClient) -> None:
    assert client.get(PATH).status_code == 401
    assert client.post(f"{PATH}reprocess").status_code == 401
