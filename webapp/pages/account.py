"""The own account: where one is signed in, and the password."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.errors import InvalidInputError, TooManyRequestsError
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, parse_form
from webapp.pages.htmx import redirect_hx, toast
from webapp.schemas.auth import PasswordChangeInput
from webapp.services.access import Actor, Permission
from webapp.services.secret_tokens import digest
from webapp.visitors import own_secret

bp = Blueprint("account", __name__)


@bp.get("/account")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show the sessions and the form of the password."""
    return _show(actor, FormErrors())


@bp.post("/account/sessions/end-others")
@signed_in(Permission.CHANGE_OWN_STATE)
def end_others(actor: Actor) -> ResponseReturnValue:
    """Sign out everywhere but here."""
    ended = services().accounts.end_other_sessions(actor, own_secret())
    text = "1 session was ended." if ended == 1 else f"{ended} sessions were ended."
    return toast(redirect_hx("/account"), text)


@bp.post("/account/password")
@signed_in(Permission.CHANGE_OWN_STATE)
def change_password(actor: Actor) -> ResponseReturnValue:
    """Set a new password; every other session ends."""
    try:
        form = parse_form(PasswordChangeInput, request.form)
        services().accounts.change_password(
            actor, form.old_password, form.new_password, secret=own_secret()
        )
    except InvalidInputError as error:
        return _show(actor, FormErrors.of(error)), error.status
    except TooManyRequestsError as error:
        return _show(actor, FormErrors({"old_password": error.detail})), error.status
    return toast(redirect_hx("/account"), "The password was changed. Other sessions were ended.")


def _show(actor: Actor, errors: FormErrors) -> str:
    return render_template(
        "account/index.html",
        sessions=services().accounts.sessions.active(actor.user_id),
        own_hash=digest(own_secret()),
        errors=errors,
    )
