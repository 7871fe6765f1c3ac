"""Automation schedules over JSON."""

import uuid
from http import HTTPStatus

from webapp.api.paging import part
from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.quotas import ForecastAnswer
from webapp.schemas.schedules import (
    PreviewAnswer,
    PreviewInput,
    ScheduleAnswer,
    ScheduleInput,
    ScheduleListAnswer,
    ScheduleListQuery,
    SchedulePatch,
    TriggerAnswer,
    TriggerInput,
)
from webapp.services.access import Actor, Permission
from webapp.services.schedules import ORDER

PREFIX = "/automation-schedules"
api = Api("schedules", prefix=PREFIX, tag="Automation schedules")


@api.get(
    "/",
    permission=Permission.VIEW,
    query=ScheduleListQuery,
    answer=ScheduleListAnswer,
    summary="List schedules",
)
def list_schedules(actor: Actor, query: ScheduleListQuery) -> ScheduleListAnswer:
    """Answer with a page of schedules, newest first."""
    rows, total = services().schedules.get_schedules(actor, query)
    return ScheduleListAnswer(
        schedules=[ScheduleAnswer.model_validate(row) for row in rows],
        **part(query, rows, total=total, order=ORDER),
    )


@api.post(
    "/",
    permission=Permission.EDIT_SCHEDULES,
    body=ScheduleInput,
    answer=ScheduleAnswer,
    status=HTTPStatus.CREATED,
    summary="Create a schedule",
)
def create_schedule(actor: Actor, body: ScheduleInput) -> tuple[ScheduleAnswer, dict[str, str]]:
    """Store a schedule and answer with it and its address."""
    schedule = services().schedules.create_schedule(actor, body)
    location = {"Location": f"{API_ROOT}{PREFIX}/{schedule.id}"}
    return ScheduleAnswer.model_validate(schedule), location


@api.post(
    "/preview",
    permission=Permission.VIEW,
    body=PreviewInput,
    answer=PreviewAnswer,
    summary="Show the next runs of a timing without saving it",
)
def preview_schedule(actor: Actor, body: PreviewInput) -> PreviewAnswer:
    """Answer with the cadence in words and its next due times."""
    return PreviewAnswer.model_validate(services().schedules.preview(actor, body))


@api.get(
    "/<uuid:schedule_id>",
    permission=Permission.VIEW,
    answer=ScheduleAnswer,
    summary="Get a schedule",
)
def get_schedule(actor: Actor, schedule_id: uuid.UUID) -> ScheduleAnswer:
    """Answer with one schedule."""
    return ScheduleAnswer.model_validate(services().schedules.get_schedule(actor, schedule_id))


@api.get(
    "/<uuid:schedule_id>/forecast",
    permission=Permission.VIEW,
    answer=ForecastAnswer,
    summary="Show the calls a day that a schedule makes of each source, against its quota",
)
def forecast_schedule(actor: Actor, schedule_id: uuid.UUID) -> ForecastAnswer:
    """Answer with a line a source; none for a digest and for simulated data."""
    schedule = services().schedules.get_schedule(actor, schedule_id)
    lines = services().forecast.forecast(actor, schedule)
    return ForecastAnswer.model_validate({"sources": lines})


@api.put(
    "/<uuid:schedule_id>",
    permission=Permission.EDIT_SCHEDULES,
    body=SchedulePatch,
    answer=ScheduleAnswer,
    summary="Change a schedule; what the body does not hold stays",
)
def update_schedule(actor: Actor, body: SchedulePatch, schedule_id: uuid.UUID) -> ScheduleAnswer:
    """Merge the body into a schedule."""
    schedule = services().schedules.update_schedule(actor, schedule_id, body)
    return ScheduleAnswer.model_validate(schedule)


@api.delete(
    "/<uuid:schedule_id>",
    permission=Permission.EDIT_SCHEDULES,
    answer=MessageAnswer,
    summary="Delete a schedule; its runs stay",
)
def delete_schedule(actor: Actor, schedule_id: uuid.UUID) -> MessageAnswer:
    """Delete a schedule."""
    services().schedules.delete_schedule(actor, schedule_id)
    return MessageAnswer(message="Schedule deleted successfully")


@api.post(
    "/<uuid:schedule_id>/activate",
    permission=Permission.EDIT_SCHEDULES,
    answer=ScheduleAnswer,
    summary="Start scheduling; failures are forgotten",
)
def activate_schedule(actor: Actor, schedule_id: uuid.UUID) -> ScheduleAnswer:
    """Activate a schedule."""
    return ScheduleAnswer.model_validate(services().schedules.activate_schedule(actor, schedule_id))


@api.post(
    "/<uuid:schedule_id>/deactivate",
    permission=Permission.EDIT_SCHEDULES,
    answer=ScheduleAnswer,
    summary="Stop scheduling",
)
def deactivate_schedule(actor: Actor, schedule_id: uuid.UUID) -> ScheduleAnswer:
    """Deactivate a schedule."""
    schedule = services().schedules.deactivate_schedule(actor, schedule_id)
    return ScheduleAnswer.model_validate(schedule)


@api.post(
    "/<uuid:schedule_id>/trigger",
    permission=Permission.RUN_SCHEDULES,
    body=TriggerInput,
    is_body_required=False,
    answer=TriggerAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Run a schedule now; while a run is on, answer with that one",
)
def trigger_schedule(actor: Actor, body: TriggerInput, schedule_id: uuid.UUID) -> TriggerAnswer:
    """Start a run."""
    run = services().schedules.trigger(actor, schedule_id, bypass_cache=body.bypass_cache)
    return TriggerAnswer(
        message="Schedule triggered successfully", schedule_id=schedule_id, job_run_id=run.id
    )
