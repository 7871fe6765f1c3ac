"""The keys page of the business: set, try and forget keys of outside services."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.container import services, work_for
from webapp.errors import ConflictError, InvalidInputError
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors
from webapp.pages.htmx import redirect_hx, toast
from webapp.services.access import Actor, Permission

bp = Blueprint("own_keys", __name__)
PAGE = "/business/keys"


@bp.get(PAGE)
@signed_in(Permission.ADMINISTER)
def index(actor: Actor) -> ResponseReturnValue:
    """Show which keys are set, each by its end."""
    return _show(actor, FormErrors(), wrong="")


@bp.post(f"{PAGE}/<provider>")
@signed_in(Permission.ADMINISTER)
def save(actor: Actor, provider: str) -> ResponseReturnValue:
    """Store a key, or show the page again with what was wrong; what was typed is not shown."""
    given = {name: value for name, value in request.form.items() if name != "csrf_token"}
    try:
        services().own_keys.set(actor, provider, given)
    except InvalidInputError as error:
        return _show(actor, FormErrors.of(error), wrong=provider), error.status
    return toast(redirect_hx(PAGE), "The key is stored. Try it now.")


@bp.post(f"{PAGE}/<provider>/remove")
@signed_in(Permission.ADMINISTER)
def remove(actor: Actor, provider: str) -> ResponseReturnValue:
    """Forget a key."""
    services().own_keys.remove(actor, provider)
    return toast(redirect_hx(PAGE), "The key is forgotten.")


@bp.post(f"{PAGE}/<provider>/check")
@signed_in(Permission.ADMINISTER)
def check(actor: Actor, provider: str) -> ResponseReturnValue:
    """Try a key and say what its service said."""
    work_for(actor.business_id)
    try:
        told = services().key_checks.check(actor, provider)
    except ConflictError as error:
        return toast(redirect_hx(PAGE), error.detail, kind="error")
    return toast(redirect_hx(PAGE), told)


def _show(actor: Actor, errors: FormErrors, *, wrong: str) -> str:
    return render_template(
        "own_keys/index.html", keys=services().own_keys.all(actor), errors=errors, wrong=wrong
    )
