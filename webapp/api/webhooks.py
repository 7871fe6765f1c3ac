"""Webhooks and their deliveries over JSON, for admins."""

import uuid
from http import HTTPStatus

from webapp.api.paging import part
from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer
from webapp.schemas.webhooks import (
    DeliveryAnswer,
    DeliveryDetailAnswer,
    DeliveryListAnswer,
    DeliveryListQuery,
    RotateInput,
    WebhookAnswer,
    WebhookInput,
    WebhookListAnswer,
    WebhookPatch,
    WebhookSecretAnswer,
)
from webapp.services.access import Actor, Permission
from webapp.services.webhooks.answers import (
    delivery_detail_answer,
    secret_answer,
    webhook_answer,
)
from webapp.services.webhooks.queries import ORDER
from webapp.services.webhooks.queries import get_delivery as found_delivery
from webapp.services.webhooks.queries import list_deliveries as found_deliveries

PREFIX = "/webhooks"
api = Api("webhooks", prefix=PREFIX, tag="Webhooks")


@api.get("/", permission=Permission.ADMINISTER, answer=WebhookListAnswer, summary="List webhooks")
def list_webhooks(actor: Actor) -> WebhookListAnswer:
    """Answer with every webhook of the business."""
    found = [webhook_answer(each) for each in services().webhooks.list(actor)]
    return WebhookListAnswer(webhooks=found, total=len(found))


@api.post(
    "/",
    permission=Permission.ADMINISTER,
    body=WebhookInput,
    answer=WebhookSecretAnswer,
    status=HTTPStatus.CREATED,
    summary="Create a webhook; its secret is told this once",
)
def create_webhook(actor: Actor, body: WebhookInput) -> tuple[WebhookSecretAnswer, dict[str, str]]:
    """Store a webhook and answer with it, its secret and its address."""
    webhook, secret = services().webhooks.create(actor, body)
    return secret_answer(webhook, secret), {"Location": f"{API_ROOT}{PREFIX}/{webhook.id}"}


@api.get(
    "/<uuid:webhook_id>",
    permission=Permission.ADMINISTER,
    answer=WebhookAnswer,
    summary="Get a webhook",
)
def get_webhook(actor: Actor, webhook_id: uuid.UUID) -> WebhookAnswer:
    """Answer with one webhook."""
    return webhook_answer(services().webhooks.get(actor, webhook_id))


@api.put(
    "/<uuid:webhook_id>",
    permission=Permission.ADMINISTER,
    body=WebhookPatch,
    answer=WebhookAnswer,
    summary="Change a webhook, or switch it on or off",
)
def update_webhook(actor: Actor, body: WebhookPatch, webhook_id: uuid.UUID) -> WebhookAnswer:
    """Merge the sent fields."""
    return webhook_answer(services().webhooks.update(actor, webhook_id, body))


@api.delete(
    "/<uuid:webhook_id>",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    summary="Delete a webhook with its deliveries",
)
def delete_webhook(actor: Actor, webhook_id: uuid.UUID) -> MessageAnswer:
    """Delete a webhook for good."""
    name = services().webhooks.delete(actor, webhook_id)
    return MessageAnswer(message=f"The webhook {name} was deleted.")


@api.post(
    "/<uuid:webhook_id>/rotate-secret",
    permission=Permission.ADMINISTER,
    body=RotateInput,
    is_body_required=False,
    answer=WebhookSecretAnswer,
    summary="Give a webhook a new secret; both sign for a while",
)
def rotate_secret(actor: Actor, body: RotateInput, webhook_id: uuid.UUID) -> WebhookSecretAnswer:
    """Answer with the new secret, this once."""
    changed = services().webhooks.rotate(actor, webhook_id, hours=body.overlap_hours)
    return secret_answer(*changed)


@api.post(
    "/<uuid:webhook_id>/test",
    permission=Permission.ADMINISTER,
    answer=DeliveryAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Send a test message",
)
def send_test(actor: Actor, webhook_id: uuid.UUID) -> DeliveryAnswer:
    """Promise a test; its delivery tells what came back."""
    return DeliveryAnswer.model_validate(services().webhooks.send_test(actor, webhook_id))


@api.get(
    "/<uuid:webhook_id>/deliveries",
    permission=Permission.ADMINISTER,
    query=DeliveryListQuery,
    answer=DeliveryListAnswer,
    summary="List what was promised to a webhook",
)
def list_deliveries(
    actor: Actor, query: DeliveryListQuery, webhook_id: uuid.UUID
) -> DeliveryListAnswer:
    """Answer with a page of deliveries, the newest first."""
    rows, total = found_deliveries(actor, webhook_id, query)
    found = [DeliveryAnswer.model_validate(each) for each in rows]
    return DeliveryListAnswer(deliveries=found, **part(query, rows, total=total, order=ORDER))


@api.get(
    "/<uuid:webhook_id>/deliveries/<uuid:delivery_id>",
    permission=Permission.ADMINISTER,
    answer=DeliveryDetailAnswer,
    summary="Get a delivery with what was sent and what came back",
)
def get_delivery(
    actor: Actor, webhook_id: uuid.UUID, delivery_id: uuid.UUID
) -> DeliveryDetailAnswer:
    """Answer with one delivery and each try."""
    return delivery_detail_answer(found_delivery(actor, webhook_id, delivery_id))


@api.post(
    "/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay",
    permission=Permission.ADMINISTER,
    answer=DeliveryAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Send a message again, under the same id",
)
def replay_delivery(actor: Actor, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> DeliveryAnswer:
    """Promise a message again."""
    found = services().webhooks.replay(actor, webhook_id, delivery_id)
    return DeliveryAnswer.model_validate(found)


@api.post(
    "/<uuid:webhook_id>/deliveries/replay-failed",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Send again what failed, some hundreds at most",
)
def replay_failed(actor: Actor, webhook_id: uuid.UUID) -> MessageAnswer:
    """Promise what failed again, the oldest first."""
    number = services().webhooks.replay_failed(actor, webhook_id)
    return MessageAnswer(message=f"Sent again: {number}.")
