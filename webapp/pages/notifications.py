"""The inbox: what the system told the user, by day."""

import uuid
from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from webapp import clock
from webapp.container import services
from webapp.enums import NotificationKind
from webapp.errors import InvalidInputError
from webapp.extensions import htmx
from webapp.models import Notification
from webapp.pages.access import signed_in
from webapp.pages.forms import parse_form, usable_query
from webapp.pages.htmx import polled, redirect_hx, toast
from webapp.schemas.events import SnoozeInput
from webapp.schemas.notifications import NotificationListQuery, NotificationView
from webapp.services.access import Actor, Permission

bp = Blueprint("notifications", __name__)

_VIEWS = (
    (NotificationView.INBOX, "Inbox"),
    (NotificationView.UNREAD, "Unread"),
    (NotificationView.SNOOZED, "Snoozed"),
    (NotificationView.DONE, "Done"),
    (NotificationView.ALL, "All"),
)
_CHANGES = "any(read,unread,snooze,unsnooze,done,reopen)"
_WORDS = {
    "read": ("Marked read.", "unread"),
    "unread": ("Marked unread.", "read"),
    "snooze": ("Snoozed.", "unsnooze"),
    "unsnooze": ("Back in the inbox.", None),
    "done": ("Done.", "reopen"),
    "reopen": ("Back in the inbox.", "done"),
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
    _change(change)(actor, notification_id)
    text, back = _WORDS[change]
    undo_url = back and f"/notifications/{notification_id}/{back}?{_carried()}"
    return toast(_refreshed(actor), text, undo_url)


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


@bp.post("/notifications/read-all")
@signed_in(Permission.CHANGE_OWN_STATE)
def read_all(actor: Actor) -> ResponseReturnValue:
    """Mark everything in the inbox read."""
    stamp = clock.now()
    count = services().notifications.read_all(actor, stamp=stamp)
    undo_url = "/notifications/undo-read-all?" + urlencode({"at": stamp.isoformat()})
    text = f"{count} marked read." if count else "Nothing was unread."
    return toast(_refreshed(actor), text, undo_url if count else None)


@bp.post("/notifications/undo-read-all")
@signed_in(Permission.CHANGE_OWN_STATE)
def undo_read_all(actor: Actor) -> ResponseReturnValue:
    """Take one "mark all read" back, found by its moment."""
    try:
        stamp = datetime.fromisoformat(request.values.get("at", ""))
    except ValueError:
        stamp = None
    if stamp is None or stamp.tzinfo is None:
        raise InvalidInputError.of("at", "This can no longer be undone.")
    services().notifications.undo_read_all(actor, stamp)
    return toast(_refreshed(actor), "Undone.")


def _change(name: str) -> Callable[[Actor, uuid.UUID], Notification]:
    inbox = services().notifications
    plain: dict[str, Callable[[Actor, uuid.UUID], Notification]] = {
        "read": inbox.mark_read,
        "unread": inbox.mark_unread,
        "snooze": lambda actor, each: inbox.snooze(actor, each, _snooze()),
        "unsnooze": inbox.unsnooze,
        "done": inbox.done,
        "reopen": inbox.reopen,
    }
    return plain[name]


def _snooze() -> SnoozeInput:
    names = ("until", "preset")
    given = {name: request.values[name] for name in names if name in request.values}
    return parse_form(SnoozeInput, MultiDict(given))


def _carried() -> str:
    return urlencode({name: request.values.get(name, "") for name in ("_view", "_type")})


def _refreshed(actor: Actor) -> AnyResponse:
    """Draw the list anew in the view that the form came from, or go back to it."""
    carried = {"view": request.values.get("_view", ""), "type": request.values.get("_type", "")}
    args = MultiDict({name: value for name, value in carried.items() if value})
    if not htmx:
        return redirect_hx("/notifications" + (f"?{urlencode(args)}" if args else ""))
    query, _ = usable_query(NotificationListQuery, args)
    return make_response(render_template("notifications/_redrawn.html", **_context(actor, query)))


def _context(actor: Actor, query: NotificationListQuery) -> dict[str, Any]:
    rows, total = services().notifications.list(actor, query)
    zone = ZoneInfo(actor.zone)
    days = groupby(rows, key=lambda row: row.created_at.astimezone(zone).date())
    return {
        "query": query,
        "days": [(day, list(items)) for day, items in days],
        "total": total,
        "unread": services().notifications.unread_count(actor),
        "views": [(_url(query, view=view), text, view is query.view) for view, text in _VIEWS],
        "types": _types(query),
        "page_url": lambda skip: _url(query, skip=skip),
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
    values = {**query.model_dump(mode="json", exclude_defaults=True), "skip": None, **changes}
    text = urlencode({name: value for name, value in values.items() if value})
    return f"/notifications?{text}" if text else "/notifications"
