"""Chats: the team's channels for admins, and everybody's own one beside the preferences."""

import uuid
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.errors import AppError, ConflictError, InvalidInputError
from webapp.models import ChatChannel
from webapp.pages.access import signed_in
from webapp.pages.event_wish_forms import LISTS, stored_wish, typed_wish, wish_context
from webapp.pages.forms import FormErrors, parse_form, usable_query
from webapp.pages.htmx import is_fragment, polled, redirect_hx, toast
from webapp.schemas.base import PageQuery
from webapp.schemas.chats import ChatEditForm, ChatForm, ChatInput, ChatPatch, OwnChatInput
from webapp.services.access import Actor, Permission

bp = Blueprint("chats", __name__)


@bp.get("/business/chats")
@signed_in(Permission.ADMINISTER)
def index(actor: Actor) -> ResponseReturnValue:
    """List the team's channels."""
    return render_template("chats/index.html", channels=services().chats.list(actor))


@bp.get("/business/chats/new")
@signed_in(Permission.ADMINISTER)
def new(actor: Actor) -> ResponseReturnValue:
    """Show an empty form."""
    return _show_form(actor, {"name": "", "address": ""} | stored_wish(None), FormErrors(), None)


@bp.post("/business/chats")
@signed_in(Permission.ADMINISTER)
def create(actor: Actor) -> ResponseReturnValue:
    """Store a channel of the team's."""
    try:
        form = parse_form(ChatForm, request.form, lists=LISTS)
        channel = services().chats.create(actor, ChatInput(**form.values))
    except (InvalidInputError, ConflictError) as error:
        return _again(actor, error, None)
    return toast(redirect_hx(_address(channel.id)), f"“{channel.name}” was added.")


@bp.get("/business/chats/<uuid:channel_id>")
@signed_in(Permission.ADMINISTER)
def detail(actor: Actor, channel_id: uuid.UUID) -> ResponseReturnValue:
    """Show one channel with a page of its messages; htmx asks again while one waits."""
    return _show(actor, services().chats.get(actor, channel_id), "chats/detail.html")


