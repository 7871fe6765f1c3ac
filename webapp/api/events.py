"""Events over JSON: the list, one event, its decisions, and what the caller does with it."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from webapp.api.paging import part
from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.events import (
    DecisionListAnswer,
    EventDetailAnswer,
    EventListAnswer,
    EventListQuery,
    EventStateAnswer,
    EventStateChangedAnswer,
    SnoozeInput,
)
from webapp.schemas.exclusions import ProposalAnswer, ProposalListAnswer
from webapp.schemas.feedback import FeedbackGivenAnswer, FeedbackInput, FeedbackTakenBackAnswer
from webapp.schemas.trials import RevisionAnswer, RevisionListAnswer
from webapp.services.access import Actor, Permission
from webapp.services.event_answers import decision_answer, detail_answer, event_answer
from webapp.services.event_order import order_of
from webapp.services.event_revisions import revisions_of
from webapp.services.event_states import StateChange
from webapp.services.feedback_answers import feedback_given_answer, feedback_taken_back_answer

api = Api("events", prefix="/events", tag="Events")


@api.get(
    "/",
    permission=Permission.VIEW,
    query=EventListQuery,
    answer=EventListAnswer,
    summary="List events",
)
def list_events(actor: Actor, query: EventListQuery) -> EventListAnswer:
    """Return the events that match; what stood in for a failed source only if asked for."""
    rows, total = services().events.list(actor, query)
    return EventListAnswer(
        events=[event_answer(row) for row in rows],
        **part(query, rows, total=total, order=order_of(query.sort, actor.zone)),
    )


@api.get(
    "/<uuid:event_id>",
    permission=Permission.VIEW,
    answer=EventDetailAnswer,
    summary="Get an event with its insight and sources",
)
def get_event(actor: Actor, event_id: uuid.UUID) -> EventDetailAnswer:
    """Return one event with its grounds and the caller's own marks."""
    return detail_answer(services().events.detail(actor, event_id))


@api.get(
    "/<uuid:event_id>/decisions",
    permission=Permission.VIEW,
    answer=DecisionListAnswer,
    summary="List why users were or were not told",
)
def list_decisions(actor: Actor, event_id: uuid.UUID) -> DecisionListAnswer:
    """Return the caller's own decisions; a manager or admin gets everybody's."""
    found = services().events.decisions(actor, event_id)
    return DecisionListAnswer(decisions=[decision_answer(each) for each in found], total=len(found))


@api.post(
    "/<uuid:event_id>/feedback",
    permission=Permission.GIVE_FEEDBACK,
    body=FeedbackInput,
    answer=FeedbackGivenAnswer,
    summary="Say what you think of an event",
)
def give_feedback(actor: Actor, body: FeedbackInput, event_id: uuid.UUID) -> FeedbackGivenAnswer:
    """Store the caller's opinion in the place of an earlier one.

    `wrong_company` also excludes a term or a site from the client and hides every event of the
    same cause, for everybody.
    """
    given = services().events.feedback.give(actor, event_id, body)
    return feedback_given_answer(given)


@api.delete(
    "/<uuid:event_id>/feedback",
    permission=Permission.GIVE_FEEDBACK,
    answer=FeedbackTakenBackAnswer,
    summary="Take back what you said of an event",
)
def take_feedback_back(actor: Actor, event_id: uuid.UUID) -> FeedbackTakenBackAnswer:
    """Remove the caller's opinion; what it alone excluded comes back into the lists."""
    taken = services().events.feedback.take_back(actor, event_id)
    return feedback_taken_back_answer(taken)


@api.get(
    "/<uuid:event_id>/revisions",
    permission=Permission.VIEW,
    answer=RevisionListAnswer,
    summary="What an event was before it was judged anew",
)
def list_revisions(actor: Actor, event_id: uuid.UUID) -> RevisionListAnswer:
    """Answer with the verdicts that held before, latest first."""
    found = [RevisionAnswer.model_validate(each) for each in revisions_of(actor, event_id)]
    return RevisionListAnswer(revisions=found, total=len(found))


@api.get(
    "/<uuid:event_id>/exclusion-proposals",
    permission=Permission.GIVE_FEEDBACK,
    answer=ProposalListAnswer,
    summary="List what `wrong_company` could exclude",
)
def list_exclusion_proposals(actor: Actor, event_id: uuid.UUID) -> ProposalListAnswer:
    """Return terms and sites that could be excluded because of an event, the best first."""
    found = services().events.exclusions.propose(actor, event_id)
    proposals = [ProposalAnswer.model_validate(each) for each in found]
    return ProposalListAnswer(proposals=proposals, total=len(proposals))


@api.post(
    "/<uuid:event_id>/snooze",
    permission=Permission.CHANGE_OWN_STATE,
    body=SnoozeInput,
    answer=EventStateChangedAnswer,
    summary="Put an event off",
)
def snooze_event(actor: Actor, body: SnoozeInput, event_id: uuid.UUID) -> EventStateChangedAnswer:
    """Put an event off until a time, for the caller alone."""
    return _change(actor, event_id, StateChange.SNOOZE, body)


@api.post(
    "/<uuid:event_id>/insight",
    permission=Permission.GENERATE_INSIGHTS,
    answer=MessageAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Have an insight written about an event below the threshold",
)
def generate_insight(actor: Actor, event_id: uuid.UUID) -> MessageAnswer:
    """Ask for an insight, also where rules wrote one in a model's place.

    A worker writes it within the AI budget of the business; the event then shows it. A second
    request while one is open changes nothing.
    """
    services().insight_requests.ask(actor, event_id)
    return MessageAnswer(message="The insight is being written.")


def _change(
    actor: Actor, event_id: uuid.UUID, change: StateChange, snooze: SnoozeInput | None = None
) -> EventStateChangedAnswer:
    states = services().events.states
    state = states.change(actor, event_id, change, snooze=snooze or SnoozeInput())
    return EventStateChangedAnswer(id=event_id, state=EventStateAnswer.model_validate(state))


def _handler(change: StateChange) -> Callable[[Actor, uuid.UUID], EventStateChangedAnswer]:
    def handler(actor: Actor, event_id: uuid.UUID) -> EventStateChangedAnswer:
        return _change(actor, event_id, change)

    handler.__name__ = f"{change.value}_event"
    return handler


_SUMMARIES = {
    StateChange.READ: "Mark an event read",
    StateChange.UNREAD: "Mark an event unread",
    StateChange.STAR: "Star an event",
    StateChange.UNSTAR: "Take an event's star away",
    StateChange.UNSNOOZE: "Bring a snoozed event back",
    StateChange.DONE: "Mark an event done",
    StateChange.REOPEN: "Bring a done event back",
}
for _each, _summary in _SUMMARIES.items():
    api.post(
        f"/<uuid:event_id>/{_each.value}",
        permission=Permission.CHANGE_OWN_STATE,
        answer=EventStateChangedAnswer,
        summary=_summary,
    )(_handler(_each))
