"""Stand-ins around webhooks: a way out that answers as planned, and the service over it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask

from tests.doubles.mail import ScriptedMail
from tests.doubles.queues import ListQueue
from webapp.config import Settings
from webapp.container import EXTENSION
from webapp.providers.base import OutgoingWebhook, WebhookReply, WebhookSender
from webapp.services.admin_alerts import AdminAlerts
from webapp.services.email import EmailService
from webapp.services.notifications import NotificationService
from webapp.services.secret_box import SecretBox
from webapp.services.webhooks.delivery import WebhookDelivering
from webapp.services.webhooks.outbox import WebhookOutbox
from webapp.services.webhooks.secrets import WebhookSecrets
from webapp.services.webhooks.service import WebhookService

TAKEN = WebhookReply(status=204)


@dataclass
class ScriptedWebhooks:
    """Answers with the planned replies in turn, then with success."""

    replies: list[WebhookReply] = field(default_factory=list)
    sent: list[OutgoingWebhook] = field(default_factory=list)
    refused: str | None = None
    unreachable: str | None = None
    before: Callable[[], None] = lambda: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refusal(self, url: str) -> str | None:  # noqa: ARG002 -- the real one's signature
        return self.refused

    def problem(self, url: str) -> str | None:  # noqa: ARG002 -- as above
        return self.unreachable

    def send(self, webhook: OutgoingWebhook) -> WebhookReply:
        self.before()
        with self.lock:
            self.sent.append(webhook)
            return self.replies.pop(0) if self.replies else TAKEN


def post_office(
    settings: Settings, sender: WebhookSender, *, queue: ListQueue | None = None
) -> WebhookService:
    """The service of webhooks over a way out, with alerts that lie in the outbox of mails."""
    jobs = queue or ListQueue()
    email = EmailService(provider=ScriptedMail(), queue=jobs, settings=settings)
    sealed = WebhookSecrets(SecretBox(settings))
    alerts = AdminAlerts(notifications=NotificationService(), email=email)
    return WebhookService(
        outbox=WebhookOutbox(queue=jobs, settings=settings),
        delivering=WebhookDelivering(sender=sender, sealed=sealed, alerts=alerts),
        sealed=sealed,
        sender=sender,
    )


def put_into(app: Flask, service: WebhookService, patch: pytest.MonkeyPatch) -> None:
    """Have an app's pages and routes use this service."""
    built = app.extensions[EXTENSION]
    patch.setitem(app.extensions, EXTENSION, replace(built, webhooks=service))
