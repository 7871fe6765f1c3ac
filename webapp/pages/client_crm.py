"""A client's CRM card: asking anew, and saying which account is the client's."""

import uuid

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.errors import AppError
from webapp.pages.access import signed_in
from webapp.pages.forms import parse_form
from webapp.pages.htmx import is_fragment, redirect_hx, toast
from webapp.schemas.crm import AccountInput
from webapp.services.access import Actor, Permission
from webapp.services.client_crm import ClientCrm

bp = Blueprint("client_crm", __name__, url_prefix="/clients/<uuid:client_id>/crm")


@bp.post("/refresh")
@signed_in(Permission.EDIT_CLIENTS)
def refresh(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the CRM now."""
    found = services().client_crm.refresh(actor, client_id)
    return _answer(actor, found, _refreshed(found))


@bp.post("/confirm")
@signed_in(Permission.EDIT_CLIENTS)
def confirm(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Keep an account as the client's."""
    given = parse_form(AccountInput, request.form)
    try:
        found = services().client_crm.confirm(
            actor, client_id, provider=given.provider, account_id=given.account_id
        )
    except AppError as error:
        found = services().client_crm.view(actor, client_id)
        return _answer(actor, found, error.detail, kind="error")
    return _answer(actor, found, "The account is kept as this client's.")


@bp.post("/reject")
@signed_in(Permission.EDIT_CLIENTS)
def reject(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Rule an account out."""
    given = parse_form(AccountInput, request.form)
    found = services().client_crm.reject(
        actor, client_id, provider=given.provider, account_id=given.account_id
    )
    return _answer(actor, found, "That account is not proposed for this client again.")


@bp.post("/reopen")
@signed_in(Permission.EDIT_CLIENTS)
def reopen(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Forget the account and all decisions on it."""
    found = services().client_crm.reopen(actor, client_id)
    return _answer(actor, found, "The account is looked for anew at the next run, or now.")


@bp.post("/adopt")
@signed_in(Permission.EDIT_CLIENTS)
def adopt(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Take the CRM's figures over into the client."""
    services().client_crm.adopt(actor, client_id)
    address = url_for("clients.detail", client_id=client_id)
    return toast(redirect_hx(address), "The client has the CRM's figures now.")


def _refreshed(found: ClientCrm) -> str:
    if found.trouble:
        return f"The CRM could not be asked: {found.trouble}"
    if found.facts is None:
        return "The CRM has no account that is surely this client's."
    return "The CRM has answered."


def _answer(actor: Actor, found: ClientCrm, text: str, *, kind: str = "ok") -> ResponseReturnValue:
    """Show the card alone to htmx; lead everybody else back to where they came from."""
    if is_fragment():
        can_edit = actor.can(Permission.EDIT_CLIENTS)
        card = render_template("clients/_crm.html", crm=found, can_edit=can_edit)
        return toast(card, text, kind=kind)
    back = url_for("crm.index") if request.form.get("_from") == "crm" else None
    address = back or url_for("clients.detail", client_id=found.client_id)
    return toast(redirect_hx(address), text, kind=kind)
