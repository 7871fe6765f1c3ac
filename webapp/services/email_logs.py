"""What became of the mails: lists, one mail in full, figures, sending again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer

from webapp import clock
from webapp.enums import EmailStatus, MailProviderName
from webapp.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.extensions import db
from webapp.models import EmailHit, EmailLog, Event, User
from webapp.schemas.base import PageQuery
from webapp.schemas.email_logs import EmailLogQuery, EmailRangeQuery, EmailStatsAnswer
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.email import EmailService
from webapp.services.email_failures import plain_words
from webapp.services.email_history import Moment, history
from webapp.services.email_queries import matching, visible
from webapp.services.email_rendering import RenderedMail
from webapp.services.email_resending import SENT_AGAIN, again
from webapp.services.email_stats import (
    FailureGroup,
    MachineCounts,
    load_days,
    load_failures,
    load_machines,
    load_stats,
)
from webapp.services.email_suppressions import is_suppressed
from webapp.services.list_order import newest, part_of
from webapp.services.transactions import atomic

ORDER = newest(EmailLog)
_MAX_USER_ID = 2**31 - 1
MailPage = tuple[list[EmailLog], int]
"""A part of a list of mails, and how many there are in all."""


@dataclass(frozen=True)
class EmailDetail:
    """One mail in full; `mail` is None when its text is gone and cannot be made again."""

    log: EmailLog
    mail: RenderedMail | None
    reason: str | None
    history: tuple[Moment, ...]


@dataclass(frozen=True)
class EmailFigures:
    """What the e-mail page draws."""

    stats: EmailStatsAnswer
    days: list[tuple[date, int]]
    failures: list[FailureGroup]
    machines: MachineCounts


@dataclass(frozen=True)
class Tracking:
    """Whether opens and clicks are counted: for the business, and for one user."""

    of_business: bool
    of_user: bool


class EmailLogService:
    """Shows mails to those who may see them: managers the team's, everybody else their own."""

    def __init__(self, *, email: EmailService) -> None:
        self._email = email

    @property
    def provider(self) -> MailProviderName:
        """How mails leave; `console` keeps them here and sends nothing."""
        return self._email.provider.name

    def list(self, actor: Actor, query: EmailLogQuery) -> MailPage:
        """Return a part of the mails, newest first, and how many match: two queries."""
        return _page(visible(actor).where(*matching(actor, query)), query)

    def get(self, actor: Actor, log_id: uuid.UUID) -> EmailLog:
        """Return one mail that the actor may see. Raises NotFoundError."""
        found: EmailLog | None = db.session.scalar(visible(actor).where(EmailLog.id == log_id))
        if found is None:
            raise NotFoundError("There is no mail with this id.")
        return found

    def hits(self, actor: Actor, log_id: uuid.UUID) -> Sequence[EmailHit]:
        """Return the opens and clicks of a mail, oldest first, with who made each."""
        row = self.get(actor, log_id)
        found = select(EmailHit).where(EmailHit.email_log_id == row.id)
        return db.session.scalars(found.order_by(EmailHit.created_at, EmailHit.id)).all()

    def for_user(self, actor: Actor, user_id: int, query: EmailLogQuery) -> MailPage:
        """Return the mails of one user; those of a colleague are for managers only."""
        if user_id > _MAX_USER_ID:
            raise NotFoundError("There is no user with this id.")
        user = get_owned(User, user_id, actor.business_id)
        if user.id != actor.user_id and not actor.can(Permission.VIEW_TEAM_MAIL):
            raise ForbiddenError("Only a manager or an admin may see the mails of somebody else.")
        found = visible(actor).where(EmailLog.user_id == user_id, *matching(actor, query))
        return _page(found, query)

    def for_event(self, actor: Actor, event_id: uuid.UUID, query: EmailLogQuery) -> MailPage:
        """Return the mails about one event, as far as the actor may see them."""
        get_owned(Event, event_id, actor.business_id)
        return _page(
            visible(actor).where(EmailLog.event_id == event_id, *matching(actor, query)), query
        )

    def stats(self, actor: Actor, query: EmailRangeQuery) -> EmailStatsAnswer:
        """Return counts and rates of a range of time."""
        return load_stats(actor, query)

    def figures(self, actor: Actor, query: EmailRangeQuery) -> EmailFigures:
        """Return what the e-mail page draws: four queries."""
        return EmailFigures(
            load_stats(actor, query),
            load_days(actor, query),
            load_failures(actor, query),
            load_machines(actor, query),
        )

    def detail(self, actor: Actor, log_id: uuid.UUID) -> EmailDetail:
        """Return one mail with its text and its history. Raises NotFoundError."""
        row = self.get(actor, log_id)
        reason = plain_words(row.error_message) if row.error_message else None
        return EmailDetail(row, self._email.compose(row), reason, history(row, reason))

    def tracking(self, actor: Actor) -> Tracking:
        """Return whether the opens and clicks of the actor's own mails are counted."""
        user = get_owned(User, actor.user_id, actor.business_id)
        return Tracking(user.business.tracking_enabled, user.tracking_allowed)

    def allow_tracking(self, actor: Actor, *, allowed: bool) -> None:
        """Let the actor's own opens and clicks be counted from now on, or not any more."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            get_owned(User, actor.user_id, actor.business_id).tracking_allowed = allowed

    def resend(self, actor: Actor, log_id: uuid.UUID) -> uuid.UUID:
        """Send a mail again as a new one with a Message-ID of its own; once a minute.

        However often and from wherever it is asked for at a time, one mail goes. Raises
        NotFoundError, and ConflictError where nothing can be sent.
        """
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            row = self.get(actor, log_id)
            if row.status is EmailStatus.PENDING:
                raise ConflictError("This mail is still waiting to be sent.")
            user = _recipient(row)
            made = self._email.outbox.put(again(row, user))
            if made is None:
                raise ConflictError(SENT_AGAIN)
        return made

    def send_test(self, actor: Actor) -> bool:
        """Mail the actor a test; False if one is on its way already (one a minute)."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            user = get_owned(User, actor.user_id, actor.business_id)
            made = self._email.queue_system(
                user=user,
                subject="Beacon can reach you",
                body=f"This is a test mail to {user.email}.\n\n"
                "If you read it in your mailbox, mails about your clients will arrive there too.",
                link="/email",
                link_label="See all e-mails",
                dedupe_key=f"test:{user.id}:{_minute()}",
            )
        return made is not None


def _page(found: Select[EmailLog], query: PageQuery) -> MailPage:
    total = db.session.scalar(found.with_only_columns(func.count())) or 0
    heavy = (EmailLog.body_html, EmailLog.body_text, EmailLog.context)
    light = found.options(*(defer(each) for each in heavy))
    return [*db.session.scalars(part_of(light, ORDER, query))], total


def _minute() -> str:
    return f"{clock.now():%Y%m%d%H%M}"


def _recipient(row: EmailLog) -> User:
    """Return the user whom a mail can be sent to again."""
    user = db.session.scalar(select(User).where(User.id == row.user_id))
    if user is None or not user.is_active:
        raise ConflictError("The recipient's account is disabled or gone, so nothing is sent.")
    if is_suppressed(user.business_id, user.email):
        raise ConflictError(f"{user.email} takes no mail, as an earlier one found out.")
    return user
