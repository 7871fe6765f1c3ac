"""Raw rows over JSON, and their reprocessing."""

import uuid
from http import HTTPStatus

from webapp.api.paging import part
from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.schemas.raw_data import (
    RawDataAnswer,
    RawDataDetailAnswer,
    RawDataListAnswer,
    RawDataListQuery,
    ReprocessAnswer,
    ReprocessInput,
    SightingAnswer,
)
from webapp.services.access import Actor, Permission
from webapp.services.raw_data_reading import ORDER

api = Api("raw_data", prefix="/raw-data", tag="Raw data")


@api.get(
    "/",
    permission=Permission.VIEW,
    query=RawDataListQuery,
    answer=RawDataListAnswer,
    summary="List what the sources brought",
)
def list_raw_data(actor: Actor, query: RawDataListQuery) -> RawDataListAnswer:
    """Answer with a page of raw rows, newest first, without their JSON."""
    rows, total = services().raw_data_reading.list(actor, query)
    return RawDataListAnswer(
        raw_data=[RawDataAnswer.model_validate(row) for row in rows],
        **part(query, rows, total=total, order=ORDER),
    )


@api.get(
    "/<uuid:raw_id>",
    permission=Permission.VIEW,
    answer=RawDataDetailAnswer,
    summary="Get a raw row with its source's JSON as it came",
)
def get_raw_data(actor: Actor, raw_id: uuid.UUID) -> RawDataDetailAnswer:
    """Answer with one row; `raw_content` is the text that was stored, character by character."""
    found = services().raw_data_reading.get(actor, raw_id)
    return RawDataDetailAnswer(
        **RawDataAnswer.model_validate(found.row).model_dump(),
        raw_content=found.row.raw_content,
        sightings=[SightingAnswer.model_validate(each) for each in found.sightings],
    )


@api.post(
    "/reprocess",
    permission=Permission.RUN_SCHEDULES,
    body=ReprocessInput,
    is_body_required=False,
    answer=ReprocessAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Turn rows that were only collected into events",
)
def reprocess(actor: Actor, body: ReprocessInput) -> tuple[ReprocessAnswer, dict[str, str]]:
    """Start a run over stored rows; while one is under way, answer with that one."""
    started = services().reprocessing.start(actor, body)
    if started.run_id is None:
        message = "No raw data waits to be processed"
    elif started.is_new:
        message = "Reprocessing started"
    else:
        message = "A reprocessing is under way already"
    location = {"Location": f"{API_ROOT}/job-runs/{started.run_id}"} if started.run_id else {}
    answer = ReprocessAnswer(
        message=message,
        job_run_id=started.run_id,
        rows=started.rows,
        clients=started.clients,
    )
    return answer, location
