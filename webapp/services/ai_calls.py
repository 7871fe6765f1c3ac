"""Calls to models as the books keep them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from webapp.enums import AIName, AiPurpose
from webapp.models import AiCall
from webapp.models.base import new_uuid, run, table_of
from webapp.providers.base import Usage

_INSERT = insert(table_of(AiCall))


@dataclass(frozen=True)
class CallRecord:
    """One call for the books: what it used, how long it took, and how it failed if it did."""

    provider: AIName
    model: str
    purpose: AiPurpose
    usage: Usage
    seconds: float
    error: str | None = None


@dataclass(frozen=True)
class Caller:
    """On whose behalf models were called."""

    business_id: uuid.UUID
    client_id: uuid.UUID | None = None
    job_run_id: uuid.UUID | None = None


def write_calls(calls: Sequence[CallRecord], caller: Caller) -> None:
    """Write one row a call inside the caller's transaction."""
    if calls:
        run(_INSERT, [{**vars(caller), **_columns(call)} for call in calls])


def _columns(call: CallRecord) -> dict[str, Any]:
    usage = call.usage
    return {
        "id": new_uuid(),
        "provider": call.provider,
        "model": call.model[:80],
        "purpose": call.purpose,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cost_usd": usage.cost_usd,
        "counted_usd": usage.counted_usd,
        "seconds": call.seconds,
        "error": call.error,
    }
