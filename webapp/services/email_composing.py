"""Makes the mail of a log row: checks that it may still go, and writes it at the first try."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from webapp.config import Settings
from webapp.enums import ClientStatus, EmailType, NotificationFrequency, SimulationReason
from webapp.extensions import Base, db
from webapp.models import EmailLog, Event, User
from webapp.providers.base import OutgoingMail
from webapp.services.digest_mail import load_digest_mail
from webapp.services.email_delivery import Prepared
from webapp.services.email_event_content import EventMail, load_event_mail
from webapp.services.email_headers import UNSUBSCRIBABLE, build_headers
from webapp.services.email_links import EmailLinks
from webapp.services.email_marks import EmailMarks, MarkedMail
from webapp.services.email_outbox import mail_is_on
from webapp.services.email_rendering import (
    MailFrame,
    RenderedMail,
    render_html,
    render_subject,
    render_text,
)
from webapp.services.email_suppressions import is_suppressed
from webapp.services.email_text import one_line, paragraphs

BuildEventHtml = Callable[[EventMail, MailFrame, str], str]
ModelT = TypeVar("ModelT", bound=Base)
DEFAULT_LINK_LABEL = "Open Beacon"


class EmailComposer:
    """Turns log rows into mails."""

    def __init__(
        self,
        *,
        links: EmailLinks,
        marks: EmailMarks,
        settings: Settings,
        build_event_html: BuildEventHtml,
    ) -> None:
        self._links = links
        self._marks = marks
        self._settings = settings
        self._build_event_html = build_event_html

    def prepare(self, log: EmailLog) -> Prepared:
        """Return what to send for a row that is due, or why it may not go any more."""
        user = _fresh(User, log.user_id) if log.user_id else None
        event = _fresh(Event, log.event_id) if log.event_id else None
        refusal = _refusal(log, user, event)
        if refusal is not None or user is None:
            return Prepared(refusal=refusal)
        mail = self.compose(log, user, event)
        marked = self._marked(log, user, mail.html)
        headers = build_headers(
            log, event.client_id if event else None, links=self._links, settings=self._settings
        )
        outgoing = OutgoingMail(
            message_id=log.message_id,
            sender_name=one_line(self._settings.smtp_from_name, 120),
            sender_email=self._settings.smtp_from_email,
            recipient=log.recipient_email,
            subject=mail.subject,
            text=mail.text,
            html=marked.html if marked else mail.html,
            headers=headers,
        )
        links = marked.links if marked else None
        return Prepared(mail=outgoing, kept=mail, tracked_links=links)

    def _marked(self, log: EmailLog, user: User, html: str) -> MarkedMail | None:
        """Return the HTML as it is counted; None where nobody wants that."""
        wanted = user.tracking_allowed and user.business.tracking_enabled
        if not wanted or log.tracking_token is None:
            return None
        plain = {self._links.preferences, self._links.unsubscribe(log.id)}
        return self._marks.put_into(html, token=log.tracking_token, plain=plain)

    def compose(self, log: EmailLog, user: User, event: Event | None) -> RenderedMail:
        """Return the mail as it was kept, or write it now."""
        if log.body_text is not None and log.body_html is not None:
            return RenderedMail(log.subject, log.body_text, log.body_html)
        frame = self._frame(log, user)
        if log.email_type is EmailType.EVENT_NOTIFICATION and event is not None:
            return self._event(log, frame, load_event_mail(event, user.zone))
        if log.email_type is EmailType.DIGEST:
            digest = load_digest_mail(log.context, user.zone)
            return _render("digest", log.subject, frame, digest=digest, links=self._links)
        link = log.context.get("link")
        words = {
            "subject_line": log.subject,
            "paragraphs": paragraphs(str(log.context.get("body", ""))),
            "url": self._links.absolute(link) if link else None,
            "label": log.context.get("link_label") or DEFAULT_LINK_LABEL,
        }
        return _render(log.email_type.value, log.subject, frame, **words)

    def _event(self, log: EmailLog, frame: MailFrame, mail: EventMail) -> RenderedMail:
        url = self._links.event(log.event_id) if log.event_id else self._links.events
        return RenderedMail(
            subject=render_subject(
                "event",
                group=mail.group,
                headline=mail.headline,
                is_simulated=mail.is_simulated,
            ),
            text=render_text("event", mail=mail, frame=frame, url=url),
            html=self._build_event_html(mail, frame, url),
        )

    def _frame(self, log: EmailLog, user: User) -> MailFrame:
        can_end = log.email_type in UNSUBSCRIBABLE
        return MailFrame(
            organisation=one_line(user.business.name, 120),
            why=_why(log),
            preferences_url=self._links.preferences,
            unsubscribe_url=self._links.unsubscribe(log.id) if can_end else None,
        )


def _fresh(model: type[ModelT], key: int | uuid.UUID) -> ModelT | None:
    """Read a row as it stands now, not as this session may remember it."""
    return db.session.get(model, key, populate_existing=True)


def _render(name: str, subject: str, frame: MailFrame, **words: Any) -> RenderedMail:  # noqa: ANN401 -- a template's words
    return RenderedMail(
        subject=render_subject(name, subject=subject),
        text=render_text(name, frame=frame, **words),
        html=render_html(name, frame=frame, **words),
    )


def _why(log: EmailLog) -> str:
    """Return the end of the sentence "You get this because ..."."""
    reason = one_line(str(log.context.get("reason", "")), 300).rstrip(".")
    if reason:
        starts_with_name = len(reason) > 1 and reason[1].isupper()
        return reason if starts_with_name else reason[0].lower() + reason[1:]
    if log.email_type is EmailType.DIGEST:
        cadence = log.context.get("cadence")
        if cadence == NotificationFrequency.INSTANT:
            return "these events were held back from being mailed one by one"
        return f"you chose a {cadence} digest"
    if log.email_type is EmailType.ALERT:
        return "you created or administer what it is about"
    if log.email_type is EmailType.SYSTEM:
        return "it was asked for on your account"
    return "the event passes your filter"


def _refusal(log: EmailLog, user: User | None, event: Event | None) -> str | None:
    """Say in plain words why the mail may not go any more; None if it may."""
    if user is None or not user.is_active:
        return "Not sent: the account was disabled or removed in the meantime."
    if is_suppressed(log.business_id, log.recipient_email):
        return "Not sent: this address takes no mail, as an earlier one found out."
    if log.email_type in UNSUBSCRIBABLE and not mail_is_on(user):
        return "Not sent: e-mail was switched off in the meantime."
    if log.email_type is EmailType.EVENT_NOTIFICATION:
        return _event_refusal(event)
    return None


def _event_refusal(event: Event | None) -> str | None:
    if event is None or event.hidden_at is not None:
        return "Not sent: the event was removed in the meantime."
    if event.client.status is ClientStatus.ARCHIVED:
        return "Not sent: the client was archived in the meantime."
    if event.simulation_reason is SimulationReason.FALLBACK:
        return "Not sent: the event is invented, because its sources had failed."
    return None
