"""What leaves to other systems."""

from enum import StrEnum


class WebhookEventType(StrEnum):
    """What a webhook tells of; the `type` of its body."""

    EVENT_CREATED = "event.created"
    EVENT_UPDATED = "event.updated"
    RUN_FAILED = "run.failed"
    TEST = "webhook.test"


class WebhookStop(StrEnum):
    """Why a webhook is off."""

    SWITCHED_OFF = "switched_off"
    GONE = "gone"
    FAILING = "failing"


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
