"""Webhooks: the list, the form, one with its deliveries, and a delivery with each try."""

import uuid
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.enums import DeliveryStatus, WebhookEventType
from webapp.errors import AppError, ConflictError, InvalidInputError
from webapp.models import Webhook
from webapp.pages.access import signed_in
from webapp.pages.event_wish_forms import LISTS, stored_wish, typed_wish, wish_context
from webapp.pages.forms import FormErrors, parse_form, usable_query
from webapp.pages.htmx import is_fragment, polled, redirect_hx, toast
from webapp.pages.json_text import pretty
from webapp.schemas.webhooks import (
    CHOOSABLE,
    DEFAULT_OVERLAP_HOURS,
    DeliveryListQuery,
    RotateInput,
    WebhookForm,
    WebhookInput,
    WebhookPatch,
)
from webapp.services.access import Actor, Permission
from webapp.services.webhooks.queries import attempts_of, counts_of, get_delivery, list_deliveries

bp = Blueprint("webhooks", __name__)
_TEXTS = ("name", "url")
_FORM_LISTS = (*LISTS, "event_types")


@bp.get("/business/webhooks")
@signed_in(Permission.ADMINISTER)
def index(actor: Actor) -> ResponseReturnValue:
    """List the webhooks with how they did in the last week."""
    webhooks = services().webhooks.list(actor)
    counts = counts_of(actor, [each.id for each in webhooks])
    return render_template("webhooks/index.html", webhooks=webhooks, counts=counts)


@bp.get("/business/webhooks/new")
@signed_in(Permission.ADMINISTER)
def new(actor: Actor) -> ResponseReturnValue:
    """Show an empty form."""
    values = {"name": "", "url": "", "event_types": [WebhookEventType.EVENT_CREATED.value]}
    return _show_form(actor, values | stored_wish(None), FormErrors(), None)


@bp.post("/business/webhooks")
@signed_in(Permission.ADMINISTER)
def create(actor: Actor) -> ResponseReturnValue:
    """Store a webhook and show its secret, this once."""
    try:
        form = parse_form(WebhookForm, request.form, lists=_FORM_LISTS)
        webhook, secret = services().webhooks.create(actor, WebhookInput(**form.values))
    except (InvalidInputError, ConflictError) as error:
        return _again(actor, error, None)
    return render_template("webhooks/secret.html", webhook=webhook, secret=secret, is_new=True)


