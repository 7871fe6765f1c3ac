"""Judged items become events: events, decisions, inbox items and promised mails in one commit."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy.orm import make_transient_to_detached

from webapp.config import Settings
from webapp.enums import Channel, Verdict
from webapp.extensions import db
from webapp.models import Event
from webapp.models.base import insert_or_ignore
from webapp.services.attention import Attention
from webapp.services.champion_news import ChampionNews, with_champions
from webapp.services.champions import Champion
from webapp.services.chats.outbox import ChatOutbox
from webapp.services.company_match import CompanyMatch
from webapp.services.crm_book import CrmBook
from webapp.services.email import EmailService
from webapp.services.event_choosing import Choice, Choosing
from webapp.services.event_columns import columns_of
from webapp.services.judged import JudgedItem
from webapp.services.notification_case import ChannelDecision, NotifyContext
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.raw_data import EventRawDataService
from webapp.services.raw_rows import Mark
from webapp.services.run_context import RunContext
from webapp.services.sifting import Sifted
from webapp.services.stories import StoryBook
from webapp.services.webhooks.outbox import WebhookOutbox


@dataclass(frozen=True)
class Created:
    """What one client's commit made."""

    events: int = 0
    duplicates: int = 0
    deferred: int = 0
    notifications: int = 0
    emails: int = 0


class EventCreation:
    """Writes events with everything that hangs on them, inside the caller's transaction."""

    def __init__(
        self,
        *,
        raw_data: EventRawDataService,
        preferences: UserPreferenceService,
        notifications: NotificationService,
        email: EmailService,
        webhooks: WebhookOutbox,
        chats: ChatOutbox,
        settings: Settings,
    ) -> None:
        self._raw_data = raw_data
        self._preferences = preferences
        self._notifications = notifications
        self._email = email
        self._webhooks = webhooks
        self._chats = chats
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
        crm: CrmBook | None = None,
    ) -> Created:
        """Keep the best few, defer the rest, mark every raw row with what became of it.

        The client's stories are locked, read and written here: two workers with the same
        reports, or one that died and came back, make one story and one event of a happening. What
        changed in the CRM is told with them, and first.
        """
        book = StoryBook(client_id)
        self._read(book, sifted, crm)
        news = _champion_news(crm, sifted, judged)
        reserved = min(crm.changes, self._max_events) if crm else 0
        columns = partial(columns_of, context, client_id)
        choosing = Choosing(book, columns, most=self._max_events - reserved)
        choice = choosing.choose(sifted, news.judged)
        book.store(business_id=context.business_id)
        told = _tell_crm(context, crm, news.told_by(choice.events), reserved) if crm else []
        events = insert_events([*choice.events, *told])
        self._raw_data.mark_all(_marks(choice, sifted))
        notified, mailed = self._tell(context, events, has_live_sources=has_live_sources)
        return Created(len(events), choice.duplicates, choice.deferred, notified, mailed)

    def _read(self, book: StoryBook, sifted: Sifted, crm: CrmBook | None) -> None:
        if crm is not None:
            crm.read()
        is_changed = crm is not None and crm.has_changed
        if sifted.gists or is_changed:
            book.lock()
        if crm is not None and is_changed:
            crm.read()  # as it stands now that nobody else can write
        if sifted.gists:
            book.read(sifted.gists, sifted.names)

    def _tell(
        self, context: RunContext, events: Sequence[Event], *, has_live_sources: bool
    ) -> tuple[int, int]:
        if not events:
            return 0, 0
        attention = self._preferences.attention(context.audience, events[0].client_id)
        decided = []
        mailed = 0
        for event in events:
            decisions = self._preferences.get_users_to_notify(
                event,
                audience=context.audience,
                context=NotifyContext(
                    forced_by_user_id=context.triggered_by_user_id,
                    has_live_sources=has_live_sources,
                    instant_mails_today=attention.today,
                    last_mails=attention.last,
                    max_instant_mails=self._max_mails,
                ),
            )
            decided.append((event, decisions))
            mailed += self._mail(context, event, decisions, attention)
        self._webhooks.promise_events(
            events, business_id=context.business_id, has_live_sources=has_live_sources
        )
        self._chats.promise_events(
            decided, business_id=context.business_id, has_live_sources=has_live_sources
        )
        return self._notifications.record_events(decided), mailed

    def _mail(
        self,
        context: RunContext,
        event: Event,
        decisions: Sequence[ChannelDecision],
        attention: Attention,
    ) -> int:
        """Promise the instant mails about an event, counting them against each user's attention."""
        users = {user.id: user for user in context.audience.users}
        instant = [
            each
            for each in decisions
            if each.channel is Channel.EMAIL and each.verdict is Verdict.SEND
        ]
        attention.note(event, [each.user_id for each in instant])
        return self._email.queue_event_notifications(
            event,
            recipients=[(users[each.user_id], each.reason) for each in instant],
            job_run_id=context.run_id,
            waits_for_insight=event.relevance_score >= self._insight_threshold,
        )


def insert_events(rows: Sequence[dict[str, Any]]) -> list[Event]:
    """Insert events; return them with the most pressing first.

    They come in the order of their hashes, as every writer's do, so that none waits for another
    in a circle. The most pressing take what is left of a user's daily mails.
    """
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: str(row["content_hash"]))
    insert_or_ignore(Event, ordered, conflict=["id"])
    return sorted(map(_loaded, rows), key=lambda each: (-each.severity.rank, -each.relevance_score))


def _champion_news(
    crm: CrmBook | None, sifted: Sifted, judged: Mapping[str, JudgedItem]
) -> ChampionNews:
    """Return the verdicts, with those changed that tell of a champion's leaving."""
    if crm is None or not crm.persons:
        return ChampionNews(judged, {})
    return with_champions(
        judged,
        sifted.candidates,
        persons=crm.persons,
        origin=crm.origin,
        own_names=sifted.names,
    )


def _tell_crm(
    context: RunContext, crm: CrmBook, leaving: Sequence[Champion], most: int
) -> list[dict[str, Any]]:
    """Return the events of what changed in the CRM, less what the news told just now."""
    crm.leave_to_news(leaving)
    told = crm.events(context, most=most)
    crm.store(business_id=context.business_id)
    return told


def _loaded(row: dict[str, Any]) -> Event:
    """Return an inserted row as an object of the session, without reading it back."""
    event = Event(**row)
    make_transient_to_detached(event)
    db.session.add(event)
    return event


def _marks(choice: Choice, sifted: Sifted) -> list[Mark]:
    """Return what became of each row, with how it was matched, in an order that all keep."""
    marks = [_matched(mark, sifted.matches.get(mark.raw_id)) for mark in choice.marks]
    return sorted(marks, key=lambda mark: str(mark.raw_id))


def _matched(mark: Mark, match: CompanyMatch | None) -> Mark:
    if match is None:
        return mark
    return replace(mark, match_score=match.score, match_reasons=match.reasons)
