"""The preferences page: what a user is told of, how, and how the pages look."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.errors import InvalidInputError
from webapp.extensions import htmx
from webapp.models import User, UserPreference
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, parse_form
from webapp.pages.htmx import redirect_hx, toast
from webapp.schemas.preference_form import CategoryChoice, PreferenceForm
from webapp.schemas.preferences import DisplayPatch, ThemeInput
from webapp.services.access import Actor, Permission
from webapp.services.notification_audience import Preferences
from webapp.services.preference_estimate import Estimate, estimate
from webapp.taxonomy import categories_by_group

bp = Blueprint("preferences", __name__)

_LISTS = ("notification_categories",)
_FLAGS = (
    "notification_enabled",
    "email_notifications_enabled",
    "assigned_clients_only",
    "send_empty_digest",
    "single_keys_enabled",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNPROCESSABLE = 422
MAX_PERCENT = 100


@bp.get("/preferences")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show the form."""
    row, user = services().preferences.mine(actor), services().preferences.account(actor)
    shown = _shown(row, user)
    offered = _offered_limit()
    if offered is not None:
        shown["relevance_percent"] = offered
    wishes = Preferences.of(row)
    if offered is not None:
        wishes = replace(wishes, relevance_threshold=offered / MAX_PERCENT)
    context = _context(shown, user, estimate(actor, wishes)) | {"is_unsaved": offered is not None}
    return render_template("preferences/index.html", **context)


@bp.post("/preferences")
@signed_in(Permission.CHANGE_OWN_STATE)
def save(actor: Actor) -> ResponseReturnValue:
    """Save the whole form, or show it again with what was typed and what was wrong."""
    preferences = services().preferences
    try:
        form = parse_form(PreferenceForm, request.form, lists=_LISTS, flags=_FLAGS)
        preferences.update_all(actor, form.preferences, form.display)
    except InvalidInputError as error:
        return _again(actor, FormErrors.of(error)), UNPROCESSABLE
    return toast(redirect_hx("/preferences"), "Preferences saved.")


@bp.post("/preferences/preview")
@signed_in(Permission.VIEW)
def preview(actor: Actor) -> ResponseReturnValue:
    """Show the form as it was filled in, with what it would have let through; save nothing."""
    try:
        form = parse_form(PreferenceForm, request.form, lists=_LISTS, flags=_FLAGS)
    except InvalidInputError as error:
        return _again(actor, FormErrors.of(error)), UNPROCESSABLE
    return _again(actor, FormErrors(), guess=estimate(actor, form))


@bp.get("/preferences/estimate")
@signed_in(Permission.VIEW)
def show_estimate(actor: Actor) -> ResponseReturnValue:
    """Say what the form's present values would have let through."""
    try:
        form = parse_form(PreferenceForm, request.args, lists=_LISTS, flags=_FLAGS)
    except InvalidInputError:
        return "", 204
    return render_template("preferences/_estimate.html", guess=estimate(actor, form))


@bp.post("/preferences/reset")
@signed_in(Permission.CHANGE_OWN_STATE)
def reset(actor: Actor) -> ResponseReturnValue:
    """Put the notification preferences back to the defaults."""
    services().preferences.reset(actor)
    return toast(redirect_hx("/preferences"), "Back to the defaults.")


@bp.post("/preferences/theme")
@signed_in(Permission.CHANGE_OWN_STATE)
def set_theme(actor: Actor) -> ResponseReturnValue:
    """Keep the colours that the user chose in the top bar."""
    chosen = parse_form(ThemeInput, request.form)
    services().preferences.update_display(actor, DisplayPatch(theme=chosen.theme))
    return make_response("", 204) if htmx else redirect_hx(_where_from())


def _offered_limit() -> int | None:
    """Return the limit that a link proposes, to be looked at and saved or not."""
    text = request.args.get("relevance_percent", "")
    return int(text) if text.isdecimal() and int(text) <= MAX_PERCENT else None


def _where_from() -> str:
    """Return the path of our own page that the form was on."""
    came = urlsplit(request.referrer or "")
    ours = came.netloc == request.host and came.path.startswith("/")
    path = "/" + came.path.lstrip("/") if ours else "/preferences"
    return f"{path}?{came.query}" if ours and came.query else path


def _shown(row: UserPreference, user: User) -> dict[str, Any]:
    """Return what the form shows of what is stored."""
    names = set(PreferenceForm.model_fields) & set(UserPreference.__table__.c.keys())
    chosen = row.notification_categories
    return {
        **{name: getattr(row, name) for name in names},
        "relevance_percent": round(row.relevance_threshold * 100, 2),
        "category_choice": CategoryChoice.ALL if chosen is None else CategoryChoice.CHOSEN,
        "notification_categories": chosen or [],
        "timezone": user.timezone or "",
        "theme": user.theme,
        "single_keys_enabled": user.single_keys_enabled,
    }


def _again(actor: Actor, errors: FormErrors, *, guess: Estimate | None = None) -> str:
    """Render the form with everything as it was typed."""
    user = services().preferences.account(actor)
    typed: dict[str, Any] = {
        name: request.form.get(name, "") for name in PreferenceForm.model_fields
    }
    typed |= {name: name in request.form for name in _FLAGS}
    typed |= {name: request.form.getlist(name) for name in _LISTS}
    context = _context(typed, user, guess)
    said = {"errors": errors, "is_unsaved": guess is not None}
    return render_template("preferences/index.html", **context | said)


def _context(form: dict[str, Any], user: User, guess: Estimate | None) -> dict[str, Any]:
    return {
        "form": form,
        "guess": guess,
        "errors": {},
        "account": user,
        "zones": sorted(available_timezones()),
        "days": list(enumerate(DAYS)),
        "grouped": categories_by_group(),
        "max_mails": services().settings.max_instant_mails_per_day,
    }
