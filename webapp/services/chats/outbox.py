"""Promises messages to chats: pending rows, written in the caller's transaction."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import Channel, DeliveryStatus, SimulationReason, Verdict
from webapp.extensions import db
from webapp.models import ChatChannel, ChatMessage, Event
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.queueing import JobName, JobQueue
from webapp.services.chats.messages import title_of
from webapp.services.event_wishes import may_leave, what_is_missed
from webapp.services.notification_case import ChannelDecision
from webapp.services.transactions import after_commit

INSIGHT_WAIT = timedelta(seconds=30)
"""How long an event's message waits for its insight before it goes without."""
TEAM_REASON = "it fits the filter of this channel"
MAX_REASON = 300
Decided = Sequence[tuple[Event, Sequence[ChannelDecision]]]


class ChatOutbox:
    """Writes promises and has them kept after the commit. Each call needs an `atomic()`."""

    def __init__(self, *, queue: JobQueue, settings: Settings) -> None:
        self._queue = queue
        self._insight_threshold = settings.insight_threshold

    def promise_events(
        self,
        decided: Decided,
        *,
        business_id: uuid.UUID,
        has_live_sources: bool,
    ) -> int:
        """Promise events to the users who were decided to be told, and to the team's channels.

        Returns how many promises are new. What stands in for a failed source is never posted. An
        event that gets an insight waits for it, half a minute at most.
        """
        channels = _active_channels(business_id) if decided else []
        rows = [
            _row(channel, event, reason=reason, wait=self._wait(event))
            for event, decisions in (decided if channels else ())
            for channel, reason in [
                *_own(event, decisions, channels),
                *_team(event, channels, has_live_sources=has_live_sources),
            ]
        ]
        return self._put(rows)

    def promise_to_users(self, event: Event, decisions: Sequence[ChannelDecision]) -> int:
        """Promise an event to those alone who were decided to be told; returns how many are new."""
        channels = _active_channels(event.business_id)
        told = _own(event, decisions, channels)
        return self._put([_row(each, event, reason=why, wait=timedelta()) for each, why in told])

    def _put(self, rows: Sequence[dict[str, Any]]) -> int:
        new: list[uuid.UUID] = insert_or_ignore(
            ChatMessage, rows, conflict=("channel_id", "dedupe_key")
        )
        now = clock.now()
        at_once = {row["id"] for row in rows if row["next_attempt_at"] <= now}
        self.enqueue(each for each in new if each in at_once)
        return len(new)

    def promise_test(self, channel: ChatChannel) -> uuid.UUID:
        """Promise a test message; returns its id."""
        message = ChatMessage(
            id=new_uuid(),
            business_id=channel.business_id,
            channel_id=channel.id,
            is_test=True,
            dedupe_key=f"test:{new_uuid()}",
            title="Test from Beacon",
            next_attempt_at=clock.now(),
        )
        db.session.add(message)
        db.session.flush()
        self.enqueue([message.id])
        return message.id

    def release(self, event_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
        """Let the messages of events go whose insight is there now; returns which."""
        now = clock.now()
        waiting = (
            update(ChatMessage)
            .where(
                ChatMessage.event_id.in_(event_ids),
                ChatMessage.status == DeliveryStatus.PENDING,
                ChatMessage.tries == 0,
                ChatMessage.next_attempt_at > now,
            )
            .values(next_attempt_at=now)
            .returning(ChatMessage.id)
            .execution_options(synchronize_session=False)
        )
        released = list(db.session.scalars(waiting))
        self.enqueue(released)
        return released

    def enqueue(self, message_ids: Iterable[uuid.UUID]) -> None:
        """Ask a worker to post, once the transaction is committed."""
        ids = [str(each) for each in message_ids]
        if ids:
            after_commit(partial(self._queue.enqueue_each, JobName.POST_CHAT, ids))

    def _wait(self, event: Event) -> timedelta:
        has_insight = event.relevance_score >= self._insight_threshold
        return INSIGHT_WAIT if has_insight else timedelta()


Told = list[tuple[ChatChannel, str]]


def _own(
    event: Event, decisions: Sequence[ChannelDecision], channels: Sequence[ChatChannel]
) -> Told:
    """Return the users' own channels that are told of an event, each with why."""
    if event.simulation_reason is SimulationReason.FALLBACK:
        return []
    reasons = {
        each.user_id: each.reason
        for each in decisions
        if each.channel is Channel.CHAT and each.verdict is Verdict.SEND
    }
    return [(each, reasons[each.user_id]) for each in channels if each.user_id in reasons]


def _team(event: Event, channels: Sequence[ChatChannel], *, has_live_sources: bool) -> Told:
    """Return the team's channels that are told of an event."""
    if not may_leave(event, has_live_sources=has_live_sources):
        return []
    team = [each for each in channels if each.user_id is None]
    return [(each, TEAM_REASON) for each in team if what_is_missed(event, each) is None]


def _active_channels(business_id: uuid.UUID) -> Sequence[ChatChannel]:
    query = (
        select(ChatChannel)
        .where(ChatChannel.business_id == business_id, ChatChannel.stopped_reason.is_(None))
        .with_for_update(read=True, key_share=True)  # none is deleted before the commit
    )
    return db.session.scalars(query).all()


def _row(channel: ChatChannel, event: Event, *, reason: str, wait: timedelta) -> dict[str, Any]:
    return {
        "id": new_uuid(),
        "business_id": channel.business_id,
        "channel_id": channel.id,
        "event_id": event.id,
        "dedupe_key": f"event:{event.id}",
        "title": title_of(event),
        "reason": reason[:MAX_REASON],
        "status": DeliveryStatus.PENDING,
        "next_attempt_at": clock.now() + wait,
    }
