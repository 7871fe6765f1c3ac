"""The bodies of webhooks: what happened, when, and the facts of it, as JSON."""

import uuid
from datetime import datetime
from typing import Any

from webapp.enums import WebhookEventType
from webapp.models import Event, JobRun
from webapp.schemas.webhooks import Body, EventPayload, RunPayload


def event_data(event: Event, *, base_url: str) -> dict[str, Any]:
    """Return the facts of an event with its client's name and the address of its page."""
    facts = EventPayload.model_validate(event).model_dump(mode="json")
    page = {"client_name": event.client.name, "link": f"{base_url}/events/{event.id}"}
    return {**facts, **page}


def run_data(run: JobRun, *, base_url: str) -> dict[str, Any]:
    """Return the facts of a run with the address of its page."""
    facts = RunPayload.model_validate(run).model_dump(mode="json")
    return {**facts, "link": f"{base_url}/runs/{run.id}"}


def test_data(webhook_id: uuid.UUID, name: str) -> dict[str, Any]:
    """Return what a test tells."""
    return {"webhook_id": str(webhook_id), "name": name, "message": "This is a test of Beacon's."}


def body_of(kind: WebhookEventType, *, at: datetime, data: dict[str, Any]) -> str:
    """Return the whole body as it is signed and sent."""
    return Body(type=kind, timestamp=at, data=data).model_dump_json()
