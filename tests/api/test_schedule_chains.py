"""Chains and conditions over JSON: what is kept, and what is refused by its field."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import AutomationSchedule, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/automation-schedules"
CONDITIONS: list[dict[str, Any]] = [
    {"kind": "weekday", "days": [0, 4]},
    {"kind": "quota_left", "source": "news_api", "at_least": 20},
    {"kind": "last_run_age", "at_least_minutes": 90},
    {"kind": "client_segment", "tiers": ["enterprise"], "renews_within_days": 60},
]


def body(**values: object) -> dict[str, object]:
    return {"name": "Then this", "schedule_type": "manual", **values}


def test_a_chain_with_conditions_is_kept_as_it_was_sent(api_as: As, ana: User) -> None:
    parent = factories.schedule(ana)
    given = body(
        depends_on_schedule_id=str(parent.id),
        depends_on_condition="new_events",
        conditions=CONDITIONS,
    )
    answer = api_as(ana).post(URL, json=given)
    assert answer.status_code == 201
    kept = answer.get_json()
    assert {name: kept[name] for name in given} == given
    changed = api_as(ana).put(f"{URL}/{kept['id']}", json={"name": "Renamed"}).get_json()
    assert changed["conditions"] == CONDITIONS
    cleared: dict[str, object] = {"depends_on_schedule_id": None, "conditions": []}
    changed = api_as(ana).put(f"{URL}/{kept['id']}", json=cleared).get_json()
    assert (changed["depends_on_schedule_id"], changed["conditions"]) == (None, [])


def test_a_circle_is_refused_over_any_number_of_schedules(api_as: As, ana: User) -> None:
    first = factories.schedule(ana)
    second = factories.schedule(ana, depends_on_schedule_id=first.id)
    third = factories.schedule(ana, depends_on_schedule_id=second.id)
    for wanted in (first, second, third):
        answer = api_as(ana).put(
            f"{URL}/{first.id}", json={"depends_on_schedule_id": str(wanted.id)}
        )
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["field"] == "depends_on_schedule_id"
    assert db.session.get_one(AutomationSchedule, first.id).depends_on_schedule_id is None


def test_another_business_s_schedule_cannot_be_waited_for(
    api_as: As, ana: User, cleo: User
) -> None:
    foreign = factories.schedule(cleo)
    answer = api_as(ana).post(URL, json=body(depends_on_schedule_id=str(foreign.id)))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "depends_on_schedule_id"
    assert db.session.query(AutomationSchedule).count() == 1


@pytest.mark.parametrize(
    "condition",
    [
        {"kind": "moon"},
        {"kind": "weekday"},
        {"kind": "weekday", "days": []},
        {"kind": "weekday", "days": [7]},
        {"kind": "weekday", "days": [True]},
        {"kind": "weekday", "days": [1], "eval": "1+1"},
        {"kind": "quota_left", "source": "mock", "at_least": 1},
        {"kind": "quota_left", "source": "bing", "at_least": 1},
        {"kind": "last_run_age", "at_least_minutes": 0},
        {"kind": "client_segment"},
        {"kind": "client_segment", "tiers": ["gigantic"]},
        "weekday",
    ],
)
def test_a_condition_that_means_nothing_is_refused(
    api_as: As, ana: User, condition: object
) -> None:
    answer = api_as(ana).post(URL, json=body(conditions=[condition]))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].startswith("conditions")


def test_deleting_what_others_wait_for_leaves_them_without_it(api_as: As, ana: User) -> None:
    parent = factories.schedule(ana)
    child = factories.schedule(ana, depends_on_schedule_id=parent.id)
    assert api_as(ana).delete(f"{URL}/{parent.id}").status_code == 200
    kept = api_as(ana).get(f"{URL}/{child.id}").get_json()
    assert kept["depends_on_schedule_id"] is None
