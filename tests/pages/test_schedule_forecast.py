"""The schedule form says what a schedule asks of the sources, before it is saved."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from webapp.container import EXTENSION
from webapp.enums import SourceName
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client, JobRun, User
from webapp.services.access import Actor
from webapp.services.quota_forecast import PlannedSearches, QuotaForecastService, SourceForecast

As = Callable[[User], FlaskClient]
PREVIEW = "/schedules/preview"
FORM: dict[str, Any] = {
    "job_type": "client_monitoring",
    "_clients": "all",
    "schedule_type": "hourly",
    "minute_of_hour": "5",
}


@pytest.fixture
def halcyon(ben: User) -> Client:
    feeds = ["https://halcyon.example.com/feed"]
    return factories.client(ben.business, owner=ben, feed_urls=feeds)


class Told(QuotaForecastService):
    """Answers as told and remembers what was asked."""

    def __init__(self, lines: Sequence[SourceForecast]) -> None:
        self.lines = lines
        self.asked: list[AutomationSchedule | PlannedSearches] = []

    def forecast(
        self,
        actor: Actor,  # noqa: ARG002 -- the service's signature
        schedule: AutomationSchedule | PlannedSearches,
    ) -> list[SourceForecast]:
        self.asked.append(schedule)
        return list(self.lines)


@pytest.fixture
def told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Told]:
    def answer(*lines: SourceForecast) -> Told:
        service = Told(lines)
        replaced = dataclasses.replace(app.extensions[EXTENSION], forecast=service)
        monkeypatch.setitem(app.extensions, EXTENSION, replaced)
        return service

    return answer


def line(calls: int, total: int, *, least: int | None = None) -> SourceForecast:
    return SourceForecast(
        source=SourceName.NEWS_API,
        label="NewsAPI",
        calls_a_day=calls,
        least_calls_a_day=calls if least is None else least,
        quota=100,
        total_calls_a_day=total,
    )


def shown(html: str) -> str:
    """Return the forecast's card as words."""
    _, _, card = html.partition("Calls a day")
    return " ".join(re.sub(r"<[^>]*>", " ", card).split())


@pytest.mark.usefixtures("halcyon")
def test_a_form_counts_the_calls_of_what_is_typed(browse_as: As, ben: User) -> None:
    assert "RSS and Atom feeds" in shown(browse_as(ben).post(PREVIEW, data=FORM).text)


@pytest.mark.usefixtures("halcyon")
@pytest.mark.parametrize("path", ["/schedules/new", "edit"])
def test_the_form_has_it_from_the_start(browse_as: As, ben: User, path: str) -> None:
    schedule = factories.schedule(ben)
    address = path if path != "edit" else f"/schedules/{schedule.id}/edit"
    assert "Calls a day" in browse_as(ben).get(address).text


NOTHING_REAL = [
    {"job_type": "notification_digest"},
    {"_force_mock": "true"},
    {"schedule_type": "custom", "cron_expression": "nonsense"},
]


@pytest.mark.usefixtures("halcyon")
@pytest.mark.parametrize("changed", NOTHING_REAL)
def test_where_nothing_real_is_searched_nothing_is_said(
    browse_as: As, ben: User, changed: dict[str, str]
) -> None:
    assert "Calls a day" not in browse_as(ben).post(PREVIEW, data=FORM | changed).text


@pytest.mark.usefixtures("halcyon")
def test_a_simulated_schedule_has_none_when_it_is_opened(browse_as: As, ben: User) -> None:
    schedule = factories.schedule(ben, config={"force_mock": True})
    assert "Calls a day" not in browse_as(ben).get(f"/schedules/{schedule.id}/edit").text


def test_without_any_source_that_is_said(browse_as: As, ben: User) -> None:
    assert "No source is set up" in browse_as(ben).post(PREVIEW, data=FORM).text


def test_calls_stand_beside_their_quota(
    browse_as: As, ben: User, told: Callable[..., Told]
) -> None:
    told(line(24, 60))
    words = shown(browse_as(ben).post(PREVIEW, data=FORM).text)
    assert "NewsAPI 24 of 100" in words
    assert "60 with all other schedules" in words


def test_what_a_search_may_take_further_is_a_range(
    browse_as: As, ben: User, told: Callable[..., Told]
) -> None:
    told(line(24, 24, least=12))
    assert "NewsAPI 12\u201324 of 100" in shown(browse_as(ben).post(PREVIEW, data=FORM).text)


def test_a_quota_that_is_too_small_says_what_follows(
    browse_as: As, ben: User, told: Callable[..., Told]
) -> None:
    told(line(24, 240))
    words = shown(browse_as(ben).post(PREVIEW, data=FORM).text)
    assert "All schedules together want up to 240. Clients take turns" in words


def test_what_is_asked_is_what_the_form_holds(
    browse_as: As, ben: User, halcyon: Client, told: Callable[..., Told]
) -> None:
    service = told()
    schedule = factories.schedule(ben)
    chosen = {"_clients": "choose", "client_ids": [str(halcyon.id), "nonsense"]}
    browse_as(ben).post(PREVIEW, data=FORM | chosen | {"_schedule": str(schedule.id)})
    (asked,) = service.asked
    assert isinstance(asked, PlannedSearches)
    assert (asked.client_ids, asked.schedule_id) == ([halcyon.id], schedule.id)
    assert asked.timing.minute == 5


def test_a_stored_schedule_is_asked_for_with_its_own_clients(
    browse_as: As, ben: User, halcyon: Client, told: Callable[..., Told]
) -> None:
    service = told()
    schedule = factories.schedule(ben, client_ids=[str(halcyon.id)])
    browse_as(ben).get(f"/schedules/{schedule.id}/edit")
    (asked,) = service.asked
    assert isinstance(asked, PlannedSearches)
    assert (asked.client_ids, asked.schedule_id) == ([halcyon.id], schedule.id)


@pytest.mark.parametrize(("data", "config"), [({}, {}), ({"_bypass_cache": "1"}, True)])
def test_a_run_by_hand_can_ask_every_source_anew(
    browse_as: As, ben: User, data: dict[str, str], config: object
) -> None:
    schedule = factories.schedule(ben)
    browse_as(ben).post(f"/schedules/{schedule.id}/run", data=data)
    assert db.session.query(JobRun).one().config == ({"bypass_cache": True} if config else {})
    assert "asking every source anew" in browse_as(ben).get("/schedules").text


@pytest.mark.parametrize(
    "values", [{"job_type": "notification_digest"}, {"config": {"force_mock": True}}]
)
def test_what_asks_no_source_offers_no_such_run(
    browse_as: As, ben: User, values: dict[str, object]
) -> None:
    factories.schedule(ben, **values)
    assert "asking every source anew" not in browse_as(ben).get("/schedules").text
