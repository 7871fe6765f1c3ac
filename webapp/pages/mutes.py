"""What a user has muted: the list, muting more, and hearing of it again."""

import uuid
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from webapp import clock
from webapp.container import services
from webapp.enums import Category
from webapp.errors import ConflictError, InvalidInputError
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, parse_form, usable_query
from webapp.pages.htmx import redirect_hx, toast
from webapp.schemas.clients import ClientListQuery
from webapp.schemas.mutes import MuteForm, MuteInput, MuteLength, MutePrefill
from webapp.services import client_queries
from webapp.services.access import Actor, Permission
from webapp.services.category_words import category_words

bp = Blueprint("mutes", __name__)

_LASTS = {
    MuteLength.DAY: timedelta(days=1),
    MuteLength.WEEK: timedelta(days=7),
    MuteLength.MONTH: timedelta(days=30),
}
_OFFERED = 100
"""Clients that the form lists; any other is muted from its own page or from an event."""


@bp.get("/mutes")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """List what is muted, with a form for more."""
    query, left_out = usable_query(MutePrefill, request.args)
    typed = query.model_dump() | {"lasts": MuteLength.WEEK, "until": ""}
    page = _page(actor, typed, errors=FormErrors(), left_out=left_out)
    return page, left_out.status


@bp.post("/mutes")
@signed_in(Permission.CHANGE_OWN_STATE)
def add(actor: Actor) -> ResponseReturnValue:
    """Mute something, or show the form again with what was wrong."""
    try:
        made = services().mutes.add(actor, _wish(parse_form(MuteForm, request.form)))
    except (InvalidInputError, ConflictError) as error:
        errors = FormErrors.of(error) if isinstance(error, InvalidInputError) else FormErrors()
        errors.setdefault("kind", "" if errors else error.detail)
        typed = {name: request.form.get(name, "") for name in MuteForm.model_fields}
        return _page(actor, typed, errors=errors), error.status
    return toast(_back(), f"{made.label} is muted.", f"/mutes/{made.id}/lift?{_carried()}")


@bp.post("/mutes/<uuid:mute_id>/lift")
@signed_in(Permission.CHANGE_OWN_STATE)
def lift(actor: Actor, mute_id: uuid.UUID) -> ResponseReturnValue:
    """Hear of it again."""
    found = services().mutes.lift(actor, mute_id)
    undo_url = f"/mutes/{found.id}/restore?{_carried()}"
    return toast(_back(), f"You hear of {found.label} again.", undo_url)


@bp.post("/mutes/<uuid:mute_id>/restore")
@signed_in(Permission.CHANGE_OWN_STATE)
def restore(actor: Actor, mute_id: uuid.UUID) -> ResponseReturnValue:
    """Take a lifting back."""
    found = services().mutes.restore(actor, mute_id)
    return toast(_back(), f"{found.label} is muted again.")


def _wish(form: MuteForm) -> MuteInput:
    if form.wanted[form.field] is None:
        raise InvalidInputError.of(form.field, "Say what to mute.")
    if form.lasts is MuteLength.DATE and form.until is None:
        raise InvalidInputError.of("until", "Give the last day.")
    span = _LASTS.get(form.lasts)
    until = form.until if form.lasts is MuteLength.DATE else span and clock.now() + span
    return MuteInput(**form.wanted, until=until)


def _page(
    actor: Actor, typed: dict[str, Any], *, errors: FormErrors, left_out: FormErrors | None = None
) -> str:
    found = services().mutes.list(actor)
    clients, _ = services().clients.list(actor, ClientListQuery(limit=_OFFERED))
    offered = {str(each.id): each.name for each in clients}
    asked = typed.get("client_id")
    if asked and str(asked) not in offered:
        named = client_queries.names(actor, [asked]) if isinstance(asked, uuid.UUID) else {}
        offered |= {str(key): name for key, name in named.items()}
    return render_template(
        "mutes/index.html",
        mutes=found,
        form=typed,
        clients=sorted(offered.items(), key=lambda each: each[1].casefold()),
        categories=[(each.value, category_words(each)) for each in Category],
        errors=errors,
        left_out=left_out or FormErrors(),
    )


def _back() -> AnyResponse:
    """Lead to where the user was: the event that the mute began from, or the list."""
    event_id = request.values.get("_event", "")
    try:
        return redirect_hx(f"/events/{uuid.UUID(event_id)}")
    except ValueError:
        return redirect_hx("/mutes")


def _carried() -> str:
    event_id = request.values.get("_event", "")
    return f"_event={event_id}" if event_id.replace("-", "").isalnum() else ""
