"""Who was told of the demo's events, by the product's own rules, and what they did with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.enums import (
    Channel,
    EmailStatus,
    EmailType,
    FeedbackVerdict,
    MailProviderName,
    Verdict,
)
from webapp.models import (
    EmailLog,
    Event,
    EventFeedback,
    EventUserState,
    JobRun,
    JobRunClient,
    Notification,
    NotificationDecision,
    User,
)
from webapp.models.base import new_uuid
from webapp.services.email_headers import new_message_id
from webapp.services.notification_audience import load_audience
from webapp.services.notification_case import ChannelDecision, NotifyContext
from webapp.services.notification_rules import decide
from webapp.services.notifications import NotificationService

_READ_AFTER, _DONE_AFTER = timedelta(hours=2), timedelta(hours=5)
_FRESH = timedelta(days=2)
_PREVIEW = 500


def tell(
    session: Session, events: Sequence[Event], users: Sequence[User], *, settings: Settings
) -> None:
    """Decide for each event and user, and write inbox, ledger and mails of that time."""
    session.flush()
    audience, notifications = load_audience(users[0].business_id), NotificationService()
    for event in events:
        decisions: list[ChannelDecision] = []
        for reader in audience.users:
            context, at = NotifyContext(), event.created_at
            decisions += decide(audience.case(event, reader, context=context, at=at))
        told = notifications.record_event(event, decisions)
        mails = _write_mails(session, event, users, decisions, settings=settings)
        _count(session, event, notifications=told, emails=mails)
    _date_back(session, events)


def _write_mails(
    session: Session,
    event: Event,
    users: Sequence[User],
    decisions: Sequence[ChannelDecision],
    *,
    settings: Settings,
) -> int:
    """Write the event's mails; returns how many."""
    told = {
        each.user_id: each.reason
        for each in decisions
        if each.channel is Channel.EMAIL and each.verdict is Verdict.SEND
    }
    for user in users:
        if user.id in told:
            session.add(_mail(event, user, told[user.id], settings))
    return len(told)


def _count(session: Session, event: Event, *, notifications: int, emails: int) -> None:
    """Add to the figures of the event's run and of its client in that run."""
    run = session.get_one(JobRun, event.job_run_id)
    client = session.get_one(JobRunClient, (event.job_run_id, event.client_id))
    for row in (run, client):
        row.notifications += notifications
        row.emails += emails


def _mail(event: Event, user: User, reason: str, settings: Settings) -> EmailLog:
    log_id = new_uuid()
    sent_at = event.created_at + timedelta(seconds=4)
    was_opened = len(event.title) % 3 != 0
    was_clicked = was_opened and len(event.title) % 2 == 0
    return EmailLog(
        id=log_id,
        business_id=event.business_id,
        user_id=user.id,
        event_id=event.id,
        job_run_id=event.job_run_id,
        email_type=EmailType.EVENT_NOTIFICATION,
        recipient_email=user.email,
        subject=f"[{event.group.value.capitalize()}] {event.title}",
        body_preview=event.summary[:_PREVIEW],
        context={"reason": reason},
        status=EmailStatus.SENT,
        sent_at=sent_at,
        provider=MailProviderName.CONSOLE,
        provider_message_id=f"console-{log_id.hex[:12]}",
        message_id=new_message_id(log_id, settings),
        dedupe_key=f"demo:{log_id}",
        created_at=event.created_at,
        opened_at=sent_at + timedelta(minutes=12) if was_opened else None,
        clicked_at=sent_at + timedelta(minutes=13) if was_clicked else None,
    )


def _date_back(session: Session, events: Sequence[Event]) -> None:
    """Give inbox and ledger the time of their events instead of today's."""
    session.flush()
    ids = [event.id for event in events]
    for model in (Notification, NotificationDecision):
        at = select(Event.created_at).where(Event.id == model.event_id).scalar_subquery()
        session.execute(
            update(model)
            .where(model.event_id.in_(ids))
            .values(created_at=at)
            .execution_options(synchronize_session=False)
        )


def act(session: Session, events: Sequence[Event], users: Sequence[User], *, now: datetime) -> None:
    """Let the users have dealt with what is older, and leave the newest for whoever signs in."""
    for position, event in enumerate(events):
        if now - event.created_at < _FRESH:
            continue
        for user in users:
            session.add(_state(event, user, position, now))
        _read(session, event)
        if position % 4 == 0:
            session.add(_opinion(event, users[position % len(users)], position))


def _state(event: Event, user: User, position: int, now: datetime) -> EventUserState:
    state = EventUserState(
        business_id=event.business_id,
        event_id=event.id,
        user_id=user.id,
        read_at=event.created_at + _READ_AFTER,
    )
    match position % 5:
        case 0:
            state.starred_at = event.created_at + _READ_AFTER
        case 1:
            state.snoozed_until = now + timedelta(days=1 + position % 3)
        case _:
            state.done_at = event.created_at + _DONE_AFTER
    return state


def _read(session: Session, event: Event) -> None:
    session.execute(
        update(Notification)
        .where(Notification.event_id == event.id)
        .values(read_at=event.created_at + _READ_AFTER)
        .execution_options(synchronize_session=False)
    )


def _opinion(event: Event, user: User, position: int) -> EventFeedback:
    verdict = FeedbackVerdict.NOT_RELEVANT if position % 3 == 0 else FeedbackVerdict.USEFUL
    return EventFeedback(
        business_id=event.business_id,
        event_id=event.id,
        user_id=user.id,
        verdict=verdict,
        created_at=event.created_at + _DONE_AFTER,
        updated_at=event.created_at + _DONE_AFTER,
    )
