"""Calibrations of relevance over JSON, for admins."""

import uuid

from webapp.api import paging
from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.calibrations import (
    CalibrationAnswer,
    CalibrationListAnswer,
    LearnedAnswer,
    PreviewAnswer,
    PreviewQuery,
)
from webapp.services.access import Actor, Permission
from webapp.services.calibration_answers import (
    calibration_answer,
    learned_answer,
    preview_answer,
)

api = Api("calibrations", prefix="/calibrations", tag="Calibrations")


@api.get(
    "/",
    permission=Permission.ADMINISTER,
    answer=CalibrationListAnswer,
    summary="List what feedback taught about relevance, version by version",
)
def list_calibrations(actor: Actor) -> CalibrationListAnswer:
    """Answer with every version, latest first."""
    found = services().calibrations.list(actor)
    return CalibrationListAnswer(
        calibrations=[calibration_answer(each) for each in found], total=len(found)
    )


@api.post(
    "/",
    permission=Permission.ADMINISTER,
    answer=LearnedAnswer,
    summary="Learn from the feedback so far; it moves nothing until it is switched on",
)
def learn(actor: Actor) -> LearnedAnswer:
    """Keep what feedback teaches now as a version, or answer with the one that says the same."""
    return learned_answer(services().calibrations.learn(actor))


@api.get(
    "/<uuid:calibration_id>",
    permission=Permission.ADMINISTER,
    answer=CalibrationAnswer,
    summary="Get one version",
)
def get_calibration(actor: Actor, calibration_id: uuid.UUID) -> CalibrationAnswer:
    """Answer with one version."""
    return calibration_answer(services().calibrations.get(actor, calibration_id))


@api.get(
    "/<uuid:calibration_id>/preview",
    permission=Permission.ADMINISTER,
    query=PreviewQuery,
    answer=PreviewAnswer,
    summary="See what a version would have changed in the last 30 days",
)
def preview_calibration(
    actor: Actor, query: PreviewQuery, calibration_id: uuid.UUID
) -> PreviewAnswer:
    """Answer with the counts and a part of the events that would have moved."""
    found = services().calibrations.preview(actor, calibration_id)
    rows = found.moved[query.skip : query.skip + query.limit]
    told = paging.part(query, rows, total=len(found.moved))
    return preview_answer(found, query, next_after=told["next_after"])


@api.post(
    "/<uuid:calibration_id>/switch-on",
    permission=Permission.ADMINISTER,
    answer=CalibrationAnswer,
    summary="Let a version move the relevance of new events",
)
def switch_on(actor: Actor, calibration_id: uuid.UUID) -> CalibrationAnswer:
    """Switch a version on and any other one off."""
    return calibration_answer(services().calibrations.switch_on(actor, calibration_id))


@api.post(
    "/<uuid:calibration_id>/switch-off",
    permission=Permission.ADMINISTER,
    answer=CalibrationAnswer,
    summary="Let a version move nothing any more",
)
def switch_off(actor: Actor, calibration_id: uuid.UUID) -> CalibrationAnswer:
    """Switch a version off; events that it moved stay as they are."""
    return calibration_answer(services().calibrations.switch_off(actor, calibration_id))
