"""What telling writes: rows of the ledger and of the inbox."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from webapp.enums import Channel, NotificationKind, SimulationReason, Verdict
from webapp.models import Event
from webapp.models.base import new_uuid
from webapp.services.notification_case import ChannelDecision
from webapp.services.update_words import told_summary, told_title


def told_nothing(decisions: Sequence[ChannelDecision]) -> set[int]:
    """Return the users whom every decision holds back."""
    users = {each.user_id for each in decisions}
    return users - {each.user_id for each in decisions if each.verdict is not Verdict.HOLD}


def ledger_row(
    event: Event, decision: ChannelDecision, held: Collection[tuple[uuid.UUID, int]]
) -> dict[str, Any]:
    """Return a decision as the ledger keeps it; `held` are the events and users told of nothing."""
    is_shown = event.simulation_reason is not SimulationReason.FALLBACK
    is_first = decision.channel is Channel.IN_APP
    return {
        "id": new_uuid(),
        "business_id": event.business_id,
        "event_id": event.id,
        "user_id": decision.user_id,
        "channel": decision.channel,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "stopped_by": decision.stopped_by,
        "is_held_back": is_shown and is_first and (event.id, decision.user_id) in held,
        "checks": [dict(vars(check)) for check in decision.checks],
    }


def event_item(event: Event, user_id: int, why: str) -> dict[str, Any]:
    """Return the inbox item of a user about an event."""
    return {
        "id": new_uuid(),
        "business_id": event.business_id,
        "user_id": user_id,
        "event_id": event.id,
        "job_run_id": event.job_run_id,
        "kind": NotificationKind.EVENT,
        "severity": event.severity,
        "title": told_title(event)[:500],
        "body": told_summary(event),
        "link": f"/events/{event.id}",
        "why": why[:300],
        "dedupe_key": item_key(event.id),
    }


def item_key(event_id: uuid.UUID) -> str:
    """Return what keeps the items about an event to one a user."""
    return f"event:{event_id}"
