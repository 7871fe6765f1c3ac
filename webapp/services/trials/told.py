"""Telling what was adopted: those who were shown, if they still want it, and nobody else."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import lazyload

from webapp import clock
from webapp.enums import Channel
from webapp.enums import Verdict as Decided
from webapp.extensions import db
from webapp.models import Event, NotificationDecision, ReprocessTrialItem
from webapp.models.base import rows_changed
from webapp.services.chats.outbox import ChatOutbox
from webapp.services.email import EmailService
from webapp.services.notification_audience import Audience, Recipient
from webapp.services.notification_case import ChannelDecision
from webapp.services.notifications import NotificationService
from webapp.services.trials.rows import EventNow
from webapp.services.trials.telling import BY_TRIAL, NOT_SHOWN, NOT_TOLD, Telling, newly_told
from webapp.services.trials.verdicts import Judged, Verdict, judged
from webapp.services.webhooks.outbox import WebhookOutbox


class TrialTold:
    """Writes decisions, inbox items and promised mails in the caller's transaction."""

    def __init__(
        self,
        *,
        notifications: NotificationService,
        email: EmailService,
        webhooks: WebhookOutbox,
        chats: ChatOutbox,
    ) -> None:
        self._notifications = notifications
        self._email = email
        self._webhooks = webhooks
        self._chats = chats

    def of_changed(self, telling: Telling, item: ReprocessTrialItem, event: EventNow) -> str | None:
        """Tell what was shown of an event that was judged anew; returns who is not told after all.

        What was decided before stands, but for those who were held back then and are told now.
        """
        if telling.is_quiet:
            return None
        row = _event(event.id)
        self._webhooks.promise_update(
            row, revision=item.trial_id, has_live_sources=telling.has_live_sources
        )
        if not item.told:
            return None
        decisions = telling.decide(_judged(row, item))
        shown = _shown(item)
        told = [each for each in newly_told(decisions, event.decided) if _key(each) in shown]
        for each in told:
            _overrule(event.id, each)
        self._tell(telling, row, ledger=told, told=told)
        return _missing(item, told)

    def of_second_look(
        self, telling: Telling, event: EventNow, after: Verdict, *, revision: uuid.UUID
    ) -> int:
        """Tell of an event that was judged anew by itself those who were held back until now.

        Whoever heard of it hears nothing more. Returns how many inbox items and mails there are.
        """
        row = _event(event.id)
        self._webhooks.promise_update(
            row, revision=revision, has_live_sources=telling.has_live_sources
        )
        told = newly_told(telling.decide(judged_as(row, after)), event.decided)
        for each in told:
            _overrule(event.id, each)
        self._tell(telling, row, ledger=told, told=told)
        return len(told)

    def of_new(self, telling: Telling, item: ReprocessTrialItem, event_id: uuid.UUID) -> str | None:
        """Tell what was shown of a new event; the ledger says of everybody else why not."""
        row = _event(event_id)
        shown = {} if telling.is_quiet else _shown(item)
        why = NOT_TOLD if telling.is_quiet else NOT_SHOWN
        decisions = [
            each
            if each.verdict is Decided.HOLD or _key(each) in shown
            else replace(each, verdict=Decided.HOLD, reason=why, stopped_by=BY_TRIAL)
            for each in telling.decide(_judged(row, item))
        ]
        told = [each for each in decisions if each.verdict is not Decided.HOLD]
        self._tell(telling, row, ledger=decisions, told=told)
        if telling.is_quiet:
            return None
        self._webhooks.promise_events(
            [row], business_id=row.business_id, has_live_sources=telling.has_live_sources
        )
        return _missing(item, told)

    def _tell(
        self,
        telling: Telling,
        event: Event,
        *,
        ledger: Sequence[ChannelDecision],
        told: Sequence[ChannelDecision],
    ) -> None:
        telling.count(told)
        self._notifications.record_event(event, ledger)
        users = _users(telling.audience)
        instant = [
            each for each in told if each.channel is Channel.EMAIL and each.verdict is Decided.SEND
        ]
        self._email.queue_event_notifications(
            event,
            recipients=[(users[each.user_id], each.reason) for each in instant],
            job_run_id=None,
            waits_for_insight=False,
        )
        self._chats.promise_to_users(event, told)


def _event(event_id: uuid.UUID) -> Event:
    query = select(Event).where(Event.id == event_id).options(lazyload(Event.client))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _judged(event: Event, item: ReprocessTrialItem) -> Judged:
    return judged_as(event, item.after or {})


def judged_as(event: Event, verdict: Verdict) -> Judged:
    """Return an event with another verdict, as the rules of telling read it."""
    return judged(
        verdict,
        event.client_id,
        provenance=event.provenance,
        reason=event.simulation_reason,
        publisher=event.publisher,
    )


def _overrule(event_id: uuid.UUID, decision: ChannelDecision) -> None:
    """Turn a decision that held somebody back into the one that tells them, dated today.

    The next digest looks for decisions since the last one.
    """
    rows_changed(
        update(NotificationDecision)
        .where(
            NotificationDecision.event_id == event_id,
            NotificationDecision.user_id == decision.user_id,
        )
        .values(is_held_back=False)
    )
    rows_changed(
        update(NotificationDecision)
        .where(
            NotificationDecision.event_id == event_id,
            NotificationDecision.user_id == decision.user_id,
            NotificationDecision.channel == decision.channel,
            NotificationDecision.verdict == Decided.HOLD,
        )
        .values(
            verdict=decision.verdict,
            reason=decision.reason,
            stopped_by=decision.stopped_by,
            checks=[dict(vars(check)) for check in decision.checks],
            created_at=clock.now(),
        )
    )


def _shown(item: ReprocessTrialItem) -> dict[tuple[int, str], str]:
    """Return whom a trial showed as told, over which channel, with their name."""
    return {(each["user_id"], each["channel"]): each["user_name"] for each in item.told}


def _missing(item: ReprocessTrialItem, told: Iterable[ChannelDecision]) -> str | None:
    """Say who was shown as told and is not, as they want it otherwise by now."""
    reached = {_key(each) for each in told}
    left_out = {name: None for key, name in _shown(item).items() if key not in reached}
    if not left_out:
        return None
    return f"Not told, as their account or preferences changed: {', '.join(left_out)}."


def _key(decision: ChannelDecision) -> tuple[int, str]:
    return decision.user_id, decision.channel.value


def _users(audience: Audience) -> Mapping[int, Recipient]:
    return {user.id: user for user in audience.users}
