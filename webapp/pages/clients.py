"""Clients: the list, one client with its coverage, its form, and many at once by CSV."""

import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.container import services
from webapp.enums import ClientTier
from webapp.errors import AppError, ConflictError, InvalidInputError
from webapp.models import Client
from webapp.pages import client_forms
from webapp.pages.access import signed_in
from webapp.pages.client_forms import ClientForm, InputT
from webapp.pages.formatting import plural
from webapp.pages.forms import FormErrors, parse_query, usable_query
from webapp.pages.htmx import redirect_hx, render, toast
from webapp.pages.raw_data_view import OUTCOMES
from webapp.schemas.base import PageQuery
from webapp.schemas.clients import ClientInput, ClientListQuery, ClientPatch, ClientSort
from webapp.schemas.events import EventListQuery
from webapp.services import client_queries
from webapp.services.access import Actor, Permission
from webapp.services.client_import import ImportReport
from webapp.services.client_queries import ClientFigures
from webapp.services.coverage_days import last_days
from webapp.services.coverage_words import STATES
from webapp.services.feedback_history import opinions_of_client

bp = Blueprint("clients", __name__)
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for the machine's own encoding."""
RECENT_EVENTS = 8
RECENT_OPINIONS = 6
COVERED_DAYS = 30


@dataclass(frozen=True)
class ClientRow:
    """One line of the list."""

    client: Client
    owners: list[str]
    figures: ClientFigures


@bp.get("/clients")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """List the clients that the address asks for."""
    query, left_out = usable_query(ClientListQuery, request.args)
    found, total = services().clients.list(actor, query)
    ids = [each.id for each in found]
    owners, figures = client_queries.owner_names(ids), client_queries.figures(ids)
    page = render(
        "clients/index.html",
        "clients/_list.html",
        rows=[
            ClientRow(each, owners.get(each.id, []), figures.get(each.id, ClientFigures()))
            for each in found
        ],
        total=total,
        query=query,
        counts=client_queries.counts(actor),
        tiers=list(ClientTier),
        sorts=list(ClientSort),
        today=clock.now().astimezone(ZoneInfo(actor.zone)).date(),
        can_edit=actor.can(Permission.EDIT_CLIENTS),
        left_out=left_out,
    )
    return page, left_out.status


@bp.get("/clients/new")
@signed_in(Permission.EDIT_CLIENTS)
def new(actor: Actor) -> ResponseReturnValue:
    """Show an empty form."""
    return _show_form(actor, ClientForm(client_forms.fresh(actor)), None)


@bp.post("/clients/new")
@signed_in(Permission.EDIT_CLIENTS)
def create(actor: Actor) -> ResponseReturnValue:
    """Store a new client, or only look at its feeds where that was asked for."""
    if "_check" in request.form:
        return _show_checked(actor, None)
    try:
        client = services().clients.create(actor, _read(actor, ClientInput, None))
    except (InvalidInputError, ConflictError) as error:
        return _show_again(actor, error, None)
    return toast(redirect_hx(_address(client)), f"“{client.name}” was added.")


