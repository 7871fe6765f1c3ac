"""Clients over JSON, and over CSV for many at once."""

import uuid
from http import HTTPStatus

from flask import Response, request, stream_with_context

from webapp.api.paging import part
from webapp.api.routing import API_ROOT, CSV, Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer, PageQuery
from webapp.schemas.clients import (
    ClientAnswer,
    ClientInput,
    ClientListAnswer,
    ClientListQuery,
    ClientPatch,
    FeedAnswer,
    FeedInput,
    ImportAnswer,
    ImportQuery,
    MembersInput,
)
from webapp.schemas.coverage import CoveragePeriod, OneClientCoverageAnswer
from webapp.schemas.exclusions import ExclusionAnswer, ExclusionListAnswer
from webapp.schemas.feedback import OpinionAnswer, OpinionListAnswer
from webapp.services.access import Actor, Permission
from webapp.services.client_queries import order_of
from webapp.services.feedback_history import ORDER as OPINION_ORDER
from webapp.services.feedback_history import opinions_of_client

PREFIX = "/clients"
MAX_CSV_BYTES = 10 * 1024 * 1024
api = Api("clients", prefix=PREFIX, tag="Clients")


@api.get(
    "/",
    permission=Permission.VIEW,
    query=ClientListQuery,
    answer=ClientListAnswer,
    summary="List clients",
)
def list_clients(actor: Actor, query: ClientListQuery) -> ClientListAnswer:
    """Answer with a page of clients; archived ones only when asked for."""
    rows, total = services().clients.list(actor, query)
    return ClientListAnswer(
        clients=[ClientAnswer.model_validate(row) for row in rows],
        **part(query, rows, total=total, order=order_of(query.sort)),
    )


@api.post(
    "/",
    permission=Permission.EDIT_CLIENTS,
    body=ClientInput,
    answer=ClientAnswer,
    status=HTTPStatus.CREATED,
    summary="Create a client",
)
def create_client(actor: Actor, body: ClientInput) -> tuple[ClientAnswer, dict[str, str]]:
    """Store a client and answer with it and its address. Each feed is fetched once."""
    client = services().clients.create(actor, body)
    return ClientAnswer.model_validate(client), {"Location": f"{API_ROOT}{PREFIX}/{client.id}"}


@api.get(
    "/export",
    permission=Permission.VIEW,
    query=ClientListQuery,
    answer=ClientAnswer,
    gives=CSV,
    summary="Export clients as CSV",
)
def export_clients(actor: Actor, query: ClientListQuery) -> Response:
    """Stream all clients that the filters find; `skip`, `limit` and `sort` are not used."""
    lines = services().clients.exporting.lines(actor, query)
    headers = {"Content-Disposition": "attachment; filename=clients.csv"}
    return Response(stream_with_context(lines), mimetype=CSV, headers=headers)


@api.post(
    "/import",
    permission=Permission.EDIT_CLIENTS,
    query=ImportQuery,
    answer=ImportAnswer,
    takes=CSV,
    most_bytes=MAX_CSV_BYTES,
    summary="Import clients from CSV, up to 10 MB",
)
def import_clients(actor: Actor, query: ImportQuery) -> ImportAnswer:
    """Store every line that is in order and name the others with their reasons.

    A line changes the client that has its domain, else its name; the same file twice changes
    nothing. Empty cells leave what is stored. Feeds are not fetched.
    """
    data = request.get_data()
    report = services().clients.importing.run(actor, data, dry_run=query.dry_run)
    return ImportAnswer.model_validate(report, from_attributes=True)


@api.post(
    "/check-feed",
    permission=Permission.EDIT_CLIENTS,
    body=FeedInput,
    answer=FeedAnswer,
    summary="Fetch an address once and say whether it is a feed",
)
def check_feed(actor: Actor, body: FeedInput) -> FeedAnswer:
    """Answer with what is at an address, and with the feeds that a web page there names."""
    report = services().clients.check_feed(actor, body.url)
    return FeedAnswer.model_validate(report)


