"""The events pages: list and detail side by side, and what a user does with events."""

import uuid
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from webapp.container import services
from webapp.enums import Category
from webapp.errors import ConflictError, InvalidInputError, NotFoundError
from webapp.extensions import htmx
from webapp.pages import event_urls, wrong_company
from webapp.pages.access import signed_in
from webapp.pages.event_context import detail_context, list_context
from webapp.pages.forms import FormErrors, parse_form
from webapp.pages.htmx import is_fragment, polled, redirect_hx, render, toast
from webapp.schemas.events import EventListQuery, SnoozeInput
from webapp.schemas.feedback import FeedbackInput
from webapp.services.access import Actor, Permission
from webapp.services.event_states import StateChange

bp = Blueprint("events", __name__)

MOST_AT_ONCE = 1000
_CHANGES = "any(read,unread,star,unstar,snooze,unsnooze,done,reopen)"
_WORDS = {
    StateChange.READ: "marked read",
    StateChange.UNREAD: "marked unread",
    StateChange.STAR: "starred",
    StateChange.UNSTAR: "no longer starred",
    StateChange.SNOOZE: "snoozed",
    StateChange.UNSNOOZE: "back in the inbox",
    StateChange.DONE: "done",
    StateChange.REOPEN: "back in the inbox",
}
_LEAVES_LIST = {StateChange.DONE, StateChange.SNOOZE}


@bp.get("/events")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show the list, and beside it the selected event or the first."""
    query, left_out = event_urls.read_filters(request.args)
    context = list_context(actor, query, selected=_selected(request.args.get("sel")))
    context["show_filters"] = request.args.get("filters") == "1"
    page = render_template(
        "events/index.html", categories=list(Category), left_out=left_out, **context
    )
    return page, left_out.status


@bp.get("/events/<uuid:event_id>")
@signed_in(Permission.VIEW)
def detail(actor: Actor, event_id: uuid.UUID) -> ResponseReturnValue:
    """Show one event: the pane of the list for htmx, a page of its own for everybody else."""
    query, _ = event_urls.read_filters(request.args)
    if not is_fragment():
        context = detail_context(actor, event_id, query, view="page")
        return render_template("events/detail.html", **context)
    context = list_context(actor, query, selected=event_id)
    return render_template("events/_opened.html", **context)


@bp.post(f"/events/<uuid:event_id>/<{_CHANGES}:change>")
@signed_in(Permission.CHANGE_OWN_STATE)
def change_one(actor: Actor, event_id: uuid.UUID, change: str) -> ResponseReturnValue:
    """Change one event for the user."""
    wanted = StateChange(change)
    gone = wanted in _LEAVES_LIST
    following = _following(actor, event_id) if gone else event_id
    done = services().events.states.change_many(actor, [event_id], wanted, snooze=_snooze())
    if not done.ids:
        raise NotFoundError("There is no event with this id.")
    if request.values.get("_quiet"):
        return _row(actor, event_id)
    answer = _refreshed(actor, following, is_gone=gone)
    undo_url = _undo_url(wanted, done.stamp, event_id)
    return toast(answer, f"Event {_WORDS[wanted]}.", undo_url)


@bp.post(f"/events/bulk/<{_CHANGES}:change>")
@signed_in(Permission.CHANGE_OWN_STATE)
def change_many(actor: Actor, change: str) -> ResponseReturnValue:
    """Change the ticked events, or with `_all` every one that the filters match."""
    wanted = StateChange(change)
    done = services().events.states.change_many(actor, _ticked(actor), wanted, snooze=_snooze())
    answer = _refreshed(actor, None)
    if not done.ids:
        return toast(answer, "Nothing was selected.", kind="error")
    noun = "event" if len(done.ids) == 1 else "events"
    text = f"{len(done.ids)} {noun} {_WORDS[wanted]}."
    return toast(answer, text, _undo_url(wanted, done.stamp))


@bp.post("/events/undo")
@signed_in(Permission.CHANGE_OWN_STATE)
def undo(actor: Actor) -> ResponseReturnValue:
    """Take one change back, found by the moment that it wrote."""
    try:
        change = StateChange(request.values.get("change", ""))
        stamp = datetime.fromisoformat(request.values.get("at", ""))
    except ValueError:
        raise InvalidInputError.of("at", "This can no longer be undone.") from None
    if stamp.tzinfo is None:
        raise InvalidInputError.of("at", "This can no longer be undone.")
    services().events.states.undo(actor, change, stamp)
    return toast(_refreshed(actor, _selected(request.values.get("_sel"))), "Undone.")


@bp.post("/events/<uuid:event_id>/feedback")
@signed_in(Permission.GIVE_FEEDBACK)
def give_feedback(actor: Actor, event_id: uuid.UUID) -> ResponseReturnValue:
    """Store what the user says of the event; without a verdict take it back."""
    feedback = services().events.feedback
    if not request.form.get("verdict"):
        text = wrong_company.taken_back_in_words(feedback.take_back(actor, event_id))
        return toast(_refreshed(actor, event_id), text)
    try:
        body = parse_form(FeedbackInput, wrong_company.as_fields(request.form))
        given = feedback.give(actor, event_id, body)
    except InvalidInputError as error:
        return _choosing(actor, event_id, errors=FormErrors.of(error)), error.status
    is_hidden = given.exclusion is not None
    answer = _refreshed(actor, event_id, is_gone=is_hidden)
    return toast(answer, wrong_company.given_in_words(given), _feedback_url(event_id, is_hidden))


@bp.get("/events/<uuid:event_id>/wrong-company")
@signed_in(Permission.GIVE_FEEDBACK)
def choose_exclusion(actor: Actor, event_id: uuid.UUID) -> ResponseReturnValue:
    """Offer what could be excluded because of an event that is about another company."""
    return _choosing(actor, event_id, errors=FormErrors())


@bp.get("/events/<uuid:event_id>/insight")
@signed_in(Permission.VIEW)
def insight(actor: Actor, event_id: uuid.UUID) -> ResponseReturnValue:
    """Answer the poll of an insight that is being written with its card; others see the event."""
    query = _filters()
    if not is_fragment():
        return redirect_hx(event_urls.event_url(event_id, query))
    view = "page" if request.values.get("_view") == "page" else "pane"
    return polled(
        render_template("events/insight.html", **detail_context(actor, event_id, query, view=view))
    )


@bp.post("/events/<uuid:event_id>/insight")
@signed_in(Permission.GENERATE_INSIGHTS)
def generate_insight(actor: Actor, event_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for an insight about an event that got none, or one of the rules."""
    try:
        services().insight_requests.ask(actor, event_id)
    except ConflictError as error:
        return toast(_refreshed(actor, event_id), error.detail, kind="error")
    return toast(_refreshed(actor, event_id), "The insight is being written.")


