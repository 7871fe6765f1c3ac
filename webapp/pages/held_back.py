"""What was held back from the user, why, and "I wanted this"."""

import math
import uuid
from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from webapp.container import services
from webapp.errors import ConflictError, InvalidInputError
from webapp.extensions import htmx
from webapp.models import Event
from webapp.pages import inbox_views
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors
from webapp.pages.htmx import redirect_hx, toast
from webapp.services.access import Actor, Permission
from webapp.services.held_back import HeldBack
from webapp.services.keyset import Place

bp = Blueprint("held_back", __name__)

LIST = "/notifications/held-back"
PAGE = 50
_SLACK = 1e-9
"""What 0.58 * 100 may lack of 58."""
_ADVICE = {
    "channel": ("Switch a channel on", "/preferences#channels"),
    "category": ("Choose its category", "/preferences#events"),
    "clients": ("Follow all clients", "/preferences#events"),
    "mute": ("See what you muted", "/mutes"),
}
"""What would have let an event through: by the check that stopped it."""


@bp.get(LIST)
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """List what was held back, newest first."""
    left_out = FormErrors()
    try:
        before = _place()
    except InvalidInputError as error:
        left_out, before = FormErrors.of(error), None
    page = render_template("held_back/index.html", left_out=left_out, **_context(actor, before))
    return page, left_out.status


@bp.post(f"{LIST}/<uuid:event_id>/<any(wanted,unwanted):change>")
@signed_in(Permission.GIVE_FEEDBACK)
def change(actor: Actor, event_id: uuid.UUID, change: str) -> ResponseReturnValue:
    """Note that the user wanted this, or take that back."""
    is_wanted = change == "wanted"
    act = services().held_back.want if is_wanted else services().held_back.unwant
    try:
        act(actor, event_id)
    except ConflictError as error:
        return toast(_refreshed(actor), error.detail, kind="error")
    if not is_wanted:
        return toast(_refreshed(actor), "Undone.")
    text = "Noted: it is in your inbox, and counts as useful."
    return toast(_refreshed(actor), text, f"{LIST}/{event_id}/unwanted?_event={_event()}")


def advice(event: Event, stopped_by: str | None) -> tuple[str, str] | None:
    """Return what the user could change to hear of such events, and where."""
    if stopped_by == "relevance":
        limit = math.floor(event.relevance_score * 100 + _SLACK)
        return f"Lower your limit to {limit}", f"/preferences?relevance_percent={limit}#events"
    return _ADVICE.get(stopped_by or "")


def _refreshed(actor: Actor) -> AnyResponse:
    if _event():
        return redirect_hx(f"/events/{_event()}")
    if not htmx:
        return redirect_hx(LIST)
    return make_response(render_template("held_back/_redrawn.html", **_context(actor, None)))


def _event() -> str:
    """Return the event whose page the form was on, or nothing."""
    try:
        return str(uuid.UUID(request.values.get("_event", "")))
    except ValueError:
        return ""


def _place() -> Place | None:
    text = request.args.get("before", "")
    return Place.read(text) if text else None


def _context(actor: Actor, before: Place | None) -> dict[str, Any]:
    page = services().held_back.page(actor, before=before, limit=PAGE)
    return {
        "rows": [(each, *_advised(each)) for each in page.rows],
        "older_url": f"{LIST}?before={page.next}" if page.next else None,
        "is_top": before is None,
        "views": inbox_views.links(actor, LIST),
        "may_give_feedback": actor.can(Permission.GIVE_FEEDBACK),
    }


def _advised(held: HeldBack) -> tuple[str, str]:
    return advice(held.event, held.decision.stopped_by) or ("", "")