@api.get(
    "/<uuid:client_id>",
    permission=Permission.VIEW,
    answer=ClientAnswer,
    summary="Get a client",
)
def get_client(actor: Actor, client_id: uuid.UUID) -> ClientAnswer:
    """Answer with one client."""
    return ClientAnswer.model_validate(services().clients.get(actor, client_id))


@api.put(
    "/<uuid:client_id>",
    permission=Permission.EDIT_CLIENTS,
    body=ClientPatch,
    answer=ClientAnswer,
    summary="Change a client; what the body does not hold stays",
)
def update_client(actor: Actor, body: ClientPatch, client_id: uuid.UUID) -> ClientAnswer:
    """Merge the body into a client. Only feeds that are new are fetched."""
    return ClientAnswer.model_validate(services().clients.update(actor, client_id, body))


@api.delete(
    "/<uuid:client_id>",
    permission=Permission.EDIT_CLIENTS,
    answer=MessageAnswer,
    summary="Archive a client; its events and runs stay",
)
def delete_client(actor: Actor, client_id: uuid.UUID) -> MessageAnswer:
    """Stop watching a client. A PUT with the status `active` takes it up again."""
    services().clients.archive(actor, client_id)
    return MessageAnswer(message="Client archived successfully")


@api.put(
    "/<uuid:client_id>/members",
    permission=Permission.EDIT_CLIENTS,
    body=MembersInput,
    answer=ClientAnswer,
    summary="Say who looks after a client",
)
def assign_members(actor: Actor, body: MembersInput, client_id: uuid.UUID) -> ClientAnswer:
    """Replace owner, members and stand-ins of a client."""
    return ClientAnswer.model_validate(services().clients.assign_members(actor, client_id, body))


@api.get(
    "/<uuid:client_id>/coverage",
    permission=Permission.VIEW,
    query=CoveragePeriod,
    answer=OneClientCoverageAnswer,
    summary="When a client was last checked, where, and with what result",
)
def get_coverage(
    actor: Actor, query: CoveragePeriod, client_id: uuid.UUID
) -> OneClientCoverageAnswer:
    """Answer for each source and day, with the latest answer of each source."""
    found = services().coverage.of_client(actor, client_id, query)
    return OneClientCoverageAnswer.model_validate(found)


@api.get(
    "/<uuid:client_id>/feedback",
    permission=Permission.VIEW,
    query=PageQuery,
    answer=OpinionListAnswer,
    summary="What the team said of a client's events",
)
def list_feedback(actor: Actor, query: PageQuery, client_id: uuid.UUID) -> OpinionListAnswer:
    """Answer with everybody's opinions, latest first."""
    found, total = opinions_of_client(actor, client_id, query)
    rows = [OpinionAnswer.model_validate(each) for each in found]
    return OpinionListAnswer(feedback=rows, **part(query, found, total=total, order=OPINION_ORDER))


@api.get(
    "/<uuid:client_id>/exclusions",
    permission=Permission.VIEW,
    answer=ExclusionListAnswer,
    summary='What "wrong company" taught about a client',
)
def list_exclusions(actor: Actor, client_id: uuid.UUID) -> ExclusionListAnswer:
    """Answer with the exclusions in force, newest first."""
    found = services().events.exclusions.for_client(actor, client_id)
    rows = [ExclusionAnswer.model_validate(each) for each in found]
    return ExclusionListAnswer(exclusions=rows, total=len(rows))


@api.delete(
    "/<uuid:client_id>/exclusions/<uuid:exclusion_id>",
    permission=Permission.GIVE_FEEDBACK,
    answer=MessageAnswer,
    summary="Undo an exclusion; the events that it hid come back",
)
def undo_exclusion(actor: Actor, client_id: uuid.UUID, exclusion_id: uuid.UUID) -> MessageAnswer:
    """Let an exclusion hold no more. Twice changes nothing."""
    undone = services().events.exclusions.undo(actor, exclusion_id, client_id=client_id)
    return MessageAnswer(message=f"Exclusion undone; events that came back: {undone.restored}")