@bp.get("/business/chats/<uuid:channel_id>/edit")
@signed_in(Permission.ADMINISTER)
def edit(actor: Actor, channel_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form of a channel; its address is not shown."""
    channel = services().chats.get(actor, channel_id)
    values = {"name": channel.name, "address": ""} | stored_wish(channel)
    return _show_form(actor, values, FormErrors(), channel)


@bp.post("/business/chats/<uuid:channel_id>/edit")
@signed_in(Permission.ADMINISTER)
def update(actor: Actor, channel_id: uuid.UUID) -> ResponseReturnValue:
    """Store a changed channel."""
    channel = services().chats.get(actor, channel_id)
    try:
        form = parse_form(ChatEditForm, request.form, lists=LISTS)
        services().chats.update(actor, channel_id, ChatPatch(**form.values))
    except InvalidInputError as error:
        return _again(actor, error, channel)
    return toast(redirect_hx(_address(channel_id)), "Saved.")


@bp.post("/business/chats/<uuid:channel_id>/<any(on,off):state>")
@signed_in(Permission.ADMINISTER)
def switch(actor: Actor, channel_id: uuid.UUID, state: str) -> ResponseReturnValue:
    """Switch a channel on or off; the toast takes it back."""
    patch = ChatPatch(is_active=state == "on")
    channel = services().chats.update(actor, channel_id, patch)
    other = "off" if state == "on" else "on"
    undo = url_for("chats.switch", channel_id=channel_id, state=other)
    return toast(redirect_hx(_address(channel_id)), f"“{channel.name}” is {state}.", undo)


@bp.post("/business/chats/<uuid:channel_id>/test")
@signed_in(Permission.ADMINISTER)
def send_test(actor: Actor, channel_id: uuid.UUID) -> ResponseReturnValue:
    """Post a test and lead to what comes of it."""
    services().chats.send_test(actor, services().chats.get(actor, channel_id))
    return redirect_hx(_address(channel_id))


@bp.get("/business/chats/<uuid:channel_id>/delete")
@signed_in(Permission.ADMINISTER)
def confirm_delete(actor: Actor, channel_id: uuid.UUID) -> ResponseReturnValue:
    """Ask before deleting."""
    return render_template("chats/delete.html", channel=services().chats.get(actor, channel_id))


@bp.post("/business/chats/<uuid:channel_id>/delete")
@signed_in(Permission.ADMINISTER)
def delete(actor: Actor, channel_id: uuid.UUID) -> ResponseReturnValue:
    """Delete a channel with its messages."""
    name = services().chats.delete(actor, channel_id)
    return toast(redirect_hx(url_for("chats.index")), f"“{name}” was deleted.")


@bp.get("/preferences/chat")
@signed_in(Permission.VIEW)
def own(actor: Actor) -> ResponseReturnValue:
    """Show the viewer's own chat, or how to set one up."""
    return _show(actor, services().chats.mine(actor), "chats/own.html")


@bp.post("/preferences/chat")
@signed_in(Permission.CHANGE_OWN_STATE)
def save_own(actor: Actor) -> ResponseReturnValue:
    """Set where the viewer's own messages go."""
    try:
        services().chats.save_mine(actor, parse_form(OwnChatInput, request.form))
    except InvalidInputError as error:
        typed, errors = request.form.get("address", ""), FormErrors.of(error)
        page = _show(
            actor, services().chats.mine(actor), "chats/own.html", typed=typed, errors=errors
        )
        return make_response(page, error.status)
    return toast(redirect_hx(url_for("chats.own")), "Saved. Send a test to see it arrive.")


@bp.post("/preferences/chat/<any(on,off,test,delete):act>")
@signed_in(Permission.CHANGE_OWN_STATE)
def act_on_own(actor: Actor, act: str) -> ResponseReturnValue:
    """Switch the viewer's own chat on or off, test it, or forget it."""
    chats, back = services().chats, redirect_hx(url_for("chats.own"))
    if act == "test":
        chats.send_test(actor, chats.my_own(actor))
        return back
    if act == "delete":
        chats.delete_mine(actor)
        return toast(back, "Your chat was forgotten.")
    chats.switch_mine(actor, is_on=act == "on")
    undo = url_for("chats.act_on_own", act="off" if act == "on" else "on")
    return toast(back, f"Your chat is {act}.", undo)


def _show(
    actor: Actor,
    channel: ChatChannel | None,
    template: str,
    *,
    typed: str = "",
    errors: FormErrors | None = None,
) -> str | Response:
    query, _ = usable_query(PageQuery, request.args)
    messages, total = services().chats.messages(actor, channel, query) if channel else ([], 0)
    context = {"channel": channel, "messages": messages, "total": total, "query": query}
    if is_fragment() and request.method == "GET":
        return polled(render_template("chats/_messages.html", **context))
    return render_template(template, typed=typed, errors=errors or FormErrors(), **context)


def _again(actor: Actor, error: AppError, channel: ChatChannel | None) -> ResponseReturnValue:
    """Show the form with everything as it was typed."""
    values = {name: request.form.get(name, "") for name in ("name", "address")} | typed_wish()
    if isinstance(error, InvalidInputError):
        errors = FormErrors.of(error)
    else:
        errors = FormErrors({"name": error.detail})
    return _show_form(actor, values, errors, channel), error.status


def _show_form(
    actor: Actor, values: dict[str, Any], errors: FormErrors, channel: ChatChannel | None
) -> str:
    return render_template(
        "chats/form.html",
        channel=channel,
        action=request.path if channel else url_for("chats.create"),
        **wish_context(actor, values, errors),
    )


def _address(channel_id: uuid.UUID) -> str:
    return url_for("chats.detail", channel_id=channel_id)
