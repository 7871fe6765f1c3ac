"""The AI page of the business, as its admins use it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.container import services
from webapp.enums import AIName, AiPurpose, BudgetPolicy, Role
from webapp.extensions import db
from webapp.models import Business, User
from webapp.providers.base import Usage
from webapp.services.ai_calls import Caller, CallRecord
from webapp.services.transactions import atomic

Browse = Callable[[User], FlaskClient]


def call(of: User, usage: Usage, *, model: str = "gpt-6-luna") -> None:
    accounts = services().ai_accounts
    record = CallRecord(AIName.OPENAI, model, AiPurpose.INSIGHT, usage, 1.5)
    limits = accounts.limits_of(db.session.get_one(Business, of.business_id))
    accounts.book([record], Caller(of.business_id), limits=limits)


def test_an_admin_sets_the_budget_and_what_happens_once_it_is_spent(
    browse_as: Browse, ana: User
) -> None:
    browser = browse_as(ana)
    form = {"ai_monthly_budget_usd": "12.50", "ai_budget_policy": "defer"}
    assert browser.post("/business/ai", data=form).status_code == 303
    business = db.session.get_one(Business, ana.business_id)
    assert (business.ai_monthly_budget_usd, business.ai_budget_policy) == (12.5, BudgetPolicy.DEFER)
    assert "of $12.50" in browser.get("/business/ai").text
    form["ai_monthly_budget_usd"] = ""
    browser.post("/business/ai", data=form)
    assert db.session.get_one(Business, ana.business_id).ai_monthly_budget_usd is None


@pytest.mark.parametrize("wrong", ["-1", "many", "nan", "1e99"])
def test_a_budget_that_is_none_is_named_and_stays_in_the_form(
    browse_as: Browse, ana: User, wrong: str
) -> None:
    form = {"ai_monthly_budget_usd": wrong, "ai_budget_policy": "stop"}
    answer = browse_as(ana).post("/business/ai", data=form)
    assert answer.status_code == 422
    assert f'value="{wrong}"' in answer.text
    assert 'id="f-ai-monthly-budget-usd-error"' in answer.text


def test_spending_stands_by_purpose_and_model_and_an_unknown_price_is_unknown(
    browse_as: Browse, ana: User
) -> None:
    call(ana, Usage(1000, 200, 0.04, cached_tokens=300, reasoning_tokens=150))
    call(ana, Usage(10, 5, None, assumed_usd=0.5), model="house-model")
    page = browse_as(ana).get("/business/ai").text
    for said in ("Insights", "gpt-6-luna", "OpenAI", "$0.04", "300 cached", "150 thought"):
        assert said in page
    assert "not known" in page
    assert "counts as $0.50" in page


def test_without_a_model_the_page_says_that_nothing_is_spent(browse_as: Browse, ana: User) -> None:
    page = browse_as(ana).get("/business/ai").text
    assert "No model is set up" in page
    assert "Nothing was spent yet" in page


def test_only_admins_see_it_and_each_their_own(browse_as: Browse, ana: User, cleo: User) -> None:
    call(ana, Usage(1000, 200, 0.04), model="secret-model")
    assert browse_as(cleo).get("/business/ai").status_code == 403
    with atomic():
        cleo.role = Role.ADMIN
    assert "secret-model" not in browse_as(cleo).get("/business/ai").text


def test_the_status_page_says_what_waits(
    app: Flask, browse_as: Browse, ana: User, ben: User
) -> None:
    assert app.testing
    browse_as(ana).post(
        "/business/ai", data={"ai_monthly_budget_usd": "0.05", "ai_budget_policy": "defer"}
    )
    call(ana, Usage(1000, 200, 0.05))
    page = browse_as(ben).get("/status").text
    assert "is spent." in page
    assert "/business/ai" not in page  # which is for admins
