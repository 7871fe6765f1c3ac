"""What a client's row of a run says: figures per step, sources asked, how it ended."""

import uuid
from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, func, update

from webapp import clock
from webapp.enums import ClientRunStatus, PipelineStep, SimulationReason
from webapp.models import Client, SourceCheck
from webapp.models.base import insert_or_ignore, new_uuid, run, table_of
from webapp.models.client import CLIENT_TIMES
from webapp.services.ai_calls import CallRecord
from webapp.services.event_creation import Created
from webapp.services.provider_names import label_of
from webapp.services.run_context import RunContext
from webapp.services.search_aggregator import SearchOutcome
from webapp.services.shard_leases import ShardLeases
from webapp.services.transactions import atomic

_CLIENTS = table_of(Client)
_CHECKED = (
    update(_CLIENTS)
    .where(_CLIENTS.c.id == bindparam("checked_client"))
    # The client itself did not change
    .values(last_checked_at=bindparam("now"), updated_at=_CLIENTS.c.updated_at)
)
_MET = (
    update(_CLIENTS)
    .where(_CLIENTS.c.id == bindparam("checked_client"))
    .values(
        updated_at=_CLIENTS.c.updated_at,
        **{
            name: func.coalesce(bindparam(name, type_=_CLIENTS.c[name].type), _CLIENTS.c[name])
            for name in CLIENT_TIMES
        },
    )
)


class ClientRecords:
    """Writes the checkpoints of one client; each joins the caller's transaction.

    Figures that a second attempt would count again are added up in the commit that they
    describe; the others are set.
    """

    def __init__(self, *, shards: ShardLeases) -> None:
        self._shards = shards

    def note_search(
        self, context: RunContext, client_id: uuid.UUID, outcome: SearchOutcome, *, new_rows: int
    ) -> None:
        """Note what each source answered and how many rows were new."""
        checks = [
            {
                "id": new_uuid(),
                "business_id": context.business_id,
                "job_run_id": context.run_id,
                "client_id": client_id,
                "source": answer.source,
                "status": answer.status,
                "found": answer.found,
                "query_fingerprint": answer.fingerprint,
                "message": answer.message,
                "account_wide": answer.account_wide,
                "seconds": answer.seconds,
                "created_at": outcome.asked_at,
            }
            for answer in outcome.answers
        ]
        insert_or_ignore(SourceCheck, checks, conflict=["job_run_id", "client_id", "source"])
        times = {name: outcome.asked_at if there else None for name, there in _met(outcome)}
        run(_MET, {"checked_client": client_id, **times})
        self._shards.checkpoint(
            context.lease,
            client_id,
            add={"raw_rows": new_rows},
            step=PipelineStep.SAVE_RAW,
            searches=outcome.asked,
            results=outcome.found,
            duplicates=outcome.found - len(outcome.items),
            sources_failed=len(outcome.failed),
            live_sources=len(outcome.live_answers),
            live_sources_failed=len(outcome.failed) + len(outcome.waiting),
        )

    def note_events(
        self,
        context: RunContext,
        client_id: uuid.UUID,
        created: Created,
        calls: Sequence[CallRecord],
    ) -> None:
        """Add what the events' commit made."""
        self._shards.checkpoint(
            context.lease,
            client_id,
            add={
                "events": created.events,
                "duplicates": created.duplicates,
                "notifications": created.notifications,
                "emails": created.emails,
                **_sums(calls),
            },
            step=PipelineStep.NOTIFY,
            deferred=created.deferred,
        )

    def finish(
        self,
        context: RunContext,
        client_id: uuid.UUID,
        outcome: SearchOutcome,
        *,
        notices: Sequence[str] = (),
        degraded: bool = False,
        insights: int = 0,
        calls: Sequence[CallRecord] = (),
        seconds: float,
    ) -> None:
        """Mark a client done, with what did not go as it should and the time that it took."""
        source_notices = [
            _named(label_of(answer.source), answer.message)
            for answer in (*outcome.failed, *outcome.waiting)
            if answer.message
        ]
        fell_back = outcome.simulation_reason is SimulationReason.FALLBACK
        if fell_back:
            source_notices.append(
                "No source answered; simulated results stand in and go to nobody."
            )
        now = clock.now()
        with atomic():
            if not context.is_reprocess:  # whose client was looked at, not its sources
                run(_CHECKED, {"checked_client": client_id, "now": now})
            self._shards.checkpoint(
                context.lease,
                client_id,
                add={"insights": insights, **_sums(calls)},
                status=ClientRunStatus.DONE,
                finished_at=now,
                seconds=seconds,
                notices=[*source_notices, *notices],
                degraded=degraded or fell_back,
            )


def _named(label: str, message: str) -> str:
    """Return what a source said, once with its name."""
    return message if message.startswith(label) else f"{label}: {message}"


def _met(outcome: SearchOutcome) -> Iterator[tuple[str, bool]]:
    """Yield for each of the times whether the search moves it."""
    live = outcome.live_answers
    yield "last_answered_at", outcome.is_answered
    yield "last_found_at", any(each.found > 0 for each in live)
    yield "last_failed_at", bool(outcome.failed or outcome.waiting)
    yield "last_simulated_at", len(live) < len(outcome.answers)


def _sums(calls: Sequence[CallRecord]) -> dict[str, float]:
    """Return what AI calls add to a client's row."""
    if not calls:
        return {}
    tokens = sum(call.usage.input_tokens + call.usage.output_tokens for call in calls)
    return {
        "ai_calls": sum(call.usage.calls for call in calls),
        "ai_tokens": tokens,
        "ai_cost_usd": sum(call.usage.counted_usd for call in calls),
    }
