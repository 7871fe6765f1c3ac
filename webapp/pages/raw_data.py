"""Raw data: what the sources sent, what became of it and why, and judging it once more."""

import uuid

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.enums import Provenance
from webapp.errors import InvalidInputError
from webapp.pages import raw_data_view
from webapp.pages.access import signed_in
from webapp.pages.formatting import plural
from webapp.pages.forms import parse_form, usable_query
from webapp.pages.htmx import redirect_hx, render, toast
from webapp.pages.json_text import pretty
from webapp.schemas.raw_data import RawDataListQuery, ReprocessInput
from webapp.services import client_queries
from webapp.services.access import Actor, Permission
from webapp.services.coverage_words import LABELS
from webapp.services.raw_data_queries import state_of

bp = Blueprint("raw_data", __name__)


@bp.get("/raw-data")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """List the found items that the address asks for."""
    query, left_out = usable_query(RawDataListQuery, request.args)
    reading = services().raw_data_reading
    rows, total = reading.list(actor, query)
    counts = reading.counts(actor, query)
    link = raw_data_view.links(query)
    page = render(
        "raw_data/index.html",
        "raw_data/_list.html",
        rows=rows,
        total=total,
        query=query,
        link=link,
        is_filtered=raw_data_view.is_filtered(query),
        **raw_data_view.carried(query),
        chips=raw_data_view.chips(query, counts, link),
        offer=raw_data_view.offer(query, counts),
        can_run=actor.can(Permission.RUN_SCHEDULES),
        clients=client_queries.names(actor),
        event_titles=reading.event_titles(actor, rows),
        states=raw_data_view.STATES,
        state_of=state_of,
        sources=LABELS,
        origins=list(Provenance),
        left_out=left_out,
    )
    return page, left_out.status


@bp.get("/raw-data/<uuid:raw_id>")
@signed_in(Permission.VIEW)
def detail(actor: Actor, raw_id: uuid.UUID) -> ResponseReturnValue:
    """Show one found item with its source's own words."""
    reading = services().raw_data_reading
    found = reading.get(actor, raw_id)
    row = found.row
    titles = reading.event_titles(actor, [row])
    return render_template(
        "raw_data/detail.html",
        row=row,
        client_name=client_queries.names(actor, [row.client_id])[row.client_id],
        event_title=next(iter(titles.values()), None),
        state=raw_data_view.STATES[state_of(row)],
        content=pretty(row.raw_content),
        sightings=[(each, pretty(each.raw_content)) for each in found.sightings],
    )


@bp.get("/raw-data/<uuid:raw_id>/content.json")
@signed_in(Permission.VIEW)
def content(actor: Actor, raw_id: uuid.UUID) -> ResponseReturnValue:
    """Send what the source sent, character by character, to be kept as a file."""
    found = services().raw_data_reading.get(actor, raw_id)
    headers = {"Content-Disposition": f"attachment; filename=raw-data-{raw_id}.json"}
    return Response(found.row.raw_content, mimetype="application/json", headers=headers)


@bp.post("/raw-data/reprocess")
@signed_in(Permission.RUN_SCHEDULES)
def reprocess(actor: Actor) -> ResponseReturnValue:
    """Judge stored items once more, and lead to the run that does."""
    try:
        wish = parse_form(ReprocessInput, request.form, lists=("outcomes",))
        started = services().reprocessing.start(actor, wish)
    except InvalidInputError as error:
        return toast(redirect_hx(url_for("raw_data.index")), error.detail, kind="error")
    if started.run_id is None:
        back = url_for("raw_data.index", client_id=wish.client_id)
        return toast(redirect_hx(back), "Nothing waits to be judged.")
    text = "A run judges stored items already; this is it."
    if started.is_new:
        items, clients = plural(started.rows, "item"), plural(started.clients, "client")
        text = f"Judging {items} of {clients}."
    return toast(redirect_hx(url_for("runs.detail", run_id=started.run_id)), text)