@bp.get("/business/webhooks/<uuid:webhook_id>")
@signed_in(Permission.ADMINISTER)
def detail(actor: Actor, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Show one webhook with a page of its deliveries."""
    webhook = services().webhooks.get(actor, webhook_id)
    query, left_out = usable_query(DeliveryListQuery, request.args)
    deliveries, total = list_deliveries(actor, webhook_id, query)
    page = render_template(
        "webhooks/detail.html",
        webhook=webhook,
        deliveries=deliveries,
        total=total,
        query=query,
        counts=counts_of(actor, [webhook_id])[webhook_id],
        statuses=list(DeliveryStatus),
        overlap_hours=DEFAULT_OVERLAP_HOURS,
        left_out=left_out,
    )
    return page, left_out.status


@bp.get("/business/webhooks/<uuid:webhook_id>/edit")
@signed_in(Permission.ADMINISTER)
def edit(actor: Actor, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form of a webhook."""
    webhook = services().webhooks.get(actor, webhook_id)
    values = {name: getattr(webhook, name) for name in (*_TEXTS, "event_types")}
    return _show_form(actor, values | stored_wish(webhook), FormErrors(), webhook)


@bp.post("/business/webhooks/<uuid:webhook_id>/edit")
@signed_in(Permission.ADMINISTER)
def update(actor: Actor, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Store a changed webhook."""
    webhook = services().webhooks.get(actor, webhook_id)
    try:
        form = parse_form(WebhookForm, request.form, lists=_FORM_LISTS)
        services().webhooks.update(actor, webhook_id, WebhookPatch(**form.values))
    except InvalidInputError as error:
        return _again(actor, error, webhook)
    return toast(redirect_hx(_address(webhook_id)), "Saved.")


@bp.post("/business/webhooks/<uuid:webhook_id>/<any(on,off):state>")
@signed_in(Permission.ADMINISTER)
def switch(actor: Actor, webhook_id: uuid.UUID, state: str) -> ResponseReturnValue:
    """Switch a webhook on or off; the toast takes it back."""
    webhook = services().webhooks.switch(actor, webhook_id, is_on=state == "on")
    other = "off" if state == "on" else "on"
    undo = url_for("webhooks.switch", webhook_id=webhook_id, state=other)
    return toast(redirect_hx(_address(webhook_id)), f"“{webhook.name}” is {state}.", undo)


@bp.post("/business/webhooks/<uuid:webhook_id>/secret")
@signed_in(Permission.ADMINISTER)
def rotate(actor: Actor, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Give a webhook a new secret and show it, this once."""
    services().webhooks.get(actor, webhook_id)
    try:
        wish = parse_form(RotateInput, request.form)
    except InvalidInputError as error:
        return toast(redirect_hx(_address(webhook_id)), error.errors[0].message, kind="error")
    webhook, secret = services().webhooks.rotate(actor, webhook_id, hours=wish.overlap_hours)
    return render_template("webhooks/secret.html", webhook=webhook, secret=secret, is_new=False)


@bp.post("/business/webhooks/<uuid:webhook_id>/test")
@signed_in(Permission.ADMINISTER)
def send_test(actor: Actor, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Send a test and lead to what comes back."""
    delivery = services().webhooks.send_test(actor, webhook_id)
    return redirect_hx(_delivery_address(webhook_id, delivery.id))


@bp.get("/business/webhooks/<uuid:webhook_id>/delete")
@signed_in(Permission.ADMINISTER)
def confirm_delete(actor: Actor, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Ask before deleting."""
    webhook = services().webhooks.get(actor, webhook_id)
    return render_template("webhooks/delete.html", webhook=webhook)


@bp.post("/business/webhooks/<uuid:webhook_id>/delete")
@signed_in(Permission.ADMINISTER)
def delete(actor: Actor, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Delete a webhook with its deliveries."""
    name = services().webhooks.delete(actor, webhook_id)
    return toast(redirect_hx(url_for("webhooks.index")), f"“{name}” was deleted.")


@bp.get("/business/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>")
@signed_in(Permission.ADMINISTER)
def delivery(actor: Actor, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> ResponseReturnValue:
    """Show one delivery; htmx asks for the same address again while it waits to be tried."""
    found = get_delivery(actor, webhook_id, delivery_id)
    context: dict[str, Any] = {
        "webhook": services().webhooks.get(actor, webhook_id),
        "delivery": found,
        "attempts": attempts_of(found),
        "is_poll": is_fragment(),
        "payload": pretty(found.payload)[0],
    }
    if is_fragment():
        return polled(render_template("webhooks/_delivery.html", **context))
    return render_template("webhooks/delivery.html", **context)


@bp.post("/business/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay")
@signed_in(Permission.ADMINISTER)
def replay(actor: Actor, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> ResponseReturnValue:
    """Send a message again."""
    back = redirect_hx(_delivery_address(webhook_id, delivery_id))
    try:
        services().webhooks.replay(actor, webhook_id, delivery_id)
    except ConflictError as error:
        return toast(back, error.detail, kind="error")
    return toast(back, "It is sent again, under the same id.")


@bp.post("/business/webhooks/<uuid:webhook_id>/replay-failed")
@signed_in(Permission.ADMINISTER)
def replay_failed(actor: Actor, webhook_id: uuid.UUID) -> ResponseReturnValue:
    """Send again what failed."""
    back = redirect_hx(_address(webhook_id))
    try:
        number = services().webhooks.replay_failed(actor, webhook_id)
    except ConflictError as error:
        return toast(back, error.detail, kind="error")
    text = "1 message is sent again." if number == 1 else f"{number} messages are sent again."
    return toast(back, text)


def _again(actor: Actor, error: AppError, webhook: Webhook | None) -> ResponseReturnValue:
    """Show the form with everything as it was typed."""
    typed = {name: request.form.get(name, "") for name in _TEXTS}
    values = {**typed, "event_types": request.form.getlist("event_types"), **typed_wish()}
    if isinstance(error, InvalidInputError):
        errors = FormErrors.of(error)
    else:
        errors = FormErrors({"name": error.detail})
    return _show_form(actor, values, errors, webhook), error.status


def _show_form(
    actor: Actor, values: dict[str, Any], errors: FormErrors, webhook: Webhook | None
) -> str:
    return render_template(
        "webhooks/form.html",
        webhook=webhook,
        kinds=[each.value for each in CHOOSABLE],
        action=request.path if webhook else url_for("webhooks.create"),
        **wish_context(actor, values, errors),
    )


def _address(webhook_id: uuid.UUID) -> str:
    return url_for("webhooks.detail", webhook_id=webhook_id)


def _delivery_address(webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> str:
    return url_for("webhooks.delivery", webhook_id=webhook_id, delivery_id=delivery_id)
