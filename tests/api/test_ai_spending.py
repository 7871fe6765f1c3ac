"""The AI budget and spending over JSON."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import AIName, AiPurpose
from webapp.models import AiCall, User

Api = Callable[[User], FlaskClient]
BUSINESS, SPENDING = "/api/v1/business/", "/api/v1/business/ai-spending"


def call(of: User, at: datetime, **values: object) -> None:
    defaults = {"provider": AIName.OPENAI, "model": "gpt-6-luna", "purpose": AiPurpose.CLASSIFY}
    usage = {"input_tokens": 100, "output_tokens": 50, "cost_usd": 0.25, "counted_usd": 0.25}
    row = {**defaults, **usage, **values, "created_at": at, "business_id": of.business_id}
    factories.save(AiCall(**row))


def test_the_budget_is_set_and_read(api_as: Api, ana: User) -> None:
    program = api_as(ana)
    body = {"ai_monthly_budget_usd": 20, "ai_budget_policy": "stop"}
    answer = program.put(BUSINESS, json=body).json
    assert answer is not None
    assert {name: answer[name] for name in body} == body
    budget = (program.get(SPENDING).json or {})["budget"]
    assert (budget["limits"]["monthly_usd"], budget["share"], budget["waiting"]) == (20, 0, 0)
    assert program.get("/api/v1/status/").json["ai_budget"]["limits"]["policy"] == "stop"  # type: ignore[index]
    cleared = program.put(BUSINESS, json={"ai_monthly_budget_usd": None}).json
    assert cleared is not None
    assert (cleared["ai_monthly_budget_usd"], cleared["ai_budget_policy"]) == (None, "stop")


@pytest.mark.parametrize(
    "body",
    [
        {"ai_monthly_budget_usd": -1},
        {"ai_monthly_budget_usd": "5"},
        {"ai_monthly_budget_usd": True},
        {"ai_budget_policy": "shout"},
        {"ai_budget_policy": None},
    ],
)
def test_a_budget_that_is_none_is_refused(api_as: Api, ana: User, body: dict[str, object]) -> None:
    answer = api_as(ana).put(BUSINESS, json=body)
    assert answer.status_code == 422
    assert (answer.json or {})["errors"][0]["field"] == next(iter(body))


def test_months_are_parted_at_midnight_utc(api_as: Api, ana: User, cleo: User) -> None:
    clock.set_clock(datetime(2026, 12, 3, tzinfo=UTC))
    call(ana, datetime(2026, 11, 30, 23, 59, tzinfo=UTC), error="it broke")
    call(ana, datetime(2026, 12, 1, 0, 1, tzinfo=UTC), model="x", cost_usd=None, counted_usd=2.0)
    call(cleo, datetime(2026, 12, 2, tzinfo=UTC))
    answer = api_as(ana).get(SPENDING, query_string={"months": 2}).json
    assert answer is not None
    december, november = answer["months"]
    assert (december["month"], december["cost_usd"], december["counted_usd"]) == (
        "2026-12-01",
        0,
        2.0,
    )
    assert december["unpriced"] == 1
    (line,) = november["lines"]
    assert (line["model"], line["calls"], line["failed"]) == ("gpt-6-luna", 1, 1)
    assert answer["prices_as_of"] > "2026-01-01"


@pytest.mark.parametrize("months", ["0", "13", "many"])
def test_months_out_of_range_are_refused(api_as: Api, ana: User, months: str) -> None:
    assert api_as(ana).get(SPENDING, query_string={"months": months}).status_code == 422


def test_only_admins_may_see_it(api_as: Api, ben: User) -> None:
    assert api_as(ben).get(SPENDING).status_code == 403
