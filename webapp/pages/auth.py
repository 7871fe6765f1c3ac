"""Signing in and out."""

from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.errors import AppError, InvalidInputError, NotSignedInError, TooManyRequestsError
from webapp.pages.access import public
from webapp.pages.forms import FormErrors, parse_form
from webapp.pages.htmx import redirect_hx
from webapp.schemas.auth import SignInInput
from webapp.services.demo.people import DEMO_EMAIL, DEMO_PASSWORD
from webapp.visitors import forget, remember, visitor

bp = Blueprint("auth", __name__)
_HOME = "/"


@bp.get("/login")
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, or go on where somebody is signed in already."""
    wanted = local_path(request.args.get("next"))
    return redirect_hx(wanted) if visitor() else _form(wanted)


@bp.post("/login")
@public
def start_session() -> ResponseReturnValue:
    """Check e-mail and password, and go to the page that was wanted."""
    wanted = local_path(request.form.get("next"))
    try:
        form = parse_form(SignInInput, request.form)
        secret = services().accounts.sign_in(
            form.email,
            form.password,
            address=request.remote_addr or "",
            user_agent=request.user_agent.string,
        )
    except (InvalidInputError, NotSignedInError, TooManyRequestsError) as error:
        return _form(wanted, error)
    remember(secret)
    return redirect_hx(wanted)


@bp.post("/logout")
@public
def end_session() -> ResponseReturnValue:
    """End the session; without one there is nothing to end."""
    forget()
    return redirect_hx(url_for(".sign_in"))


def local_path(address: str | None) -> str:
    """Return the address if it is a path of ours, else the start page."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return _HOME
    is_plain = "\\" not in address and address.isprintable()  # browsers read \ as / and skip tabs
    return address if is_plain else _HOME


def _form(wanted: str, error: AppError | None = None) -> ResponseReturnValue:
    settings = services().settings
    page = render_template(
        "auth/login.html",
        wanted=wanted,
        email=request.form.get("email", ""),
        error=error.detail if error and not error.errors else None,
        errors=FormErrors.of(error) if isinstance(error, InvalidInputError) else {},
        demo=(DEMO_EMAIL, DEMO_PASSWORD) if settings.demo else None,
    )
    response = make_response(page, error.status if error else HTTPStatus.OK)
    if isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
