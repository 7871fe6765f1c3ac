"""Absences: who is away when, who stands in, and what came meanwhile."""

import uuid
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.errors import InvalidInputError
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, parse_form
from webapp.pages.htmx import redirect_hx, toast
from webapp.schemas.stand_ins import StandInInput
from webapp.services.access import Actor, Permission
from webapp.services.stand_in_summaries import missed

bp = Blueprint("stand_ins", __name__)


@bp.get("/stand-ins")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """List absences, with a form for one more."""
    return _page(actor, {"user_id": actor.user_id}, FormErrors())


@bp.post("/stand-ins")
@signed_in(Permission.CHANGE_OWN_STATE)
def add(actor: Actor) -> ResponseReturnValue:
    """Let a colleague stand in, or show the form again with what was wrong."""
    try:
        made = services().stand_ins.add(actor, parse_form(StandInInput, request.form))
    except InvalidInputError as error:
        typed = {name: request.form.get(name, "") for name in StandInInput.model_fields}
        return _page(actor, typed, FormErrors.of(error)), error.status
    text = f"{made.cover.name} stands in for {made.user.name}."
    return toast(redirect_hx("/stand-ins"), text)


@bp.get("/stand-ins/<uuid:stand_in_id>")
@signed_in(Permission.VIEW)
def detail(actor: Actor, stand_in_id: uuid.UUID) -> ResponseReturnValue:
    """Show one absence and what came meanwhile."""
    found = services().stand_ins.get(actor, stand_in_id)
    return render_template("stand_ins/detail.html", absent=found, missed=missed(found.row))


@bp.post("/stand-ins/<uuid:stand_in_id>/end")
@signed_in(Permission.CHANGE_OWN_STATE)
def end(actor: Actor, stand_in_id: uuid.UUID) -> ResponseReturnValue:
    """End an absence now."""
    found = services().stand_ins.end(actor, stand_in_id)
    return toast(redirect_hx("/stand-ins"), f"{found.user.name} is told again.")


def _page(actor: Actor, typed: dict[str, Any], errors: FormErrors) -> str:
    people = [(each.id, each.name) for each in services().stand_ins.colleagues(actor)]
    return render_template(
        "stand_ins/index.html",
        absences=services().stand_ins.list(actor),
        people=people,
        others=[each for each in people if each[0] != actor.user_id],
        may_choose=actor.can(Permission.ADMINISTER),
        viewer_id=actor.user_id,
        form=typed,
        errors=errors,
    )
