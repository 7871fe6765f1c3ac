"""Mails: promised in the caller's transaction, written and delivered by a worker."""

import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import EmailStatus, EmailType, SimulationReason
from webapp.errors import ConflictError, NotFoundError
from webapp.extensions import db
from webapp.models import EmailLog, Event, User, UserPreference
from webapp.providers.base import MailProvider
from webapp.queueing import JobQueue
from webapp.services.email_composing import EmailComposer
from webapp.services.email_delivery import EmailDelivery
from webapp.services.email_event_content import EventMail, subject_words
from webapp.services.email_links import EmailLinks
from webapp.services.email_marks import EmailMarks
from webapp.services.email_outbox import Addressee, Draft, EmailOutbox, due_ids, wants_mail
from webapp.services.email_rendering import MailFrame, RenderedMail, render_html, render_subject
from webapp.services.email_subscriptions import (
    Subscription,
    end_subscription,
    read_subscription,
)
from webapp.services.transactions import atomic, snapshot

LONGEST_TURN_SECONDS = 5.0
log = logging.getLogger(__name__)
INSIGHT_WAIT = timedelta(seconds=30)
"""How long an event's mail waits for its insight before it goes with the rules' text."""


class EmailService:
    """Every mail that Beacon sends goes through here, exactly one row a mail.

    The `queue_...` methods join the caller's `atomic()`: the promise is kept or lost together
    with what it tells of. Nothing is sent inside a transaction.
    """

    def __init__(self, *, provider: MailProvider, queue: JobQueue, settings: Settings) -> None:
        self.provider = provider
        self.links = EmailLinks(settings)
        self.marks = EmailMarks(settings)
        self.outbox = EmailOutbox(queue=queue, settings=settings)
        self._composer = EmailComposer(
            links=self.links,
            marks=self.marks,
            settings=settings,
            build_event_html=self._build_event_email_html,
        )
        self._delivery = EmailDelivery(provider=provider, prepare=self._composer.prepare)

    def queue_event_notification(
        self,
        event: Event,
        *,
        user: Addressee,
        job_run_id: uuid.UUID | None,
        reason: str,
        waits_for_insight: bool,
    ) -> bool:
        """Promise a user the mail about an event, once; True if this call made the promise.

        `reason` ends the sentence "You get this because ...". A mail that waits for its insight
        goes when `release_for_event` is called, and after 30 seconds without it.
        """
        promised = self.queue_event_notifications(
            event,
            recipients=[(user, reason)],
            job_run_id=job_run_id,
            waits_for_insight=waits_for_insight,
        )
        return promised == 1

    def queue_event_notifications(
        self,
        event: Event,
        *,
        recipients: Sequence[tuple[Addressee, str]],
        job_run_id: uuid.UUID | None,
        waits_for_insight: bool,
    ) -> int:
        """Promise the mail about an event to several users, each with their reason.

        Returns how many promises are new; see `queue_event_notification`.
        """
        if not recipients or event.simulation_reason is SimulationReason.FALLBACK:
            return 0  # what stands in for a failed source never leaves by mail
        subject = render_subject("event", **subject_words(event))
        drafts = [
            Draft(
                business_id=event.business_id,
                user=user,
                email_type=EmailType.EVENT_NOTIFICATION,
                subject=subject,
                dedupe_key=_event_key(event.id, user.id),
                context={"reason": reason},
                event_id=event.id,
                job_run_id=job_run_id,
            )
            for user, reason in recipients
        ]
        wait_until = clock.now() + INSIGHT_WAIT if waits_for_insight else None
        return len(self.outbox.put_all(drafts, not_before=wait_until))

    def release_for_event(self, event_id: uuid.UUID) -> int:
        """Let the mails of an event go whose insight is there now; returns how many."""
        return self.release_for_events([event_id])

    def release_for_events(self, event_ids: Sequence[uuid.UUID]) -> int:
        """Do for several events at once what `release_for_event` does for one."""
        return len(self.outbox.release(event_ids))

    def queue_alert(
        self,
        *,
        business_id: uuid.UUID,
        user_ids: Iterable[int],
        subject: str,
        body: str,
        link: str | None,
        dedupe_key: str,
    ) -> int:
        """Promise each user an alert, once a `dedupe_key`; returns how many promises were made.

        `link` is a path of ours. Users who are disabled or switched e-mail off get none.
        """
        context = {"body": body.replace("\x00", ""), "link": link}
        made = [
            self.outbox.put(
                Draft(
                    business_id=business_id,
                    user=user,
                    email_type=EmailType.ALERT,
                    subject=subject,
                    dedupe_key=f"alert:{dedupe_key}:{user.id}",
                    context=context,
                )
            )
            for user in _reachable(business_id, list(user_ids))
        ]
        return sum(each is not None for each in made)

    def queue_system(
        self,
        *,
        user: User,
        subject: str,
        body: str,
        link: str | None,
        dedupe_key: str,
        link_label: str | None = None,
    ) -> uuid.UUID | None:
        """Promise a mail that the user or an admin asked for; None if it was promised before."""
        context = {"body": body.replace("\x00", ""), "link": link, "link_label": link_label}
        return self.outbox.put(
            Draft(
                business_id=user.business_id,
                user=user,
                email_type=EmailType.SYSTEM,
                subject=subject,
                dedupe_key=f"system:{dedupe_key}",
                context=context,
            )
        )

    def queue_digest(
        self, *, user: User, subject: str, context: dict[str, Any], dedupe_key: str
    ) -> uuid.UUID | None:
        """Promise a digest; `context` names its events (see `digest_content`)."""
        return self.outbox.put(
            Draft(
                business_id=user.business_id,
                user=user,
                email_type=EmailType.DIGEST,
                subject=subject,
                dedupe_key=f"digest:{dedupe_key}",
                context=context,
            )
        )

    def send_event_notification(self, event_id: uuid.UUID, user_id: int) -> EmailStatus:
        """Send a user the mail about an event now, promising it first where it is not yet.

        Raises NotFoundError for an unknown event or user, ConflictError if no mail may go.
        """
        with atomic() as session:
            event, user = session.get(Event, event_id), session.get(User, user_id)
            if event is None or user is None or event.business_id != user.business_id:
                raise NotFoundError("There is no such event or user.")
            self.queue_event_notification(
                event,
                user=user,
                job_run_id=None,
                reason="somebody sent it to you",
                waits_for_insight=False,
            )
        with snapshot() as session:
            wanted = EmailLog.dedupe_key == _event_key(event_id, user_id)
            log_id = session.scalar(select(EmailLog.id).where(wanted))
        if log_id is None:
            raise ConflictError("No mail can go to this user about this event.")
        return self.deliver(log_id)

    def deliver(self, log_id: uuid.UUID) -> EmailStatus:
        """Try to send a mail that is due; whoever holds it already keeps it."""
        return self._delivery.deliver(log_id)

    def deliver_all(self, log_ids: Sequence[uuid.UUID]) -> None:
        """Try to send several mails in turn, over one connection.

        After five seconds the rest goes back to the queue, so that a slow mail server holds up
        nothing else that the worker has to do.
        """
        until = clock.monotonic() + LONGEST_TURN_SECONDS
        for place, log_id in enumerate(log_ids):
            if clock.monotonic() > until:
                self.outbox.hand_out(log_ids[place:])
                return
            try:
                self.deliver(log_id)
            except NotFoundError:
                log.info("mail %s is gone", log_id)

    def due(self, limit: int) -> list[uuid.UUID]:
        """Return pending mails that are due and that nobody holds, longest waiting first."""
        return due_ids(limit)

    def compose(self, log: EmailLog) -> RenderedMail | None:
        """Return the mail of a row as kept, or as it would be written now; None if it is gone."""
        if log.body_html is not None and log.body_text is not None:
            return RenderedMail(log.subject, log.body_text, log.body_html)
        user = db.session.get(User, log.user_id) if log.user_id else None
        event = db.session.get(Event, log.event_id) if log.event_id else None
        if user is None or (event is None and log.email_type is EmailType.EVENT_NOTIFICATION):
            return None
        return self._composer.compose(log, user, event)

    def subscription(self, token: str) -> Subscription:
        """Return whose mails an unsubscribe link is about. Raises NotFoundError."""
        return read_subscription(self.links, token)

    def unsubscribe(self, token: str) -> Subscription:
        """Switch the e-mail of a link's user off. Raises NotFoundError."""
        return end_subscription(self.links, token)

    def _build_event_email_html(self, mail: EventMail, frame: MailFrame, url: str) -> str:
        """Render the HTML part of an event's mail; `url` is the page of the event."""
        return render_html("event", mail=mail, frame=frame, url=url)


def _event_key(event_id: uuid.UUID, user_id: int) -> str:
    return f"event:{event_id}:{user_id}"


def _reachable(business_id: uuid.UUID, user_ids: Sequence[int]) -> list[User]:
    """Return the active users of this business among these who take mails."""
    same = and_(UserPreference.user_id == User.id, UserPreference.business_id == User.business_id)
    statement = (
        select(User)
        .outerjoin(UserPreference, same)
        .where(User.business_id == business_id, User.id.in_(user_ids), User.is_active, wants_mail())
        .order_by(User.id)
    )
    return list(db.session.scalars(statement))
