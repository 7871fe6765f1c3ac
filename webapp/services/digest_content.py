"""What belongs into a digest: events put off to it, and the clients that stayed quiet."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from webapp.enums import (
    Channel,
    ClientStatus,
    EmailType,
    NotificationFrequency,
    Provenance,
    Severity,
    SimulationReason,
    Urgency,
    Verdict,
)
from webapp.extensions import db
from webapp.models import Client, ClientMember, EmailLog, Event, NotificationDecision
from webapp.services.access import scoped
from webapp.services.digest_due import BY_QUIET_HOURS, DigestDue
from webapp.services.email_text import counted, one_line

OVERLAP = timedelta(minutes=15)
"""How far before its start a digest looks for decisions that were committed late."""
MAX_REMEMBERED_DIGESTS = 10
MAX_QUIET_NAMES = 12


@dataclass(frozen=True)
class DigestPlan:
    """The content of one digest; events most severe first, quiet clients by name."""

    events: tuple[Event, ...]
    quiet: tuple[str, ...]

    @property
    def clients(self) -> int:
        """How many clients have events in it."""
        return len({event.client_id for event in self.events})

    @property
    def urgent(self) -> int:
        """How many events need the reader."""
        return sum(needs_reader(event) for event in self.events)

    @property
    def subject(self) -> str:
        """The counts that matter, most telling first."""
        if not self.events:
            return f"All quiet: {counted(len(self.quiet), 'client')} checked, nothing new for you"
        parts = f"{counted(len(self.events), 'event')} for {counted(self.clients, 'client')}"
        needs = "needs" if self.urgent == 1 else "need"
        words = f"{parts}, {self.urgent} {needs} you" if self.urgent else parts
        return self.marked(words)

    @property
    def most_telling(self) -> list[Event]:
        """The events, most severe first."""
        return sorted(self.events, key=_weight, reverse=True)

    def marked(self, words: str) -> str:
        """Say in front of the words how much of the events is invented."""
        return self._mark + words if self.events else words

    @property
    def _mark(self) -> str:
        invented = [event.provenance is Provenance.SIMULATED for event in self.events]
        if all(invented):
            return "[Simulated] "
        return "[Partly simulated] " if any(invented) else ""

    def as_context(self, due: DigestDue, reason: str) -> dict[str, Any]:
        """Return what the mail's row keeps, to be written out when the mail is sent."""
        return {
            "cadence": due.cadence.value,
            "reason": reason,
            "since": due.since.isoformat(),
            "until": due.until.isoformat(),
            "event_ids": [str(event.id) for event in self.events],
            "quiet": [one_line(name, 120) for name in self.quiet[:MAX_QUIET_NAMES]],
            "quiet_total": len(self.quiet),
        }


def needs_reader(event: Event) -> bool:
    """Tell whether an event asks for an act rather than for notice."""
    return event.urgency is Urgency.HIGH or event.severity is Severity.CRITICAL


def collect(due: DigestDue, *, assigned_only: bool) -> DigestPlan:
    """Read what a digest holds that is due, in a constant number of queries."""
    mailed = _already_mailed(due)
    found = [event for event in _events(due) if str(event.id) not in mailed]
    events = tuple(sorted(found, key=_weight, reverse=True))
    busy = {event.client_id for event in events}
    return DigestPlan(events, tuple(_quiet(due, busy, assigned_only=assigned_only)))


def _weight(event: Event) -> tuple[bool, int, float, datetime]:
    return needs_reader(event), event.severity.rank, event.relevance_score, event.created_at


def _events(due: DigestDue) -> Sequence[Event]:
    """Return the events whose mail to this user was put off to a digest."""
    statement = (
        scoped(Event, due.business_id)
        .join(NotificationDecision, NotificationDecision.event_id == Event.id)
        .join(Client, Client.id == Event.client_id)
        .where(
            NotificationDecision.user_id == due.user_id,
            NotificationDecision.channel == Channel.EMAIL,
            NotificationDecision.verdict == Verdict.DIGEST,
            NotificationDecision.created_at > due.since - OVERLAP,
            NotificationDecision.created_at <= due.until,
            Event.hidden_at.is_(None),
            or_(
                Event.simulation_reason.is_(None),
                Event.simulation_reason != SimulationReason.FALLBACK,
            ),
            Client.status == ClientStatus.ACTIVE,
        )
    )
    if due.cadence is NotificationFrequency.INSTANT:
        statement = statement.where(NotificationDecision.stopped_by == BY_QUIET_HOURS)
    return db.session.scalars(statement).all()


def _already_mailed(due: DigestDue) -> set[str]:
    """Return the events of the user's last digests, so that the overlap repeats none."""
    statement = (
        select(EmailLog.context)
        .where(EmailLog.user_id == due.user_id, EmailLog.email_type == EmailType.DIGEST)
        .order_by(EmailLog.created_at.desc(), EmailLog.id.desc())
        .limit(MAX_REMEMBERED_DIGESTS)
    )
    return {
        each for context in db.session.scalars(statement) for each in context.get("event_ids", [])
    }


def _quiet(due: DigestDue, busy: set[uuid.UUID], *, assigned_only: bool) -> Sequence[str]:
    """Return the clients that were checked since and of which there is nothing to tell."""
    if due.cadence is NotificationFrequency.INSTANT:
        return []  # a catch-up tells what came in a few hours, and the digest the rest
    statement = select(Client.name).where(
        Client.business_id == due.business_id,
        Client.status == ClientStatus.ACTIVE,
        Client.last_checked_at > due.since,
        Client.id.not_in(busy),
    )
    if assigned_only:
        mine = select(ClientMember.client_id).where(ClientMember.user_id == due.user_id)
        statement = statement.where(Client.id.in_(mine))
    return db.session.scalars(statement.order_by(Client.name)).all()
