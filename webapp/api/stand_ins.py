"""Who stands in for whom, over JSON."""

import uuid

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.stand_ins import StandInAnswer, StandInInput, StandInListAnswer
from webapp.services.access import Actor, Permission
from webapp.services.stand_ins import Absent

api = Api("stand_ins", prefix="/stand-ins", tag="Stand-ins")


def _answer(absent: Absent) -> StandInAnswer:
    row = absent.row
    return StandInAnswer(
        id=row.id,
        user_id=row.user_id,
        user_name=absent.user.name,
        covered_by_user_id=row.covered_by_user_id,
        covered_by_name=absent.cover.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_current=absent.is_current,
        ended_at=row.ended_at,
        summarised_at=row.summarised_at,
        created_at=row.created_at,
    )


@api.get(
    "/",
    permission=Permission.VIEW,
    answer=StandInListAnswer,
    summary="List absences and who stands in",
)
def list_stand_ins(actor: Actor) -> StandInListAnswer:
    """Return the absences that the caller is part of; an admin gets everybody's."""
    found = services().stand_ins.list(actor)
    return StandInListAnswer(stand_ins=[_answer(each) for each in found], total=len(found))


@api.post(
    "/",
    permission=Permission.CHANGE_OWN_STATE,
    body=StandInInput,
    answer=StandInAnswer,
    status=201,
    summary="Let a colleague stand in",
)
def add_stand_in(actor: Actor, body: StandInInput) -> tuple[StandInAnswer, dict[str, str]]:
    """Let a colleague be told in the caller's place, or as an admin in anybody's."""
    made = services().stand_ins.add(actor, body)
    return _answer(made), {"Location": f"/api/v1/stand-ins/{made.row.id}"}


@api.get(
    "/<uuid:stand_in_id>",
    permission=Permission.VIEW,
    answer=StandInAnswer,
    summary="Get one absence",
)
def get_stand_in(actor: Actor, stand_in_id: uuid.UUID) -> StandInAnswer:
    """Return one that the caller is part of."""
    return _answer(services().stand_ins.get(actor, stand_in_id))


@api.delete(
    "/<uuid:stand_in_id>",
    permission=Permission.CHANGE_OWN_STATE,
    answer=MessageAnswer,
    summary="End an absence",
)
def end_stand_in(actor: Actor, stand_in_id: uuid.UUID) -> MessageAnswer:
    """End it now; one that has not begun is taken away."""
    found = services().stand_ins.end(actor, stand_in_id)
    return MessageAnswer(message=f"{found.user.name} is told again")