@bp.post("/events/<uuid:event_id>/actions")
@signed_in(Permission.CHANGE_OWN_STATE)
def tick_actions(actor: Actor, event_id: uuid.UUID) -> ResponseReturnValue:
    """Set which recommended actions are ticked."""
    numbers = [int(each) for each in request.form.getlist("action") if each.isdecimal()]
    services().events.states.tick_actions(actor, event_id, numbers)
    return _refreshed(actor, event_id)


def _choosing(actor: Actor, event_id: uuid.UUID, *, errors: FormErrors) -> str:
    context = {
        "event": services().events.detail(actor, event_id).event,
        "choices": wrong_company.choices(services().events.exclusions.propose(actor, event_id)),
        "chosen": request.values.get("_choice", ""),
        "other": request.values.get("_other", ""),
        "errors": errors,
        "from_query": request.values.get("_from", ""),
        "view": request.values.get("_view", "page"),
    }
    return render("events/wrong_company.html", "events/_wrong_company.html", **context)


def _feedback_url(event_id: uuid.UUID, is_hidden: bool) -> str | None:  # noqa: FBT001 -- a fact
    if not is_hidden:
        return None
    kept = {name: request.values[name] for name in ("_from", "_view") if name in request.values}
    return f"/events/{event_id}/feedback?" + urlencode(kept)


def _filters() -> EventListQuery:
    return event_urls.filters_of(request.values.get("_from", ""))


def _selected(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _snooze() -> SnoozeInput:
    names = ("until", "preset")
    given = {name: request.values[name] for name in names if name in request.values}
    return parse_form(SnoozeInput, MultiDict(given))


def _ticked(actor: Actor) -> list[uuid.UUID]:
    if request.values.get("_all"):
        return [*services().events.ids(actor, _filters(), most=MOST_AT_ONCE)]
    found = (_selected(text) for text in request.values.getlist("id")[:MOST_AT_ONCE])
    return [each for each in found if each is not None]


def _following(actor: Actor, event_id: uuid.UUID) -> uuid.UUID | None:
    """Return the event below this one in the list, else the one above: it is looked at next."""
    if not htmx or request.values.get("_view") == "page":
        return None
    rows, _ = services().events.list(actor, _filters())
    ids = [row.event.id for row in rows]
    if event_id not in ids:
        return None
    place = ids.index(event_id)
    near = [*ids[place + 1 : place + 2], *ids[max(place - 1, 0) : place]]
    return near[0] if near else None


def _undo_url(
    change: StateChange, stamp: datetime | None, event_id: uuid.UUID | None = None
) -> str | None:
    if stamp is None:
        return None
    kept = {name: request.values[name] for name in ("_from", "_view") if name in request.values}
    values = {"change": change.value, "at": stamp.isoformat(), **kept}
    return "/events/undo?" + urlencode(values | ({"_sel": str(event_id)} if event_id else {}))


def _row(actor: Actor, event_id: uuid.UUID) -> ResponseReturnValue:
    """Answer a change that nobody asked for aloud: only the row and its mark are drawn anew."""
    try:
        context = detail_context(actor, event_id, _filters(), view="pane")
    except NotFoundError:
        return "", HTTPStatus.NO_CONTENT  # it was hidden while it was looked at
    return render_template(
        "events/_read.html", is_in_list=bool(request.values.get("_row")), **context
    )


def _refreshed(actor: Actor, event_id: uuid.UUID | None, *, is_gone: bool = False) -> AnyResponse:
    """Draw anew what the change may have touched, or lead back where no htmx is at work."""
    query = _filters()
    on_page = request.values.get("_view") == "page"
    if event_id is None or is_gone:
        if on_page or not htmx:
            return redirect_hx(event_urls.list_url(query))
    elif not htmx:
        return redirect_hx(event_urls.event_url(event_id, query))
    elif on_page:
        shown = detail_context(actor, event_id, query, view="page")
        return make_response(render_template("events/_redrawn.html", **shown))
    context = list_context(actor, query, selected=event_id)
    response = make_response(render_template("events/_redrawn.html", **context))
    selected = context["selected_id"]
    response.headers["HX-Replace-Url"] = event_urls.list_url(query, sel=selected)
    return response
