"""Who gets a source that cannot serve the whole run: clients take turns, none starves.

A quota can be smaller than the run, and GDELT takes one search in five seconds. Whoever the source
was never asked for comes first, the bigger accounts before the others. After that the wait counts,
and weighs more for a bigger account. A search that failed was a turn too, so that clients whose
searches always fail do not keep the others waiting.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import ClientRunStatus, ClientTier, SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import Business, Client, JobRunClient, SourceCheck
from webapp.services.quotas import QuotaLedger

WEIGHTS = {ClientTier.ENTERPRISE: 4.0, ClientTier.MID_MARKET: 2.0, ClientTier.SMB: 1.0, None: 1.0}
GDELT_SECONDS = 5.0
"""One search of anybody's in so many seconds."""
_OPEN = (ClientRunStatus.PENDING, ClientRunStatus.RUNNING)
_IS_ANSWER = SourceCheck.status.in_((SourceStatus.FOUND, SourceStatus.EMPTY))
# What was not asked took no time; what only this client waits for is no turn that it had
_IS_TURN = or_(
    _IS_ANSWER,
    and_(
        SourceCheck.seconds > 0,
        or_(
            SourceCheck.status == SourceStatus.FAILED,
            and_(SourceCheck.status == SourceStatus.OVER_QUOTA, SourceCheck.account_wide),
        ),
    ),
)


@dataclass(frozen=True)
class Waiting:
    """A client that waits for a source, and when that was asked for it last."""

    client_id: uuid.UUID
    tier: ClientTier | None
    asked_at: datetime | None


@dataclass(frozen=True)
class TurnPlan:
    """Which clients a short source is asked for; a source that is not named serves all."""

    chosen: Mapping[SourceName, frozenset[uuid.UUID]] = field(default_factory=dict)

    def allows(self, source: SourceName, client_id: uuid.UUID) -> bool:
        """Tell whether it is this client's turn."""
        clients = self.chosen.get(source)
        return clients is None or client_id in clients


EVERYBODY = TurnPlan()


@dataclass(frozen=True)
class _Open:
    """A client that the run has still to do."""

    client_id: uuid.UUID
    shard_id: uuid.UUID | None
    tier: ClientTier | None
    checked_at: datetime | None


@dataclass(frozen=True)
class _Past:
    """When a source answered for a client last, and when it was asked, with success or without."""

    answered_at: datetime | None
    asked_at: datetime | None


class QuotaTurns:
    """Plans the turns of a run, for each shard anew and always by the same order."""

    def __init__(self, *, quotas: QuotaLedger, settings: Settings) -> None:
        self._quotas = quotas
        self._cache = timedelta(hours=settings.search_cache_hours)
        self._in_flight = settings.monitor_concurrency
        # GDELT is waited for half of a source's time, and the first search waits for nobody
        self._gdelt_searches = 1 + int(settings.source_timeout_seconds / 2 / GDELT_SECONDS)

    def plan(self, run_id: uuid.UUID, business_id: uuid.UUID) -> TurnPlan:
        """Return whose turn it is among the clients that the run has still to do.

        Few small queries where no source is short, one more for each that is.
        """
        limited = [source for source in SourceName if self._quotas.is_limited(source)]
        has_gdelt = db.session.get_one(Business, business_id).gdelt_enabled
        if not limited and not has_gdelt:
            return EVERYBODY
        clients = _open_clients(run_id)
        states = self._quotas.states() if limited else {}
        chosen = dict[SourceName, frozenset[uuid.UUID]]()
        for source in limited:
            left, most = states[source].left, self._quotas.most_calls(source)
            if left is not None and left < len(clients) * most:
                # Those chosen are served fully; whatever is left serves one more
                searches = left // most or min(left, 1)
                chosen[source] = frozenset(self._queue(source, clients, business_id)[:searches])
        if has_gdelt:
            paced = self._paced(clients, business_id)
            chosen[SourceName.GDELT] = paced & chosen.get(SourceName.GDELT, paced)
        return TurnPlan(chosen)

    def _paced(self, clients: Sequence[_Open], business_id: uuid.UUID) -> frozenset[uuid.UUID]:
        """Return whom GDELT can serve: of each shard as many as fit while its clients wait."""
        shard_of = {each.client_id: each.shard_id for each in clients}
        shards = defaultdict[uuid.UUID | None, list[uuid.UUID]](list)
        for client_id in self._queue(SourceName.GDELT, clients, business_id):
            shards[shard_of[client_id]].append(client_id)
        return frozenset(
            client_id
            for queue in shards.values()
            for client_id in queue[: self._gdelt_searches * -(-len(queue) // self._in_flight)]
        )

    def _queue(
        self, source: SourceName, clients: Iterable[_Open], business_id: uuid.UUID
    ) -> list[uuid.UUID]:
        """Return the clients that need a turn, in turn; the cache answers for the others."""
        past = _pasts(source, business_id)
        now = clock.now()
        fresh_from = now - self._cache
        waiting = list[Waiting]()
        for each in clients:
            # Who was checked without the source being asked or waited for cannot be looked up in
            # it, or could not: that must not come before those who wait
            known = past.get(each.client_id, _Past(None, each.checked_at))
            if not (known.answered_at or fresh_from) > fresh_from:
                waiting.append(Waiting(each.client_id, each.tier, known.asked_at))
        return [each.client_id for each in in_turn(waiting, now)]


def in_turn(waiting: Sequence[Waiting], now: datetime) -> list[Waiting]:
    """Return who comes first: the never asked by tier, then the longest weighted wait."""

    def rank(each: Waiting) -> tuple[bool, float, uuid.UUID]:
        weight = WEIGHTS[each.tier]
        if each.asked_at is None:
            return False, -weight, each.client_id
        return True, -weight * (now - each.asked_at).total_seconds(), each.client_id

    return sorted(waiting, key=rank)


def _open_clients(run_id: uuid.UUID) -> list[_Open]:
    rows = db.session.execute(
        select(
            JobRunClient.client_id,
            JobRunClient.shard_id,
            Client.tier,
            Client.last_checked_at,
        )
        .join(Client, Client.id == JobRunClient.client_id)
        .where(JobRunClient.job_run_id == run_id, JobRunClient.status.in_(_OPEN))
    )
    return [_Open(*row) for row in rows]


def _pasts(source: SourceName, business_id: uuid.UUID) -> dict[uuid.UUID, _Past]:
    at = func.max(SourceCheck.created_at)
    rows = db.session.execute(
        select(SourceCheck.client_id, at.filter(_IS_ANSWER), at.filter(_IS_TURN))
        .where(SourceCheck.business_id == business_id, SourceCheck.source == source)
        .group_by(SourceCheck.client_id)
    )
    return {client_id: _Past(answered_at, asked_at) for client_id, answered_at, asked_at in rows}
