"""How webhooks are built: what promises messages, and what delivers them."""

from webapp.assembly.parts import Outside, People
from webapp.config import Settings
from webapp.queueing import JobQueue
from webapp.services.admin_alerts import AdminAlerts
from webapp.services.secret_box import SecretBox
from webapp.services.webhooks.delivery import WebhookDelivering
from webapp.services.webhooks.outbox import WebhookOutbox
from webapp.services.webhooks.secrets import WebhookSecrets
from webapp.services.webhooks.service import WebhookService


def build_webhooks(
    settings: Settings, queue: JobQueue, *, outside: Outside, people: People
) -> WebhookService:
    """Build the service of webhooks with what its workers need."""
    alerts = AdminAlerts(notifications=people.notifications, email=people.email)
    sealed = WebhookSecrets(SecretBox(settings))
    return WebhookService(
        outbox=WebhookOutbox(queue=queue, settings=settings),
        delivering=WebhookDelivering(sender=outside.webhooks, sealed=sealed, alerts=alerts),
        sealed=sealed,
        sender=outside.webhooks,
    )
