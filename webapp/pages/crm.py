"""The CRMs of a business: whether they answer, and which account is whose."""

import uuid

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.enums import CRMName
from webapp.errors import ConflictError, InvalidInputError
from webapp.pages.access import signed_in
from webapp.pages.formatting import plural
from webapp.pages.forms import usable_query
from webapp.pages.htmx import redirect_hx, toast
from webapp.schemas.crm import MatchListQuery
from webapp.services.access import Actor, Permission
from webapp.services.client_crm import Pick
from webapp.services.provider_names import label_of

bp = Blueprint("crm", __name__)
MOST_PICKS = 200


@bp.get("/crm")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show the CRMs and the clients for whom somebody should choose an account."""
    query, left_out = usable_query(MatchListQuery, request.args)
    waiting, total = services().crm.matches.open(actor, skip=query.skip, limit=query.limit)
    page = render_template(
        "crm/index.html",
        query=query,
        left_out=left_out,
        waiting=waiting,
        total=total,
        providers=services().status.crms(actor),
        can_edit=actor.can(Permission.EDIT_CLIENTS),
        may_check=actor.can(Permission.ADMINISTER),
    )
    return page, left_out.status


@bp.post("/crm/confirm")
@signed_in(Permission.EDIT_CLIENTS)
def confirm(actor: Actor) -> ResponseReturnValue:
    """Keep all accounts that were ticked."""
    picks = [_pick(each) for each in request.form.getlist("pick")[:MOST_PICKS]]
    back = redirect_hx(url_for("crm.index"))
    if not picks:
        return toast(back, "Tick the accounts first.", kind="error")
    done = services().client_crm.confirm_many(actor, picks)
    told = f"{plural(done.confirmed, 'account')} kept."
    if not done.problems:
        return toast(back, told)
    return toast(back, " ".join((told, *done.problems[:3])), kind="error")


@bp.post("/crm/<provider>/check")
@signed_in(Permission.ADMINISTER)
def check(actor: Actor, provider: str) -> ResponseReturnValue:
    """Try whether a CRM answers."""
    back = redirect_hx(url_for("crm.index"))
    try:
        checked = services().client_crm.check(actor, provider)
    except ConflictError as error:
        return toast(back, f"{label_of(provider)}: {error.detail}", kind="error")
    hidden = f" It does not show: {', '.join(checked.not_shown)}." if checked.not_shown else ""
    return toast(back, f"{label_of(provider)} answers ({checked.account}).{hidden}")


def _pick(value: str) -> Pick:
    """Read a ticked box: client, CRM and account."""
    client_id, _, rest = value.partition(" ")
    provider, _, account_id = rest.partition(" ")
    try:
        return Pick(uuid.UUID(client_id), CRMName(provider), account_id)
    except ValueError:
        raise InvalidInputError.of("pick", "There is no such account.") from None
