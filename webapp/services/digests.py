"""Digests: one mail a user, cadence and period, however many triggers there are."""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from webapp import clock
from webapp.enums import NotificationFrequency
from webapp.extensions import db
from webapp.models import DigestIssue, User, UserPreference
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.services.access import scoped
from webapp.services.digest_content import collect
from webapp.services.digest_due import DigestDue
from webapp.services.digest_periods import current_dues
from webapp.services.email import EmailService
from webapp.services.notification_audience import Preferences
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.stand_in_summaries import StandInSummaries
from webapp.services.transactions import atomic, snapshot

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """How many digests were promised, and how many could not be made."""

    mails: int
    failed: int


class DigestService:
    """Decides what goes into a digest and promises it exactly once."""

    def __init__(
        self,
        *,
        preferences: UserPreferenceService,
        email: EmailService,
        notifications: NotificationService,
    ) -> None:
        self._summaries = StandInSummaries(email)
        self._preferences = preferences
        self._email = email
        self._notifications = notifications

    def send_due(self, now: datetime | None = None) -> int:
        """Promise the digests that fell due, of all businesses; returns how many mails.

        Who is back from an absence is told what came meanwhile, too.
        """
        with snapshot():
            dues = self._preferences.get_users_for_digest(now or clock.now())
        sent = self._send(dues, keep_empty=True)
        self._summaries.send_due(now)
        return sent.mails

    def send_for_business(self, business_id: uuid.UUID, now: datetime | None = None) -> Sent:
        """Promise the digests of the day or week under way that were not made yet.

        What a schedule sends early is not sent again at the user's own time; a digest without
        events leaves that time as it is.
        """
        with snapshot():
            dues = current_dues(business_id, now or clock.now())
        return self._send(dues, keep_empty=False)

    def _send(self, dues: Iterable[DigestDue], *, keep_empty: bool) -> Sent:
        """Promise each digest by itself: one that fails holds up no other."""
        made = failed = 0
        for due in dues:
            try:
                made += self._send_one(due, keep_empty=keep_empty)
            except Exception:
                log.exception("the digest %s of user %s failed", due.period, due.user_id)
                failed += 1
        return Sent(made, failed)

    def _send_one(self, due: DigestDue, *, keep_empty: bool) -> bool:
        with snapshot():
            wishes = _wishes(due)
            plan = collect(due, assigned_only=wishes.assigned_clients_only)
            reason = _reason(due, wishes)
            context = plan.as_context(due, reason)
            subject, events = plan.subject, len(plan.events)
        is_instant = wishes.notification_frequency is NotificationFrequency.INSTANT
        is_wanted = events > 0 or (wishes.send_empty_digest and not is_instant)
        if not is_wanted and not keep_empty:
            return False
        with atomic() as session:
            user = session.scalar(scoped(User, due.business_id).where(User.id == due.user_id))
            if user is None or not _claim(due, events) or not is_wanted:
                return False
            key = f"{due.user_id}:{due.cadence}:{due.period}"
            log_id = self._email.queue_digest(
                user=user, subject=subject, context=context, dedupe_key=key
            )
            if log_id is not None and wishes.notification_enabled:
                self._notifications.note_digest(
                    user, subject=subject, log_id=log_id, why=reason, dedupe_key=key
                )
            return log_id is not None


def _claim(due: DigestDue, events: int) -> bool:
    """Note that the digest of this period is made; False if somebody did so before."""
    row = {
        "id": new_uuid(),
        "business_id": due.business_id,
        "user_id": due.user_id,
        "cadence": due.cadence,
        "period": due.period,
        "since": due.since,
        "until": due.until,
        "events": events,
    }
    return bool(insert_or_ignore(DigestIssue, [row], conflict=["user_id", "cadence", "period"]))


def _wishes(due: DigestDue) -> Preferences:
    query = scoped(UserPreference, due.business_id).where(UserPreference.user_id == due.user_id)
    return Preferences.of(db.session.scalar(query))


def _reason(due: DigestDue, wishes: Preferences) -> str:
    if due.cadence is NotificationFrequency.INSTANT:
        return "these events came in your quiet hours"
    if wishes.notification_frequency is NotificationFrequency.INSTANT:
        return "these events were held back by your quiet hours or your limit of instant mails"
    return f"you chose a {due.cadence} digest"
