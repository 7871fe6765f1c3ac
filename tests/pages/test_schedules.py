"""The schedule pages, with and without htmx."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.statements import counted, selects
from webapp.enums import LastRunStatus, RunStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, User

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
FORM: dict[str, Any] = {
    "name": "Renewals",
    "description": "",
    "job_type": "client_monitoring",
    "_clients": "all",
    "schedule_type": "weekly",
    "day_of_week": "0",
    "_at": "07:30",
    "timezone": "Europe/Berlin",
    "grace_minutes": "60",
    "is_active": "true",
}


def stored() -> AutomationSchedule:
    return db.session.query(AutomationSchedule).populate_existing().one()


def field_error(html: str, name: str) -> str:
    found = re.search(rf'id="f-{name}-error".*?<span>(.*?)</span>', html, re.DOTALL)
    return found.group(1) if found else ""


def test_the_list_says_when_each_runs_and_how_it_went(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana, name="Morning", minute_of_hour=5)
    factories.job_run(schedule, status=RunStatus.FAILED, seconds=4)
    html = browse_as(ana).get("/schedules").text
    for words in ("Morning", "Every day at 09:05", "Failed", "Run now", "0 of the last 1 run"):
        assert words in html


def test_a_schedule_that_failures_switched_off_has_a_banner(browse_as: As, ana: User) -> None:
    factories.schedule(
        ana,
        name="Sweep",
        is_active=False,
        disabled_reason="Switched off",
        last_error_message="401 token expired",
        last_run_status=LastRunStatus.FAILED,
    )
    html = browse_as(ana).get("/schedules").text
    assert "was switched off after 5 failures in a row: 401 token expired" in html


def test_filters_stand_in_the_address(browse_as: As, ana: User) -> None:
    factories.schedule(ana, name="Awake")
    factories.schedule(ana, name="Asleep", is_active=False)
    html = browse_as(ana).get("/schedules?is_active=false").text
    assert "Asleep" in html
    assert "Awake" not in html


def test_a_filter_without_a_match_offers_to_clear_it(browse_as: As, ana: User) -> None:
    factories.schedule(ana)
    assert "Clear filters" in browse_as(ana).get("/schedules?q=nothing").text


def test_the_first_schedule_is_one_click_away(browse_as: As, ana: User) -> None:
    assert "template=weekday-morning" in browse_as(ana).get("/schedules").text
    html = browse_as(ana).get("/schedules/new?template=weekday-morning").text
    assert "30 7 * * 1-5" in html
    assert "At 07:30 on Monday through Friday" in html


def test_a_row_that_cannot_be_read_leaves_the_others(browse_as: As, ana: User) -> None:
    factories.schedule(ana, name="Broken", schedule_type="custom", cron_expression="x")
    factories.schedule(ana, name="Whole")
    html = browse_as(ana).get("/schedules").text
    assert "Cannot be read: x" in html
    assert "Whole" in html


def test_the_list_takes_a_constant_number_of_queries(browse_as: As, ana: User) -> None:
    browser = browse_as(ana)

    def queries() -> int:
        with counted() as statements:
            browser.get("/schedules")
        return selects(statements)

    factories.job_run(factories.schedule(ana))
    one = queries()
    for _ in range(5):
        factories.job_run(factories.schedule(ana))
    assert queries() == one


def test_a_form_creates_a_schedule(browse_as: As, ana: User) -> None:
    answer = browse_as(ana).post("/schedules/new", data=FORM)
    schedule = stored()
    assert (answer.status_code, answer.location) == (303, "/schedules")
    assert (schedule.hour_of_day, schedule.minute_of_hour, schedule.day_of_week) == (7, 30, 0)
    assert (schedule.client_ids, schedule.config, schedule.is_active) == (None, {}, True)


def test_midnight_in_the_form_is_hour_zero(browse_as: As, ana: User) -> None:
    browse_as(ana).post("/schedules/new", data={**FORM, "_at": "00:00"})
    assert stored().hour_of_day == 0


def test_chosen_clients_and_simulated_data_are_kept(browse_as: As, ana: User) -> None:
    chosen = str(factories.client(ana.business).id)
    extra = {"_clients": "choose", "client_ids": [chosen], "_force_mock": "true"}
    browse_as(ana).post("/schedules/new", data={**FORM, **extra})
    assert stored().client_ids == [chosen]
    assert stored().config == {"force_mock": True}


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ({"name": ""}, "name", "Give it a name"),
        ({"_at": "25 o'clock"}, "hour-of-day", "Write a time such as 07:30"),
        ({"_at": "25:00"}, "hour-of-day", "23 or less"),
        (
            {"schedule_type": "custom", "cron_expression": "0 25 * * *"},
            "cron-expression",
            "Bad hour",
        ),
        ({"timezone": "Mars"}, "timezone", "must be a time zone"),
        (
            {"schedule_type": "custom", "cron_expression": "0 0 30 2 *"},
            "cron-expression",
            "Bad day of month",
        ),
        (
            {"schedule_type": "custom", "cron_expression": "*/5 * * * *"},
            "cron-expression",
            "the shortest interval is 15",
        ),
        ({"schedule_type": "yearly"}, "schedule-type", ""),
        ({"job_type": "nothing"}, "job-type", ""),
        ({"_clients": "choose"}, "client-ids", "Choose at least one"),
    ],
)
def test_a_bad_field_is_named_and_what_was_typed_stays(
    browse_as: As, ana: User, change: dict[str, str], name: str, words: str
) -> None:
    answer = browse_as(ana).post("/schedules/new", data={**FORM, "description": "kept", **change})
    assert answer.status_code == 422
    assert words in field_error(answer.text, name)
    assert "kept" in answer.text
    assert db.session.query(AutomationSchedule).count() == 0


def test_create_and_run_leads_to_the_live_run(browse_as: As, ana: User) -> None:
    answer = browse_as(ana).post("/schedules/new", data={**FORM, "_run": "1"})
    run = db.session.query(JobRun).one()
    assert answer.location == f"/runs/{run.id}"


def test_editing_keeps_what_the_form_does_not_show(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana, config={"force_mock": True, "depth": 2})
    browse_as(ana).post(f"/schedules/{schedule.id}/edit", data=FORM)
    assert stored().config == {"depth": 2}
    assert stored().name == "Renewals"


def test_an_unticked_switch_pauses(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana)
    form = {name: value for name, value in FORM.items() if name != "is_active"}
    browse_as(ana).post(f"/schedules/{schedule.id}/edit", data=form)
    assert (stored().is_active, stored().next_run_at) == (False, None)


def test_the_preview_shows_sentence_and_five_runs(browse_as: As, ana: User) -> None:
    html = browse_as(ana).post("/schedules/preview", data=FORM, headers=HTMX).text
    assert "Every Monday at 07:30" in html
    assert html.count("<time ") == 5
    assert "Times in Europe/Berlin" in html


def test_a_bad_preview_says_why_and_keeps_the_last_good_one_greyed(
    browse_as: As, ana: User
) -> None:
    bad = {**FORM, "schedule_type": "custom", "cron_expression": "0 25 * * *"}
    last_good = '{"schedule_type": "daily", "hour_of_day": "9"}'
    data = {**bad, "_last": last_good}
    html = browse_as(ana).post("/schedules/preview", data=data, headers=HTMX).text
    assert "Bad hour" in html
    assert "stale" in html
    assert "Every day at 09:00" in html


@pytest.mark.parametrize("last_good", ["{", "[]", "3", '{"hour_of_day": [1]}', "null"])
def test_a_forged_last_preview_does_no_harm(browse_as: As, ana: User, last_good: str) -> None:
    data = {"schedule_type": "weekly", "_last": last_good}
    assert browse_as(ana).post("/schedules/preview", data=data).status_code == 200


def test_without_scripts_a_button_shows_the_preview(browse_as: As, ana: User) -> None:
    answer = browse_as(ana).post("/schedules/new", data={**FORM, "_preview": "1"})
    assert "Every Monday at 07:30" in answer.text
    assert db.session.query(AutomationSchedule).count() == 0


def test_the_switch_swaps_its_row(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana)
    answer = browse_as(ana).post(f"/schedules/{schedule.id}/active", data={}, headers=HTMX)
    assert answer.text.lstrip().startswith(f'<tr id="schedule-{schedule.id}"')
    assert "is paused" in answer.headers["HX-Trigger"]
    assert not stored().is_active


def test_the_switch_works_without_scripts(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana, is_active=False)
    answer = browse_as(ana).post(f"/schedules/{schedule.id}/active", data={"is_active": "true"})
    assert (answer.status_code, stored().is_active) == (303, True)


def test_run_now_leads_to_the_run(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana)
    answer = browse_as(ana).post(f"/schedules/{schedule.id}/run")
    run = db.session.query(JobRun).one()
    assert answer.location == f"/runs/{run.id}"


def test_deleting_asks_first(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana, name="Sweep")
    browser = browse_as(ana)
    assert "Delete “Sweep”?" in browser.get(f"/schedules/{schedule.id}/delete").text
    assert browser.post(f"/schedules/{schedule.id}/delete").location == "/schedules"
    assert db.session.query(AutomationSchedule).count() == 0


@pytest.mark.parametrize("path", ["edit", "delete"])
def test_a_foreign_schedule_is_not_found(browse_as: As, ana: User, cleo: User, path: str) -> None:
    schedule = factories.schedule(ana, name="Secret sweep")
    answer = browse_as(cleo).get(f"/schedules/{schedule.id}/{path}")
    assert answer.status_code == 404
    assert "Secret" not in answer.text


def test_a_viewer_sees_no_buttons_that_would_refuse(browse_as: As, ana: User) -> None:
    viewer = factories.user(ana.business, name="Vic", role="viewer")
    factories.schedule(ana)
    html = browse_as(viewer).get("/schedules").text
    for words in ("Run now", "New schedule", "Delete"):
        assert words not in html


def test_a_csm_cannot_switch_a_colleagues_schedule(browse_as: As, ana: User, ben: User) -> None:
    schedule = factories.schedule(ana)
    assert browse_as(ben).post(f"/schedules/{schedule.id}/active").status_code == 403
    assert " disabled" in browse_as(ben).get("/schedules").text
