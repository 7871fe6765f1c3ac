"""The business page, where its admins set what holds for everybody."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.errors import InvalidInputError
from webapp.models import Business
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, parse_form
from webapp.pages.htmx import redirect_hx, toast
from webapp.schemas.business import ZONES, BusinessPatch
from webapp.services.access import Actor, Permission

bp = Blueprint("business", __name__)
_FLAGS = ("gdelt_enabled", "tracking_enabled")
_TEXTS = ("name", "timezone")


@bp.get("/business")
@signed_in(Permission.ADMINISTER)
def index(actor: Actor) -> ResponseReturnValue:
    """Show the form."""
    business = services().business.get(actor)
    values = {name: getattr(business, name) for name in (*_TEXTS, *_FLAGS)}
    return _show(business, values, FormErrors())


@bp.post("/business")
@signed_in(Permission.ADMINISTER)
def save(actor: Actor) -> ResponseReturnValue:
    """Save the form, or show it again with what was typed and what was wrong."""
    try:
        if not request.form.get("name", "").strip():
            raise InvalidInputError.of("name", "Give it a name.")
        services().business.update(actor, parse_form(BusinessPatch, request.form, flags=_FLAGS))
    except InvalidInputError as error:
        typed = {name: request.form.get(name, "") for name in _TEXTS}
        switches = {name: name in request.form for name in _FLAGS}
        business = services().business.get(actor)
        return _show(business, {**typed, **switches}, FormErrors.of(error)), error.status
    return toast(redirect_hx("/business"), "Saved.")


def _show(business: Business, values: dict[str, object], errors: FormErrors) -> str:
    return render_template(
        "business/index.html", business=business, form=values, errors=errors, zones=sorted(ZONES)
    )