@bp.get("/clients/<uuid:client_id>")
@signed_in(Permission.VIEW)
def detail(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Show one client: who it is, what happened, where it was looked for."""
    client = services().clients.get(actor, client_id)
    days = last_days(COVERED_DAYS, actor.zone)
    covered = services().coverage.of_client(actor, client_id, days)
    wanted = EventListQuery(client_id=client_id, limit=RECENT_EVENTS)
    events, total = services().events.list(actor, wanted)
    latest = PageQuery(limit=RECENT_OPINIONS)
    opinions, opinions_total = opinions_of_client(actor, client_id, latest)
    return render_template(
        "clients/detail.html",
        client=client,
        covered=covered,
        covered_from=days.start_date,
        outcome_names=OUTCOMES,
        coverage_states=STATES,
        events=events,
        events_total=total,
        opinions=opinions,
        opinions_total=opinions_total,
        owners=client_queries.owner_names([client_id]).get(client_id, []),
        crm=services().client_crm.view(actor, client_id),
        exclusions=services().events.exclusions.for_client(actor, client_id),
        today=clock.now().astimezone(ZoneInfo(actor.zone)).date(),
        can_edit=actor.can(Permission.EDIT_CLIENTS),
        can_undo=actor.can(Permission.GIVE_FEEDBACK),
    )


@bp.get("/clients/<uuid:client_id>/feedback")
@signed_in(Permission.VIEW)
def opinions(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """List everything that the team said of one client's events."""
    client = services().clients.get(actor, client_id)
    query, _ = usable_query(PageQuery, request.args)
    found, total = opinions_of_client(actor, client_id, query)
    return render_template(
        "clients/opinions.html", client=client, opinions=found, total=total, query=query
    )


@bp.get("/clients/<uuid:client_id>/edit")
@signed_in(Permission.EDIT_CLIENTS)
def edit(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form of a client."""
    client = services().clients.get(actor, client_id)
    return _show_form(actor, ClientForm(client_forms.stored(client)), client)


@bp.post("/clients/<uuid:client_id>/edit")
@signed_in(Permission.EDIT_CLIENTS)
def update(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Store a changed client, or only look at its feeds where that was asked for."""
    client = services().clients.get(actor, client_id)
    if "_check" in request.form:
        return _show_checked(actor, client)
    try:
        saved = services().clients.save(actor, client_id, _read(actor, ClientPatch, client))
    except (InvalidInputError, ConflictError) as error:
        return _show_again(actor, error, client)
    text = f"“{saved.client.name}” was saved."
    if saved.reopened:
        finds = plural(saved.reopened, "earlier find")
        text += f" {finds} will be looked at again at the next run."
    return toast(redirect_hx(_address(saved.client)), text)


@bp.post("/clients/check-feeds")
@signed_in(Permission.EDIT_CLIENTS)
def check_feeds(actor: Actor) -> ResponseReturnValue:
    """Say of each address in the form what is there."""
    addresses = client_forms.feeds_to_check(request.form)
    reports = services().clients.check_feeds(actor, addresses)
    return render_template("clients/_feeds.html", reports=reports)


@bp.post("/clients/<uuid:client_id>/archive")
@signed_in(Permission.EDIT_CLIENTS)
def archive(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Stop watching a client."""
    client = services().clients.archive(actor, client_id)
    return toast(redirect_hx(_address(client)), f"“{client.name}” is archived.")


@bp.post("/clients/<uuid:client_id>/restore")
@signed_in(Permission.EDIT_CLIENTS)
def restore(actor: Actor, client_id: uuid.UUID) -> ResponseReturnValue:
    """Watch an archived client again."""
    client = services().clients.restore(actor, client_id)
    return toast(redirect_hx(_address(client)), f"“{client.name}” is watched again.")


@bp.post("/clients/<uuid:client_id>/exclusions/<uuid:exclusion_id>/undo")
@signed_in(Permission.GIVE_FEEDBACK)
def undo_exclusion(
    actor: Actor, client_id: uuid.UUID, exclusion_id: uuid.UUID
) -> ResponseReturnValue:
    """Forget what a "wrong company" taught; the events that it hid come back."""
    undone = services().events.exclusions.undo(actor, exclusion_id, client_id=client_id)
    back = f" {plural(undone.restored, 'event')} came back." if undone.restored else ""
    text = f"“{undone.exclusion.value}” counts again.{back}"
    return toast(redirect_hx(url_for("clients.detail", client_id=client_id)), text)


@bp.get("/clients/export.csv")
@signed_in(Permission.VIEW)
def export(actor: Actor) -> ResponseReturnValue:
    """Send all clients that the list's filters find, for a spreadsheet."""
    lines = services().clients.exporting.lines(actor, parse_query(ClientListQuery, request.args))
    text = (part for source in ([BYTE_ORDER_MARK], lines) for part in source)
    headers = {"Content-Disposition": "attachment; filename=clients.csv"}
    return Response(stream_with_context(text), mimetype="text/csv", headers=headers)


@bp.get("/clients/import")
@signed_in(Permission.EDIT_CLIENTS)
def show_import(actor: Actor) -> ResponseReturnValue:  # noqa: ARG001 -- the decorator's contract
    """Show where to put a file."""
    return _show_import(None, "", "")


@bp.post("/clients/import")
@signed_in(Permission.EDIT_CLIENTS)
def run_import(actor: Actor) -> ResponseReturnValue:
    """Import a file or pasted lines, or only say what would happen; show what came of it."""
    uploaded, pasted = request.files.get("_file"), request.form.get("_text", "")
    data = uploaded.read() if uploaded and uploaded.filename else pasted.encode(errors="replace")
    if not data.strip():
        return _show_import(None, pasted, "Choose a file, or paste its lines."), 422
    try:
        report = services().clients.importing.run(actor, data, dry_run="_dry_run" in request.form)
    except InvalidInputError as error:
        return _show_import(None, pasted, error.detail), error.status
    return _show_import(report, pasted, "")


def _show_import(report: ImportReport | None, pasted: str, error: str) -> str:
    return render_template("clients/import.html", report=report, pasted=pasted, error=error)


def _address(client: Client) -> str:
    return url_for("clients.detail", client_id=client.id)


def _read(actor: Actor, schema: type[InputT], client: Client | None) -> InputT:
    """Read the posted client; where that fails, look at the rest of it too, to tell all at once."""
    try:
        return client_forms.read(schema, request.form)
    except InvalidInputError as error:
        rest = client_forms.sound_part(request.form, error)
        client_id = None if client is None else client.id
        more = services().clients.problems(actor, rest, client_id=client_id)
        raise InvalidInputError.of_all([*error.errors, *more]) from None


def _show_again(actor: Actor, error: AppError, client: Client | None) -> ResponseReturnValue:
    values = client_forms.typed(request.form)
    errors = FormErrors.of(InvalidInputError.of_all(client_forms.in_order(error.errors)))
    return _show_form(actor, ClientForm(values, errors), client), errors.status


def _show_checked(actor: Actor, client: Client | None) -> str:
    """Show the form as it was typed, with what is at each feed's address; nothing is stored."""
    addresses = client_forms.feeds_to_check(request.form)
    reports = services().clients.check_feeds(actor, addresses)
    form = ClientForm(client_forms.typed(request.form), reports=reports)
    return _show_form(actor, form, client)


def _show_form(actor: Actor, form: ClientForm, client: Client | None) -> str:
    return render(
        "clients/form.html",
        "clients/_form.html",
        form=form,
        client=client,
        people=[(str(each.id), each.name) for each in client_queries.people(actor, client)],
        tiers=list(ClientTier),
        action=request.path,
    )
