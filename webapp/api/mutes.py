"""What the caller mutes, over JSON."""

import uuid

from webapp.api.routing import Api
from webapp.container import services
from webapp.enums import Category, MuteKind
from webapp.models import Mute
from webapp.schemas.base import MessageAnswer
from webapp.schemas.mutes import MuteAnswer, MuteInput, MuteListAnswer
from webapp.services.access import Actor, Permission

api = Api("mutes", prefix="/mutes", tag="Mutes")


def _answer(mute: Mute) -> MuteAnswer:
    return MuteAnswer(
        id=mute.id,
        kind=mute.kind,
        label=mute.label,
        client_id=mute.client_id,
        category=Category(mute.value) if mute.kind is MuteKind.CATEGORY else None,
        source=mute.label if mute.kind is MuteKind.SOURCE else None,
        until=mute.until,
        created_at=mute.created_at,
    )


@api.get("/", permission=Permission.VIEW, answer=MuteListAnswer, summary="List what you have muted")
def list_mutes(actor: Actor) -> MuteListAnswer:
    """Return what the caller hears nothing of at present."""
    found = services().mutes.list(actor)
    return MuteListAnswer(mutes=[_answer(each) for each in found], total=len(found))


@api.post(
    "/",
    permission=Permission.CHANGE_OWN_STATE,
    body=MuteInput,
    answer=MuteAnswer,
    status=201,
    summary="Mute a client, a category or a source",
)
def add_mute(actor: Actor, body: MuteInput) -> tuple[MuteAnswer, dict[str, str]]:
    """Mute something for the caller alone; what is muted already gets the new end."""
    made = services().mutes.add(actor, body)
    return _answer(made), {"Location": f"/api/v1/mutes/{made.id}"}


@api.get("/<uuid:mute_id>", permission=Permission.VIEW, answer=MuteAnswer, summary="Get one mute")
def get_mute(actor: Actor, mute_id: uuid.UUID) -> MuteAnswer:
    """Return one of the caller's own, also one that was lifted."""
    return _answer(services().mutes.get(actor, mute_id))


@api.delete(
    "/<uuid:mute_id>",
    permission=Permission.CHANGE_OWN_STATE,
    answer=MessageAnswer,
    summary="Hear of it again",
)
def lift_mute(actor: Actor, mute_id: uuid.UUID) -> MessageAnswer:
    """Lift one of the caller's own."""
    return MessageAnswer(message=f"{services().mutes.lift(actor, mute_id).label} is heard again")


@api.post(
    "/<uuid:mute_id>/restore",
    permission=Permission.CHANGE_OWN_STATE,
    answer=MuteAnswer,
    summary="Mute again what was lifted",
)
def restore_mute(actor: Actor, mute_id: uuid.UUID) -> MuteAnswer:
    """Take a lifting back."""
    return _answer(services().mutes.restore(actor, mute_id))
