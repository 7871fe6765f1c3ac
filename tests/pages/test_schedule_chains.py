"""Chains and conditions on the schedule's form, and what the list says of them."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.pages.test_schedules import FORM
from webapp.extensions import db
from webapp.models import AutomationSchedule, User

As = Callable[[User], FlaskClient]


def test_a_chain_with_conditions_is_saved_and_shown_again(browse_as: As, ana: User) -> None:
    parent = factories.schedule(ana, name="Morning")
    form = {
        **FORM,
        "depends_on_schedule_id": str(parent.id),
        "depends_on_condition": "new_events",
        "_on_days": ["0", "4"],
        "_tiers": ["enterprise"],
        "_renews_within_days": "60",
        "_last_run_minutes": "90",
        "_quota_source": "news_api",
        "_quota_at_least": "20",
    }
    assert browse_as(ana).post("/schedules/new", data=form).status_code == 303
    saved = db.session.query(AutomationSchedule).filter_by(name="Renewals").one()
    assert saved.depends_on_schedule_id == parent.id
    assert [each["kind"] for each in saved.conditions] == [
        "weekday",
        "quota_left",
        "last_run_age",
        "client_segment",
    ]
    assert "after “Morning”" in browse_as(ana).get("/schedules").text
    html = browse_as(ana).get(f"/schedules/{saved.id}/edit").text
    assert re.search(r'name="_renews_within_days"[^>]*value="60"', html)
    assert re.search(r'name="_tiers" type="checkbox" value="enterprise" checked', html)
    assert browse_as(ana).post(f"/schedules/{saved.id}/edit", data=form).status_code == 303
    assert len(stored_named("Renewals").conditions) == 4


def stored_named(name: str) -> AutomationSchedule:
    return db.session.query(AutomationSchedule).populate_existing().filter_by(name=name).one()


def test_a_condition_that_is_no_number_is_refused_and_what_was_typed_stays(
    browse_as: As, ana: User
) -> None:
    answer = browse_as(ana).post("/schedules/new", data={**FORM, "_last_run_minutes": "soon"})
    assert answer.status_code == 422
    assert 'value="soon"' in answer.text
    assert 'id="f-conditions"' in answer.text
    assert db.session.query(AutomationSchedule).count() == 0


@pytest.mark.parametrize("half", [{"_quota_source": "news_api"}, {"_quota_at_least": "20"}])
def test_half_a_condition_is_told_and_not_dropped(
    browse_as: As, ana: User, half: dict[str, str]
) -> None:
    answer = browse_as(ana).post("/schedules/new", data={**FORM, **half})
    assert answer.status_code == 422
    assert 'id="f-conditions"' in answer.text
    assert db.session.query(AutomationSchedule).count() == 0


def test_a_condition_on_a_source_without_a_quota_by_now_is_still_shown(
    browse_as: As, ana: User
) -> None:
    condition = {"kind": "quota_left", "source": "rss", "at_least": 5}
    schedule = factories.schedule(ana, conditions=[condition])
    html = browse_as(ana).get(f"/schedules/{schedule.id}/edit").text
    assert re.search(r'<option value="rss" selected', html)


def test_what_the_form_cannot_show_of_conditions_is_kept(browse_as: As, ana: User) -> None:
    second = {"kind": "weekday", "days": [1, 2]}
    factories.schedule(
        ana, name="Renewals", conditions=[{"kind": "weekday", "days": [0, 1]}, second]
    )
    form = {**FORM, "_on_days": ["0"]}
    browse_as(ana).post(f"/schedules/{stored_named('Renewals').id}/edit", data=form)
    assert stored_named("Renewals").conditions == [{"kind": "weekday", "days": [0]}, second]
