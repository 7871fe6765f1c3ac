"""What the caller was not told of, over JSON."""

import uuid

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.notifications import HeldBackAnswer, HeldBackListAnswer, HeldBackQuery
from webapp.services.access import Actor, Permission
from webapp.services.held_back import HeldBack
from webapp.services.keyset import Place

api = Api("held_back", prefix="/notifications/held-back", tag="Notifications")


def _answer(held: HeldBack) -> HeldBackAnswer:
    event, decision = held.event, held.decision
    return HeldBackAnswer(
        event_id=event.id,
        title=event.title,
        client_id=event.client_id,
        client_name=event.client.name,
        category=event.category,
        severity=event.severity,
        relevance_score=event.relevance_score,
        provenance=event.provenance,
        stopped_by=decision.stopped_by,
        reason=decision.reason,
        checks=decision.checks,
        decided_at=decision.created_at,
    )


@api.get(
    "/",
    permission=Permission.VIEW,
    query=HeldBackQuery,
    answer=HeldBackListAnswer,
    summary="List what was held back from you",
)
def list_held_back(actor: Actor, query: HeldBackQuery) -> HeldBackListAnswer:
    """Return a part of the events that the caller was told of over no channel, newest first."""
    before = Place.read(query.before) if query.before else None
    page = services().held_back.page(actor, before=before, limit=query.limit)
    return HeldBackListAnswer(
        held_back=[_answer(each) for each in page.rows],
        total=services().held_back.count(actor),
        next=str(page.next) if page.next else None,
    )


@api.post(
    "/<uuid:event_id>/wanted",
    permission=Permission.GIVE_FEEDBACK,
    answer=MessageAnswer,
    summary="Say that you wanted to hear of an event",
)
def want(actor: Actor, event_id: uuid.UUID) -> MessageAnswer:
    """Put the event into the caller's inbox, and keep the opinion for calibration."""
    services().held_back.want(actor, event_id)
    return MessageAnswer(message="It is in your inbox now, and counts as useful")


@api.delete(
    "/<uuid:event_id>/wanted",
    permission=Permission.GIVE_FEEDBACK,
    answer=MessageAnswer,
    summary="Take that back",
)
def unwant(actor: Actor, event_id: uuid.UUID) -> MessageAnswer:
    """Take inbox item and opinion back."""
    services().held_back.unwant(actor, event_id)
    return MessageAnswer(message="It is held back again")
