"""Who gets a source whose quota is smaller than the run: clients take turns, none starves.

Whoever the source never answered comes first, the bigger accounts before the others. After that
the wait counts, and weighs more for a bigger account.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import ClientRunStatus, ClientTier, SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import Client, JobRunClient, SourceCheck
from webapp.services.quotas import QuotaLedger

WEIGHTS = {ClientTier.ENTERPRISE: 4.0, ClientTier.MID_MARKET: 2.0, ClientTier.SMB: 1.0, None: 1.0}
_OPEN = (ClientRunStatus.PENDING, ClientRunStatus.RUNNING)


@dataclass(frozen=True)
class Waiting:
    """A client that waits for a source, and when that answered for it last."""

    client_id: uuid.UUID
    tier: ClientTier | None
    answered_at: datetime | None


@dataclass(frozen=True)
class TurnPlan:
    """Which clients a short source is asked for; a source that is not named has enough."""

    chosen: Mapping[SourceName, frozenset[uuid.UUID]] = field(default_factory=dict)

    def allows(self, source: SourceName, client_id: uuid.UUID) -> bool:
        """Tell whether it is this client's turn."""
        clients = self.chosen.get(source)
        return clients is None or client_id in clients


EVERYBODY = TurnPlan()


class QuotaTurns:
    """Plans the turns of a run, for each shard anew and always by the same order."""

    def __init__(self, *, quotas: QuotaLedger, settings: Settings) -> None:
        self._quotas = quotas
        self._cache = timedelta(hours=settings.search_cache_hours)

    def plan(self, run_id: uuid.UUID, business_id: uuid.UUID) -> TurnPlan:
        """Return whose turn it is among the clients that the run has still to do.

        Two small queries where no quota is short, one more for each that is.
        """
        limited = [source for source in SourceName if self._quotas.is_limited(source)]
        if not limited:
            return EVERYBODY
        clients = _open_clients(run_id)
        states = self._quotas.states()
        short = {
            source: left
            for source in limited
            if (left := states[source].left) is not None and left < len(clients)
        }
        return TurnPlan(
            {
                source: self._choose(source, clients, left, business_id=business_id)
                for source, left in short.items()
            }
        )

    def _choose(
        self,
        source: SourceName,
        clients: Mapping[uuid.UUID, ClientTier | None],
        left: int,
        *,
        business_id: uuid.UUID,
    ) -> frozenset[uuid.UUID]:
        answered = _last_answers(source, business_id)
        waiting = [Waiting(each, tier, answered.get(each)) for each, tier in clients.items()]
        now = clock.now()
        fresh_from = now - self._cache
        # Who is answered from the cache needs no turn
        asking = [each for each in waiting if not (each.answered_at or fresh_from) > fresh_from]
        return frozenset(each.client_id for each in in_turn(asking, now)[:left])


def in_turn(waiting: Sequence[Waiting], now: datetime) -> list[Waiting]:
    """Return who comes first: the never answered by tier, then the longest weighted wait."""

    def rank(each: Waiting) -> tuple[bool, float, uuid.UUID]:
        weight = WEIGHTS[each.tier]
        if each.answered_at is None:
            return False, -weight, each.client_id
        return True, -weight * (now - each.answered_at).total_seconds(), each.client_id

    return sorted(waiting, key=rank)


def _open_clients(run_id: uuid.UUID) -> dict[uuid.UUID, ClientTier | None]:
    rows = db.session.execute(
        select(JobRunClient.client_id, Client.tier)
        .join(Client, Client.id == JobRunClient.client_id)
        .where(JobRunClient.job_run_id == run_id, JobRunClient.status.in_(_OPEN))
    )
    return {row.client_id: row.tier for row in rows}


def _last_answers(source: SourceName, business_id: uuid.UUID) -> dict[uuid.UUID, datetime]:
    rows = db.session.execute(
        select(SourceCheck.client_id, func.max(SourceCheck.created_at).label("at"))
        .where(
            SourceCheck.business_id == business_id,
            SourceCheck.source == source,
            SourceCheck.status.in_((SourceStatus.FOUND, SourceStatus.EMPTY)),
        )
        .group_by(SourceCheck.client_id)
    )
    return {row.client_id: row.at for row in rows}
