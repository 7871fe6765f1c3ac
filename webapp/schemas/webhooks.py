"""Webhooks: what is asked of them, and what is told of them and their deliveries."""

import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from webapp.enums import (
    Category,
    CategoryGroup,
    DeliveryStatus,
    Provenance,
    RiskLevel,
    Severity,
    SimulationReason,
    SourceName,
    Urgency,
    WebhookEventType,
    WebhookStop,
)
from webapp.schemas.base import Answer, NextAfter, PageQuery, Schema, UtcTime
from webapp.schemas.event_wishes import EventWishAnswer, EventWishFields, EventWishForm

DEFAULT_OVERLAP_HOURS = 24
MAX_OVERLAP_HOURS = 168
CHOOSABLE = tuple(each for each in WebhookEventType if each is not WebhookEventType.TEST)
"""What a webhook can be told of; a test is sent by hand."""


def _without_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not hold a NUL character")
    return value


def _choosable(types: list[WebhookEventType]) -> list[WebhookEventType]:
    if not set(CHOOSABLE).issuperset(types):
        raise ValueError(f"can be of: {', '.join(CHOOSABLE)}")
    return list(dict.fromkeys(types))


Name = Annotated[
    str, Field(min_length=1, max_length=120, examples=["CRM sync"]), AfterValidator(_without_nul)
]
Address = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="Where to POST; public, and https",
        examples=["https://example.com/beacon"],
    ),
    AfterValidator(_without_nul),
]
EventTypes = Annotated[
    list[WebhookEventType],
    Field(min_length=1, max_length=len(WebhookEventType)),
    AfterValidator(_choosable),
]


class WebhookInput(EventWishFields):
    """A new webhook."""

    name: Name
    url: Address
    event_types: EventTypes = Field(default_factory=lambda: [WebhookEventType.EVENT_CREATED])


class WebhookForm(WebhookInput, EventWishForm):
    """What the page posts."""

    @property
    def values(self) -> dict[str, Any]:
        """The fields of a webhook."""
        return self.model_dump(include=set(WebhookInput.model_fields))


class WebhookPatch(EventWishFields):
    """Part of a webhook: what is absent stays."""

    name: Name = Field(default_factory=str)
    url: Address = Field(default_factory=str)
    event_types: EventTypes = Field(default_factory=list)
    is_active: bool = Field(True, description="Switches it on or off")  # noqa: FBT003 -- a default value


class RotateInput(Schema):
    """How long the old secret goes on signing beside the new one."""

    overlap_hours: int = Field(DEFAULT_OVERLAP_HOURS, ge=0, le=MAX_OVERLAP_HOURS)


class WebhookAnswer(EventWishAnswer):
    """A webhook; its secret is never told again."""

    id: uuid.UUID
    name: str
    url: str
    event_types: list[WebhookEventType]
    is_active: bool
    stopped_reason: WebhookStop | None
    stopped_at: UtcTime | None
    failing_since: UtcTime | None = Field(description="Since when every try has failed")
    last_success_at: UtcTime | None
    previous_secret_until: UtcTime | None = Field(description="Until then the old secret signs too")
    created_at: UtcTime
    updated_at: UtcTime


class WebhookSecretAnswer(WebhookAnswer):
    """A webhook and its new secret, which is told this once."""

    secret: str = Field(description="`whsec_` and base64, as Standard Webhooks has it")


class WebhookListAnswer(Answer):
    """Every webhook of the business."""

    webhooks: list[WebhookAnswer]
    total: int


class DeliveryListQuery(PageQuery):
    """Filters of the deliveries of a webhook."""

    status: DeliveryStatus | None = None
    event_type: WebhookEventType | None = None


class DeliveryAnswer(Answer):
    """One message to a webhook."""

    id: uuid.UUID
    webhook_id: uuid.UUID
    event_id: uuid.UUID | None
    event_type: WebhookEventType
    message_id: str = Field(description="The header webhook-id, the same on every try")
    title: str
    status: DeliveryStatus
    tries: int
    next_attempt_at: UtcTime | None
    delivered_at: UtcTime | None
    error_message: str | None
    created_at: UtcTime


class AttemptAnswer(Answer):
    """One try: what was sent and what came back, cut at some kilobytes."""

    created_at: UtcTime
    url: str
    request_headers: dict[str, str]
    response_status: int | None
    response_headers: dict[str, str]
    response_body: str
    error_message: str | None
    milliseconds: int


class DeliveryDetailAnswer(DeliveryAnswer):
    """One message with its body and each try, the latest first."""

    payload: str = Field(description="The body as it was signed and sent")
    attempts: list[AttemptAnswer]


class DeliveryListAnswer(Answer):
    """A page of deliveries, the newest first."""

    deliveries: list[DeliveryAnswer]
    total: int
    skip: int
    limit: int
    next_after: NextAfter


class EventPayload(Answer):
    """What a webhook's body tells of an event, as `data`."""

    id: uuid.UUID
    client_id: uuid.UUID
    title: str
    summary: str
    url: str
    publisher: str | None
    source_api: SourceName
    published_at: UtcTime | None
    category: Category
    group: CategoryGroup
    severity: Severity
    relevance_score: float
    sentiment_score: float
    risk_level: RiskLevel
    risk_reason: str
    urgency: Urgency
    provenance: Provenance
    simulation_reason: SimulationReason | None
    change_note: str | None
    story_id: uuid.UUID | None


class RunPayload(Answer):
    """What a webhook's body tells of a run, as `data`."""

    id: uuid.UUID
    schedule_id: uuid.UUID | None
    schedule_name: str | None
    status: str
    reason: str | None
    error_message: str | None
    started_at: UtcTime | None
    finished_at: UtcTime | None


class Body(Answer):
    """The body of a webhook."""

    type: WebhookEventType
    timestamp: UtcTime
    data: dict[str, Any]
