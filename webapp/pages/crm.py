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
from webapp.schemas.crm_accounts import AccountListQuery
from webapp.services.access import Actor, Permission
from webapp.services.client_crm import Pick
from webapp.services.crm_csv import COLUMNS
from webapp.services.crm_import import CrmImportReport
from webapp.services.csv_table import decoded
from webapp.services.provider_names import label_of

bp = Blueprint("crm", __name__)
MOST_PICKS = 200
MOST_KEPT = 200_000
"""Bytes of a checked file that the form brings back."""


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
        imported=services().crm_accounts.summary(actor),
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


@bp.get("/crm/accounts")
@signed_in(Permission.VIEW)
def accounts(actor: Actor) -> ResponseReturnValue:
    """List the imported accounts."""
    query, left_out = usable_query(AccountListQuery, request.args)
    rows, total = services().crm_accounts.list(actor, query)
    page = render_template(
        "crm/accounts.html",
        rows=rows,
        total=total,
        query=query,
        left_out=left_out,
        can_edit=actor.can(Permission.EDIT_CLIENTS),
    )
    return page, left_out.status


@bp.post("/crm/accounts/<uuid:account_id>/remove")
@signed_in(Permission.EDIT_CLIENTS)
def remove_account(actor: Actor, account_id: uuid.UUID) -> ResponseReturnValue:
    """Take one imported account out."""
    services().crm_accounts.remove(actor, account_id)
    return toast(redirect_hx(url_for("crm.accounts")), "The account was taken out.")


@bp.post("/crm/accounts/remove")
@signed_in(Permission.EDIT_CLIENTS)
def remove_accounts(actor: Actor) -> ResponseReturnValue:
    """Take all imported accounts out."""
    removed = services().crm_accounts.remove_all(actor)
    return toast(redirect_hx(url_for("crm.index")), f"{plural(removed, 'account')} taken out.")


@bp.get("/crm/import")
@signed_in(Permission.EDIT_CLIENTS)
def show_import(actor: Actor) -> ResponseReturnValue:  # noqa: ARG001 -- the decorator's contract
    """Show where to put a file."""
    return _show_import(None, "", "")


@bp.post("/crm/import")
@signed_in(Permission.EDIT_CLIENTS)
def run_import(actor: Actor) -> ResponseReturnValue:
    """Import a file or pasted lines, or only say what would happen; show what came of it."""
    uploaded, pasted = request.files.get("_file"), request.form.get("_text", "")
    name = uploaded.filename if uploaded and uploaded.filename else None
    data = uploaded.read() if uploaded and name else pasted.encode(errors="replace")
    if not data.strip():
        return _show_import(None, pasted, "Choose a file, or paste its lines."), 422
    is_check = "_dry_run" in request.form
    try:
        report = services().crm_import.run(actor, data, dry_run=is_check, file_name=name)
    except InvalidInputError as error:
        return _show_import(None, pasted, error.detail), error.status
    return _show_import(report, _kept(data) if is_check else "", "")


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


def _show_import(report: CrmImportReport | None, pasted: str, error: str) -> str:
    return render_template(
        "crm/import.html", report=report, pasted=pasted, error=error, columns=COLUMNS
    )


def _kept(data: bytes) -> str:
    """Return a checked file as lines for the form, so that it need not be chosen again."""
    return decoded(data) if len(data) <= MOST_KEPT else ""
