"""The inbox: what the system told the user, by day."""

import uuid
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from webapp.container import services
from webapp.enums import NotificationKind
from webapp.errors import InvalidInputError
from webapp.extensions import htmx
from webapp.pages import inbox_views
from webapp.pages.access import signed_in
from webapp.pages.forms import parse_form, usable_query
from webapp.pages.htmx import polled, redirect_hx, toast
from webapp.pages.inbox_views import counted_text
from webapp.schemas.events import SnoozeInput
from webapp.schemas.notifications import InboxChange, NotificationListQuery
from webapp.services.access import Actor, Permission
from webapp.services.notification_changes import Changed

bp = Blueprint("notifications", __name__)

_CHANGES = "any(read,unread,snooze,unsnooze,done,reopen)"
_WORDS = {
    InboxChange.READ: "marked read",
    InboxChange.UNREAD: "marked unread",
    InboxChange.SNOOZE: "snoozed",
    InboxChange.UNSNOOZE: "back in the inbox",
    InboxChange.DONE: "done",
    InboxChange.REOPEN: "back in the inbox",
}


@bp.get("/notifications")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show one view of the inbox."""
    query, left_out = usable_query(NotificationListQuery, request.args)
    shown = _context(actor, query)
    return render_template("notifications/index.html", left_out=left_out, **shown), left_out.status


@bp.get("/notifications/unread-badge")
@signed_in(Permission.VIEW)
def badge(actor: Actor) -> ResponseReturnValue:
    """Answer the navigation's poll with the number of unread items."""
    unread = services().notifications.unread_count(actor)
    return polled(render_template("notifications/_badge.html", unread=unread))


@bp.post(f"/notifications/<uuid:notification_id>/<{_CHANGES}:change>")
@signed_in(Permission.CHANGE_OWN_STATE)
def change_one(actor: Actor, notification_id: uuid.UUID, change: str) -> ResponseReturnValue:
    """Change one item."""
    services().notifications.get(actor, notification_id)
    wanted = InboxChange(change)
    changes = services().notification_changes
    done = changes.change_some(actor, [notification_id], wanted, snooze=_snooze())
    text = f"{_WORDS[wanted][:1].upper()}{_WORDS[wanted][1:]}."
    return toast(_refreshed(actor), text, _undo_url(wanted, done))


@bp.post(f"/notifications/bulk/<{_CHANGES}:change>")
@signed_in(Permission.CHANGE_OWN_STATE)
def change_many(actor: Actor, change: str) -> ResponseReturnValue:
    """Change the ticked items, or with `_all` everything in the view, on all of its pages."""
    wanted, changes = InboxChange(change), services().notification_changes
    if request.values.get("_all"):
        done = changes.change_matching(actor, _view(), wanted, snooze=_snooze())
    else:
        done = changes.change_some(actor, _ticked(), wanted, snooze=_snooze())
    if not done.count:
        return toast(_refreshed(actor), "There was nothing to change.", kind="error")
    more = "" if done.is_all else " Some are left: press again."
    text = f"{done.count:,} {_WORDS[wanted]}.{more}"
    return toast(_refreshed(actor), text, _undo_url(wanted, done))


@bp.post("/notifications/undo")
@signed_in(Permission.CHANGE_OWN_STATE)
def undo(actor: Actor) -> ResponseReturnValue:
    """Take one change back, found by its moment."""
    try:
        change = InboxChange(request.values.get("change", ""))
        stamp = datetime.fromisoformat(request.values.get("at", ""))
    except ValueError:
        raise InvalidInputError.of("at", "This can no longer be undone.") from None
    if stamp.tzinfo is None:
        raise InvalidInputError.of("at", "This can no longer be undone.")
    services().notification_changes.undo(actor, change, stamp)
    return toast(_refreshed(actor), "Undone.")


@bp.post("/notifications/<uuid:notification_id>/open")
@signed_in(Permission.CHANGE_OWN_STATE)
def open_one(actor: Actor, notification_id: uuid.UUID) -> ResponseReturnValue:
    """Mark an item read and lead to what it is about."""
    item = services().notifications.mark_read(actor, notification_id)
    return redirect_hx(item.link or "/notifications")


@bp.post("/notifications/<uuid:notification_id>/delete")
@signed_in(Permission.CHANGE_OWN_STATE)
def delete_one(actor: Actor, notification_id: uuid.UUID) -> ResponseReturnValue:
    """Delete one item for good."""
    services().notifications.delete(actor, notification_id)
    return toast(_refreshed(actor), "Deleted.")


def _ticked() -> list[uuid.UUID]:
    """Return the ids of the boxes that were ticked; what is no id is passed over."""
    found = []
    for text in request.values.getlist("id"):
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


def _undo_url(change: InboxChange, done: Changed) -> str | None:
    if change is InboxChange.UNSNOOZE or not done.count:
        return None
    values = {"change": change.value, "at": done.stamp.isoformat()}
    return f"/notifications/undo?{urlencode(values)}&{_carried()}"


def _snooze() -> SnoozeInput:
    names = ("until", "preset")
    given = {name: request.values[name] for name in names if name in request.values}
    return parse_form(SnoozeInput, MultiDict(given))


def _carried() -> str:
    return urlencode({name: request.values.get(name, "") for name in ("_view", "_type")})


def _refreshed(actor: Actor) -> AnyResponse:
    """Draw the list anew in the view that the form came from, or go back to it."""
    query = _view()
    if not htmx:
        return redirect_hx(_url(query))
    return make_response(render_template("notifications/_redrawn.html", **_context(actor, query)))


def _view() -> NotificationListQuery:
    """Return the view that the form came from."""
    carried = {"view": request.values.get("_view", ""), "type": request.values.get("_type", "")}
    args = MultiDict({name: value for name, value in carried.items() if value})
    return usable_query(NotificationListQuery, args)[0]


def _context(actor: Actor, query: NotificationListQuery) -> dict[str, Any]:
    page = services().notifications.list(actor, query)
    zone = ZoneInfo(actor.zone)
    days = groupby(page.rows, key=lambda row: row.created_at.astimezone(zone).date())
    return {
        "query": query,
        "days": [(day, list(items)) for day, items in days],
        "shown": len(page.rows),
        "total": page.total,
        "total_text": counted_text(page.total),
        "unread": services().notifications.unread_count(actor),
        "views": inbox_views.links(
            actor, query.view.value, type_=query.type.value if query.type else ""
        ),
        "types": _types(query),
        "older_url": _url(query, before=str(page.next)) if page.next else None,
        "newest_url": _url(query, before=None) if query.before or query.skip else None,
    }


def _types(query: NotificationListQuery) -> list[dict[str, Any]]:
    everything = {"text": "Every kind", "href": _url(query, type=None), "current": not query.type}
    kinds = [
        {"text": f"{kind.value}s".capitalize(), "href": _url(query, type=kind)}
        | {"current": query.type is kind}
        for kind in NotificationKind
        if kind is not NotificationKind.SYSTEM
    ]
    return [everything, *kinds]


def _url(query: NotificationListQuery, **changes: Any) -> str:  # noqa: ANN401 -- any filter's value
    kept = query.model_dump(mode="json", exclude_defaults=True, exclude={"skip", "before"})
    values = {**kept, **changes}
    text = urlencode({name: value for name, value in values.items() if value})
    return f"/notifications?{text}" if text else "/notifications"
