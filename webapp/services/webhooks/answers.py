"""Builds the answers about webhooks and their deliveries."""

from webapp.models import Webhook, WebhookDelivery
from webapp.schemas.webhooks import (
    AttemptAnswer,
    DeliveryAnswer,
    DeliveryDetailAnswer,
    WebhookAnswer,
    WebhookSecretAnswer,
)
from webapp.services.webhooks.queries import attempts_of


def webhook_answer(webhook: Webhook) -> WebhookAnswer:
    """Return a webhook without its secret."""
    return WebhookAnswer.model_validate(webhook)


def secret_answer(webhook: Webhook, secret: str) -> WebhookSecretAnswer:
    """Return a webhook with the secret that it was just given."""
    return WebhookSecretAnswer(**webhook_answer(webhook).model_dump(), secret=secret)


def delivery_detail_answer(delivery: WebhookDelivery) -> DeliveryDetailAnswer:
    """Return a delivery with its body and each try."""
    facts = DeliveryAnswer.model_validate(delivery).model_dump()
    attempts = [AttemptAnswer.model_validate(each) for each in attempts_of(delivery)]
    return DeliveryDetailAnswer(**facts, payload=delivery.payload, attempts=attempts)
