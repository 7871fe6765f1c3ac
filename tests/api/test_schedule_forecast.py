"""What a schedule asks of the sources, over JSON; and a run that asks them anew."""

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import JobType, ScheduleType
from webapp.extensions import db
from webapp.models import JobRun, User

Caller = Callable[[User], FlaskClient]
PATH = "/api/v1/automation-schedules"


def test_the_forecast_has_a_line_a_source(api_as: Caller, ben: User) -> None:
    factories.client(ben.business, feed_urls=["https://halcyon.example.com/feed"])
    hourly = factories.schedule(ben, schedule_type=ScheduleType.HOURLY, minute_of_hour=5)
    answer = api_as(ben).get(f"{PATH}/{hourly.id}/forecast")
    assert answer.status_code == 200
    assert answer.json is not None
    (line,) = answer.json["sources"]
    assert (line["source"], line["quota"], line["is_short"]) == ("rss", None, False)
    assert line["calls_a_day"] == line["total_calls_a_day"] > 0


@pytest.mark.parametrize(
    "values", [{"job_type": JobType.NOTIFICATION_DIGEST}, {"config": {"force_mock": True}}]
)
def test_what_searches_nothing_real_has_no_line(
    api_as: Caller, ben: User, values: dict[str, object]
) -> None:
    factories.client(ben.business, feed_urls=["https://halcyon.example.com/feed"])
    schedule = factories.schedule(ben, **values)
    assert api_as(ben).get(f"{PATH}/{schedule.id}/forecast").json == {"sources": []}


def test_another_businesss_schedule_is_unknown(api_as: Caller, ben: User, cleo: User) -> None:
    schedule = factories.schedule(ben)
    for schedule_id in (schedule.id, uuid.uuid4()):
        assert api_as(cleo).get(f"{PATH}/{schedule_id}/forecast").status_code == 404


@pytest.mark.parametrize(
    ("body", "config"),
    [
        (None, {}),
        ({}, {}),
        ({"bypass_cache": False}, {}),
        ({"bypass_cache": True}, {"bypass_cache": True}),
    ],
)
def test_a_trigger_can_ask_every_source_anew(
    api_as: Caller, ben: User, body: dict[str, bool] | None, config: dict[str, bool]
) -> None:
    schedule = factories.schedule(ben)
    answer = api_as(ben).post(f"{PATH}/{schedule.id}/trigger", json=body)
    assert answer.status_code == 202, answer.json
    assert db.session.query(JobRun).one().config == config


@pytest.mark.parametrize("wish", ["true", 1, None])
def test_a_wish_that_is_no_yes_or_no_is_422(api_as: Caller, ben: User, wish: object) -> None:
    schedule = factories.schedule(ben)
    answer = api_as(ben).post(f"{PATH}/{schedule.id}/trigger", json={"bypass_cache": wish})
    assert answer.status_code == 422
