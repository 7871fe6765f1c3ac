"""What users say of events: one opinion a user and event, the last one counts."""

import uuid
from dataclasses import dataclass

from sqlalchemy import Select, exists, select

from webapp.enums import FeedbackVerdict
from webapp.errors import InvalidInputError
from webapp.extensions import db
from webapp.models import Client, ClientExclusion, Event, EventFeedback
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.schemas.feedback import FeedbackInput
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.event_claims import is_of_crm
from webapp.services.exclusion_effects import Cause
from webapp.services.exclusion_input import wanted_cause
from webapp.services.exclusion_proposals import preferred, propose
from webapp.services.exclusions import Exclusion, ExclusionService, lock_client
from webapp.services.transactions import atomic


@dataclass(frozen=True)
class Given:
    """An opinion as it is stored now, and what it changed for everybody."""

    feedback: EventFeedback
    exclusion: Exclusion | None = None
    hidden: int = 0
    restored: int = 0


@dataclass(frozen=True)
class TakenBack:
    """How many events came back; `still_excluded` where others said the same."""

    restored: int = 0
    still_excluded: Exclusion | None = None


class FeedbackService:
    """Keeps what users say of events; "wrong company" teaches and hides for everybody."""

    def __init__(self, exclusions: ExclusionService) -> None:
        self._exclusions = exclusions

    def give(self, actor: Actor, event_id: uuid.UUID, body: FeedbackInput) -> Given:
        """Store the actor's opinion of an event in the place of an earlier one.

        "Wrong company" excludes what the body names, else the surest proposal, else only this
        headline, and hides every event of the same cause: all in one transaction.
        """
        actor.require(Permission.GIVE_FEEDBACK)
        _check(body)
        with atomic():
            event = get_owned(Event, event_id, actor.business_id)
            lock_client(event.client_id)
            cause = _cause(event, body)
            restored = self._release_unless(cause, actor, event)
            feedback = _stored(actor, event, body)
            if cause is None:
                return Given(feedback, restored=restored)
            learned = self._exclusions.learn(actor, event, cause)
            told = self._exclusions.get(actor, learned.row.id)
            return Given(feedback, told, learned.hidden, restored)

    def take_back(self, actor: Actor, event_id: uuid.UUID) -> TakenBack:
        """Remove the actor's opinion of an event, if there is one, and what it alone excluded."""
        actor.require(Permission.GIVE_FEEDBACK)
        with atomic() as session:
            event = get_owned(Event, event_id, actor.business_id)
            lock_client(event.client_id)
            feedback = session.scalar(_of(actor, event.id))
            if feedback is None:
                return TakenBack()
            session.delete(feedback)
            session.flush()
            if feedback.verdict is not FeedbackVerdict.WRONG_COMPANY:
                return TakenBack()
            return self._release(actor, event)

    def of(self, actor: Actor, event_id: uuid.UUID) -> EventFeedback | None:
        """Return the actor's opinion of an event, if there is one."""
        return db.session.scalar(_of(actor, event_id))

    def _release_unless(self, cause: Cause | None, actor: Actor, event: Event) -> int:
        """Undo what an earlier "wrong company" of the actor excluded, if it is another thing."""
        earlier = db.session.scalar(_of(actor, event.id))
        if earlier is None or earlier.verdict is not FeedbackVerdict.WRONG_COMPANY:
            return 0
        row = _hiding(event)
        if row is not None and cause == Cause(row.kind, row.value):
            return 0
        db.session.delete(earlier)
        db.session.flush()
        return self._release(actor, event).restored

    def _release(self, actor: Actor, event: Event) -> TakenBack:
        """Undo the exclusion that hides an event unless somebody else's opinion rests on it."""
        row = _hiding(event)
        if row is None:
            return TakenBack()
        if _has_other_supporters(row):
            return TakenBack(still_excluded=self._exclusions.get(actor, row.id))
        return TakenBack(self._exclusions.withdraw(row))


def _cause(event: Event, body: FeedbackInput) -> Cause | None:
    if body.verdict is not FeedbackVerdict.WRONG_COMPANY:
        return None
    if is_of_crm(event):
        detail = "This came from the CRM. Choose another account for the client instead."
        raise InvalidInputError.of("verdict", detail)
    client = db.session.get_one(Client, event.client_id)
    wanted = wanted_cause(client, term=body.exclude_term, domain=body.exclude_domain)
    if wanted is not None:
        return wanted
    row = _hiding(event)
    if row is not None:
        return Cause(row.kind, row.value)
    proposals = propose(event, client)
    sure = preferred(proposals)
    if sure is None:
        detail = "Name a term or a site to exclude: the headline is the client's name itself."
        raise InvalidInputError.of("exclude_term", detail)
    return Cause(sure.kind, sure.value)


def _stored(actor: Actor, event: Event, body: FeedbackInput) -> EventFeedback:
    row = {
        "id": new_uuid(),
        "event_id": event.id,
        "user_id": actor.user_id,
        "business_id": actor.business_id,
        "verdict": body.verdict,
    }
    insert_or_ignore(EventFeedback, [row], conflict=("event_id", "user_id"))
    feedback = db.session.scalars(_of(actor, event.id)).one()
    feedback.verdict = body.verdict
    feedback.category = body.category
    feedback.note = body.note or None
    return feedback


def _hiding(event: Event) -> ClientExclusion | None:
    """Return the exclusion that hides an event, as it stands in this transaction."""
    query = (
        select(ClientExclusion)
        .join(Event, Event.hidden_by_id == ClientExclusion.id)
        .where(Event.id == event.id, ClientExclusion.undone_at.is_(None))
    )
    return db.session.scalar(query)


def _has_other_supporters(row: ClientExclusion) -> bool:
    """Tell whether a "wrong company" that is still there rests on an exclusion."""
    supporters = exists().where(
        EventFeedback.event_id == Event.id,
        EventFeedback.verdict == FeedbackVerdict.WRONG_COMPANY,
        Event.hidden_by_id == row.id,
    )
    return bool(db.session.scalar(select(supporters)))


def _of(actor: Actor, event_id: uuid.UUID) -> Select[EventFeedback]:
    return select(EventFeedback).where(
        EventFeedback.event_id == event_id,
        EventFeedback.user_id == actor.user_id,
        EventFeedback.business_id == actor.business_id,
    )


def _check(body: FeedbackInput) -> None:
    if body.category is not None and body.verdict is not FeedbackVerdict.WRONG_CATEGORY:
        raise InvalidInputError.of("category", "Only `wrong_category` names the right category.")
    if body.verdict is not FeedbackVerdict.WRONG_COMPANY:
        for name in ("exclude_term", "exclude_domain"):
            if getattr(body, name):
                raise InvalidInputError.of(name, "Only `wrong_company` excludes something.")
