"""What a client's row of a run says: figures per step, sources asked, how it ended."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from webapp import clock
from webapp.enums import ClientRunStatus, PipelineStep, SimulationReason, SourceName
from webapp.models import Client, JobRunClient, SourceCheck
from webapp.models.base import insert_or_ignore, new_uuid, rows_changed
from webapp.services.ai_processor import CallRecord
from webapp.services.event_creation import Created
from webapp.services.run_context import RunContext
from webapp.services.search_aggregator import SearchOutcome
from webapp.services.shard_leases import ShardLeases
from webapp.services.transactions import atomic


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
                "found": len(answer.results),
                "message": answer.message,
                "account_wide": answer.account_wide,
                "seconds": answer.seconds,
            }
            for answer in outcome.answers
        ]
        insert_or_ignore(SourceCheck, checks, conflict=["job_run_id", "client_id", "source"])
        self._shards.update_client(
            context.lease,
            client_id,
            step=PipelineStep.SAVE_RAW,
            searches=len(outcome.answers),
            results=outcome.found,
            duplicates=outcome.found - len(outcome.items),
            raw_rows=JobRunClient.raw_rows + new_rows,
            sources_failed=len(outcome.failed),
            live_sources=len(outcome.live_answers),
            live_sources_failed=len(outcome.failed),
        )

    def note_events(
        self,
        context: RunContext,
        client_id: uuid.UUID,
        created: Created,
        calls: Sequence[CallRecord],
    ) -> None:
        """Add what the events' commit made."""
        self._shards.update_client(
            context.lease,
            client_id,
            step=PipelineStep.NOTIFY,
            events=JobRunClient.events + created.events,
            duplicates=JobRunClient.duplicates + created.duplicates,
            deferred=created.deferred,
            notifications=JobRunClient.notifications + created.notifications,
            emails=JobRunClient.emails + created.emails,
            **_sums(calls),
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
    ) -> None:
        """Mark a client done, with what did not go as it should.

        The caller holds the lease in the same transaction.
        """
        source_notices = [
            f"{answer.source}: {answer.message}" for answer in outcome.failed if answer.message
        ]
        fell_back = outcome.simulation_reason is SimulationReason.FALLBACK
        if fell_back:
            source_notices.append(
                f"No source answered; {SourceName.MOCK} results stand in and go to nobody."
            )
        now = clock.now()
        with atomic():
            self._shards.update_client(
                context.lease,
                client_id,
                status=ClientRunStatus.DONE,
                finished_at=now,
                notices=[*source_notices, *notices],
                degraded=degraded or fell_back,
                insights=JobRunClient.insights + insights,
                **_sums(calls),
            )
            rows_changed(
                update(Client)
                .where(Client.id == client_id)
                .values(last_checked_at=now, updated_at=Client.updated_at)
            )


def _sums(calls: Sequence[CallRecord]) -> dict[str, Any]:
    """Return the columns that add AI calls with their tokens and cost; none without a call."""
    if not calls:
        return {}
    tokens = sum(call.usage.input_tokens + call.usage.output_tokens for call in calls)
    return {
        "ai_calls": JobRunClient.ai_calls + sum(call.usage.calls for call in calls),
        "ai_tokens": JobRunClient.ai_tokens + tokens,
        "ai_cost_usd": JobRunClient.ai_cost_usd + sum(call.usage.cost_usd for call in calls),
    }
