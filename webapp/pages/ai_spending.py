"""The AI page of the business: its budget, what happens once it is spent, and what it bought."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.enums import BudgetPolicy
from webapp.errors import InvalidInputError
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, parse_form
from webapp.pages.htmx import redirect_hx, toast
from webapp.schemas.business import BusinessPatch
from webapp.services.access import Actor, Permission

bp = Blueprint("ai_spending", __name__)
MONTHS = 6
_FIELDS = ("ai_monthly_budget_usd", "ai_budget_policy")
POLICIES: dict[BudgetPolicy, str] = {
    BudgetPolicy.RULE_BASED: "Fixed rules judge and write",
    BudgetPolicy.DEFER: "Reports are kept and judged later",
    BudgetPolicy.STOP: "Monitoring stops",
}


@bp.get("/business/ai")
@signed_in(Permission.ADMINISTER)
def index(actor: Actor) -> ResponseReturnValue:
    """Show budget and spending."""
    business = services().business.get(actor)
    own = business.ai_monthly_budget_usd
    budget = "" if own is None else f"{own:g}"
    values = {"ai_monthly_budget_usd": budget, "ai_budget_policy": business.ai_budget_policy}
    return _show(actor, values, FormErrors())


@bp.post("/business/ai")
@signed_in(Permission.ADMINISTER)
def save(actor: Actor) -> ResponseReturnValue:
    """Save budget and policy, or show the page again with what was typed and what was wrong."""
    try:
        services().business.update(actor, parse_form(BusinessPatch, _given()))
    except InvalidInputError as error:
        return _show(actor, dict(request.form), FormErrors.of(error)), error.status
    return toast(redirect_hx("/business/ai"), "Saved.")


def _given() -> Any:  # noqa: ANN401 -- a form of werkzeug's
    given = request.form.copy()
    for name in given.keys() - {*_FIELDS, "csrf_token"}:
        given.poplist(name)
    given.setdefault("ai_monthly_budget_usd", "")
    return given


def _show(actor: Actor, values: dict[str, Any], errors: FormErrors) -> str:
    spending = services().ai_spending.spending(actor, months=MONTHS)
    this_month, *earlier = spending.months
    return render_template(
        "ai_spending/index.html",
        spending=spending,
        months=[this_month, *(each for each in earlier if each.lines)],
        default_usd=services().settings.ai_monthly_budget_usd,
        has_models=services().ai.is_configured,
        form=values,
        errors=errors,
        policies=[(policy.value, text) for policy, text in POLICIES.items()],
    )
