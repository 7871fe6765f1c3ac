"""What comes back of mails: opens and clicks, bounces, and addresses that get nothing more."""

from dataclasses import dataclass

from webapp.config import Settings
from webapp.services.email import EmailService
from webapp.services.email_bounce_webhooks import BounceWebhookService
from webapp.services.email_bounces import EmailBounceService
from webapp.services.email_hits import EmailHitService
from webapp.services.email_suppressions import EmailSuppressionService


@dataclass(frozen=True)
class Mailroom:
    """The services of mails that have left."""

    hits: EmailHitService
    bounces: EmailBounceService
    bounce_webhooks: BounceWebhookService
    suppressions: EmailSuppressionService


def build_mailroom(settings: Settings, email: EmailService) -> Mailroom:
    """Build them beside the service that sends."""
    bounces = EmailBounceService()
    return Mailroom(
        hits=EmailHitService(links=email.links, marks=email.marks),
        bounces=bounces,
        bounce_webhooks=BounceWebhookService(bounces=bounces, settings=settings),
        suppressions=EmailSuppressionService(),
    )
