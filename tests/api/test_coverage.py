"""Coverage over JSON, and the business that GDELT is switched on for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import SourceName, SourceStatus
from webapp.models import Client, SourceCheck, User

Caller = Callable[[User], FlaskClient]
COVERAGE = "/api/v1/coverage/"


def checked(client: Client, source: SourceName, status: SourceStatus, found: int) -> None:
    row = SourceCheck(
        business_id=client.business_id,
        client_id=client.id,
        source=source,
        status=status,
        found=found,
        created_at=clock.now() - timedelta(seconds=1),
    )
    factories.save(row)


def test_a_client_was_last_checked_there_with_that_result(api_as: Caller, ben: User) -> None:
    client = factories.client(ben.business, last_checked_at=clock.now())
    checked(client, SourceName.SERPER, SourceStatus.FOUND, 4)
    checked(client, SourceName.NEWS_API, SourceStatus.OVER_QUOTA, 0)
    answer = api_as(ben).get(f"/api/v1/clients/{client.id}/coverage").json
    assert answer is not None
    assert answer["client_name"] == "Halcyon Health"
    assert answer["last_checked_at"].endswith("Z")
    assert answer["state"] == "partly"
    latest = {each["source"]: each for each in answer["last_checks"]}
    assert (latest["serper"]["status"], latest["serper"]["found"]) == ("found", 4)
    assert latest["news_api"]["status"] == "over_quota"
    assert latest["rss"]["status"] == "not_configured"
    assert latest["rss"]["message"]


def test_every_client_source_and_day_is_told(api_as: Caller, ben: User) -> None:
    client = factories.client(ben.business)
    checked(client, SourceName.SERPER, SourceStatus.EMPTY, 0)
    today = clock.now().date()
    query = {"start_date": str(today - timedelta(days=6)), "end_date": str(today)}
    answer = api_as(ben).get(COVERAGE, query_string=query).json
    assert answer is not None
    assert (answer["total"], answer["skip"], answer["limit"]) == (1, 0, 50)
    cells = answer["coverage"][0]["sources"]
    assert len(cells) == 7 * (len(SourceName) - 1)
    found = [each for each in cells if each["source"] == "serper" and each["day"] == str(today)]
    assert [each["status"] for each in found] == ["empty"]


def test_it_is_narrowed_down(api_as: Caller, ben: User) -> None:
    client = factories.client(ben.business)
    factories.client(ben.business, name="Castellan Bank")
    query = {"client_id": str(client.id), "source": "rss"}
    answer = api_as(ben).get(COVERAGE, query_string=query).json
    assert answer is not None
    assert [each["client_id"] for each in answer["coverage"]] == [str(client.id)]
    assert [each["source"] for each in answer["coverage"][0]["sources"]] == ["rss"]


@pytest.mark.parametrize(
    "query",
    [
        "source=nowhere",
        "client_id=1",
        "start_date=soon",
        "start_date=2026-11-02&end_date=2026-11-01",
        "start_date=2026-01-01&end_date=2026-11-01",
        "start_date=9999-12-31&end_date=9999-12-31",
        "limit=101",
        "state=odd",
    ],
)
def test_a_bad_filter_is_422(api_as: Caller, ben: User, query: str) -> None:
    assert api_as(ben).get(f"{COVERAGE}?{query}").status_code == 422


def test_a_foreign_client_is_unknown(api_as: Caller, ben: User, cleo: User) -> None:
    theirs = factories.client(cleo.business)
    answer = api_as(ben).get(COVERAGE, query_string={"client_id": str(theirs.id)})
    assert answer.status_code == 404


def test_an_admin_switches_gdelt_on_for_every_client(api_as: Caller, ana: User) -> None:
    client = factories.client(ana.business)
    program, address = api_as(ana), f"/api/v1/clients/{client.id}/coverage"

    def status() -> str:
        cells = program.get(address).get_json()["sources"]
        return next(str(each["status"]) for each in cells if each["source"] == "gdelt")

    assert status() == "not_configured"
    answer = program.put("/api/v1/business", json={"gdelt_enabled": True})
    assert (answer.status_code, answer.get_json()["gdelt_enabled"]) == (200, True)
    assert status() == "not_checked"


def test_a_put_merges_into_the_business(api_as: Caller, ana: User) -> None:
    program = api_as(ana)
    body = {"timezone": "Europe/Berlin", "tracking_enabled": False}
    assert program.put("/api/v1/business", json=body).status_code == 200
    found = program.get("/api/v1/business/").get_json()
    names = ("name", "timezone", "tracking_enabled", "gdelt_enabled")
    assert [found[name] for name in names] == ["Lighthouse", "Europe/Berlin", False, False]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("timezone", "Mars/Olympus"),
        ("gdelt_enabled", "yes"),
        ("gdelt_enabled", None),
        ("is_demo", True),
        ("id", "x"),
    ],
)
def test_what_cannot_be_is_422_and_named(
    api_as: Caller, ana: User, field: str, value: object
) -> None:
    answer = api_as(ana).put("/api/v1/business", json={field: value})
    assert answer.status_code == 422
    assert answer.json is not None
    assert [each["field"] for each in answer.json["errors"]] == [field]


@pytest.mark.parametrize("role", ["manager", "csm", "viewer"])
def test_only_admins_reach_the_business(api_as: Caller, ana: User, role: str) -> None:
    other = factories.user(ana.business, name="Otto", role=role)
    assert api_as(other).get("/api/v1/business").status_code == 403
    assert api_as(other).put("/api/v1/business", json={"gdelt_enabled": True}).status_code == 403
