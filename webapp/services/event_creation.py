"""Judged items become events: events, decisions, inbox items and promised mails in one commit."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webapp.config import Settings
from webapp.enums import Channel, RawOutcome, RiskLevel, Severity, Verdict
from webapp.extensions import db
from webapp.models import Event
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.services.ai_processor import JudgedItem
from webapp.services.email import EmailService
from webapp.services.notification_rules import ChannelDecision, NotifyContext
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.raw_data import EventRawDataService
from webapp.services.raw_rows import Mark
from webapp.services.run_context import RunContext
from webapp.services.sifting import Candidate, Sifted
from webapp.taxonomy import main_group, severity_of

MIN_RELEVANCE = 0.3
"""Below this nothing becomes an event: a passing mention."""


@dataclass(frozen=True)
class Created:
    """What one client's commit made."""

    events: int = 0
    duplicates: int = 0
    deferred: int = 0
    notifications: int = 0
    emails: int = 0


@dataclass(frozen=True)
class Ranked:
    """A candidate with its verdict."""

    candidate: Candidate
    judged: JudgedItem

    @property
    def rank(self) -> tuple[float, int, str]:
        """Best last, for sorting: relevance, then severity, then a stable tie-break."""
        verdict = self.judged.verdict
        return verdict.relevance, severity_of(verdict.category).rank, str(self.candidate.item.id)


class EventCreation:
    """Writes events with everything that hangs on them, inside the caller's transaction."""

    def __init__(
        self,
        *,
        raw_data: EventRawDataService,
        preferences: UserPreferenceService,
        notifications: NotificationService,
        email: EmailService,
        settings: Settings,
    ) -> None:
        self._raw_data = raw_data
        self._preferences = preferences
        self._notifications = notifications
        self._email = email
        self._max_events = settings.max_events_per_client
        self._insight_threshold = settings.insight_threshold
        self._max_mails = settings.max_instant_mails_per_day

    def create(
        self,
        context: RunContext,
        client_id: uuid.UUID,
        sifted: Sifted,
        judged: Mapping[str, JudgedItem],
        *,
        has_live_sources: bool,
    ) -> Created:
        """Keep the best few, defer the rest, mark every raw row with what became of it."""
        ranked = [
            Ranked(candidate, judged[str(candidate.item.id)]) for candidate in sifted.candidates
        ]
        relevant = [each for each in ranked if _is_relevant(each.judged)]
        relevant.sort(key=lambda each: each.rank, reverse=True)
        best, rest = relevant[: self._max_events], relevant[self._max_events :]
        irrelevant = [each for each in ranked if not _is_relevant(each.judged)]
        events, marks = self._insert(context, client_id, best)
        reason = f"not among the {self._max_events} best of this run"
        marks += [Mark(each.candidate.item.id, RawOutcome.DEFERRED, None, reason) for each in rest]
        self._raw_data.mark_all([*_rejected(sifted), *_too_weak(irrelevant), *marks])
        notified, mailed = self._tell(context, events, has_live_sources=has_live_sources)
        folded = sum(len(each.candidate.duplicates) for each in best)
        known = sum(1 for each in sifted.rejections if each.outcome is RawOutcome.DUPLICATE)
        return Created(len(events), folded + known, len(rest), notified, mailed)

    def _insert(
        self, context: RunContext, client_id: uuid.UUID, best: Sequence[Ranked]
    ) -> tuple[list[Event], list[Mark]]:
        """Insert events; one whose content is an event already becomes its duplicate."""
        rows = [_columns(context, client_id, each) for each in best]
        new = set(
            insert_or_ignore(Event, rows, conflict=["business_id", "client_id", "content_hash"])
        )
        marks = []
        for row, each in zip(rows, best, strict=True):
            is_new = row["id"] in new
            event_id = row["id"] if is_new else _known(row)
            outcome = RawOutcome.CREATED if is_new else RawOutcome.DUPLICATE
            marks.append(Mark(each.candidate.item.id, outcome, event_id))
            marks += [
                Mark(raw_id, RawOutcome.DUPLICATE, event_id, "reports the same as another result")
                for raw_id in each.candidate.duplicates
            ]
        events = db.session.scalars(select(Event).where(Event.id.in_(new))).unique() if new else ()
        # The most pressing come first: they take what is left of a user's daily mails
        pressing = sorted(events, key=lambda each: (-each.severity.rank, -each.relevance_score))
        return pressing, marks

    def _tell(
        self, context: RunContext, events: Sequence[Event], *, has_live_sources: bool
    ) -> tuple[int, int]:
        if not events:
            return 0, 0
        mails_today = dict(self._preferences.instant_mails_today(context.audience))
        decided = []
        mailed = 0
        for event in events:
            decisions = self._preferences.get_users_to_notify(
                event,
                audience=context.audience,
                context=NotifyContext(
                    forced_by_user_id=context.triggered_by_user_id,
                    has_live_sources=has_live_sources,
                    instant_mails_today=mails_today,
                    max_instant_mails=self._max_mails,
                ),
            )
            decided.append((event, decisions))
            mailed += self._mail(context, event, decisions, mails_today)
        return self._notifications.record_events(decided), mailed

    def _mail(
        self,
        context: RunContext,
        event: Event,
        decisions: Sequence[ChannelDecision],
        mails_today: dict[int, int],
    ) -> int:
        """Promise the instant mails about an event, counting them against each user's day."""
        users = {user.id: user for user in context.audience.users}
        instant = [
            each
            for each in decisions
            if each.channel is Channel.EMAIL and each.verdict is Verdict.SEND
        ]
        for each in instant:
            mails_today[each.user_id] = mails_today.get(each.user_id, 0) + 1
        return self._email.queue_event_notifications(
            event,
            recipients=[(users[each.user_id], each.reason) for each in instant],
            job_run_id=context.run_id,
            waits_for_insight=event.relevance_score >= self._insight_threshold,
        )


def _rejected(sifted: Sifted) -> list[Mark]:
    return [
        Mark(raw_id, each.outcome, each.event_id, each.reason)
        for each in sifted.rejections
        for raw_id in each.raw_ids
    ]


def _too_weak(irrelevant: Sequence[Ranked]) -> list[Mark]:
    return [
        Mark(
            raw_id,
            RawOutcome.IRRELEVANT,
            None,
            f"relevance {each.judged.verdict.relevance:.2f} or a passing mention",
        )
        for each in irrelevant
        for raw_id in (each.candidate.item.id, *each.candidate.duplicates)
    ]


def _is_relevant(judged: JudgedItem) -> bool:
    return judged.verdict.about_client and judged.verdict.relevance >= MIN_RELEVANCE


def _known(row: Mapping[str, Any]) -> uuid.UUID | None:
    return db.session.scalar(
        select(Event.id).where(
            Event.business_id == row["business_id"],
            Event.client_id == row["client_id"],
            Event.content_hash == row["content_hash"],
        )
    )


def _columns(context: RunContext, client_id: uuid.UUID, ranked: Ranked) -> dict[str, Any]:
    item, judged = ranked.candidate.item, ranked.judged
    verdict = judged.verdict
    severity = severity_of(verdict.category)
    if verdict.risk_level == RiskLevel.CRITICAL:
        severity = Severity.CRITICAL
    return {
        "id": new_uuid(),
        "business_id": context.business_id,
        "client_id": client_id,
        "job_run_id": context.run_id,
        "content_hash": item.content_hash,
        "title": item.title,
        "summary": verdict.summary,
        "url": item.url,
        "publisher": item.publisher,
        "source_api": item.source,
        "published_at": item.published_at,
        "category": verdict.category,
        "group": main_group(verdict.category, verdict.sentiment),
        "severity": severity,
        "relevance_score": verdict.relevance,
        "relevance_factors": dict(verdict.factors),
        "sentiment_score": verdict.sentiment,
        "risk_level": RiskLevel(verdict.risk_level),
        "risk_reason": verdict.risk_reason,
        "urgency": verdict.urgency,
        "urgency_reason": verdict.urgency_reason,
        "evidence": [
            {
                "quote": quote,
                "raw_data_id": str(item.id),
                "url": item.url,
                "publisher": item.publisher,
            }
            for quote in verdict.evidence
        ],
        "provenance": item.provenance,
        "simulation_reason": item.simulation_reason,
        "classified_by": judged.provider,
        "classified_by_fallback": judged.by_fallback,
        "model": judged.model[:80],
        "prompt_version": judged.prompt_version[:40],
    }
