"""Who gets a source that cannot serve the whole run: clients take turns, none starves.

A quota can be smaller than the run, and GDELT takes one search in five seconds. Whoever the source
was never asked for comes first, the bigger accounts before the others. After that the wait counts,
and weighs more for a bigger account. A search that failed was a turn too, so that clients whose
searches always fail do not keep the others waiting.

A key belongs to the deployment, so its quota is parted among all businesses whose runs are under
way or due before it resets: by who has waited longest, whatever an account is worth to its own
business, and never below a business's share of all who wait.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import ClientTier, SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import Business, Client, JobRun, JobRunClient, SourceCheck
from webapp.services.quota_demand import OPEN, Demand, demand_of_others
from webapp.services.quotas import QuotaLedger, QuotaState

WEIGHTS = {ClientTier.ENTERPRISE: 4.0, ClientTier.MID_MARKET: 2.0, ClientTier.SMB: 1.0, None: 1.0}
GDELT_SECONDS = 5.0
"""One search of anybody's in so many seconds."""
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
class _Own:
    """A client of the run; one that is open is still to be done."""

    client_id: uuid.UUID
    business_id: uuid.UUID
    shard_id: uuid.UUID | None
    is_open: bool
    tier: ClientTier | None
    checked_at: datetime | None


@dataclass(frozen=True)
class _Past:
    """When a source answered for a client last, and when it was asked, with success or without."""

    answered_at: datetime | None
    asked_at: datetime | None


@dataclass(frozen=True)
class _Wish:
    """That a client is to be asked about at a time."""

    client_id: uuid.UUID
    tier: ClientTier | None
    checked_at: datetime | None
    due_at: datetime


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
        whole = _clients_of(run_id)
        clients = [each for each in whole if each.is_open]
        states = self._quotas.states() if limited else {}
        chosen = dict[SourceName, frozenset[uuid.UUID]]()
        for source in limited:
            searches = self._searches(source, states[source], run_id, whole)
            if searches is not None:
                chosen[source] = frozenset(self._queue(source, clients)[:searches])
        if has_gdelt:
            paced = self._paced(clients)
            chosen[SourceName.GDELT] = paced & chosen.get(SourceName.GDELT, paced)
        return TurnPlan(chosen)

    def _searches(
        self, source: SourceName, state: QuotaState, run_id: uuid.UUID, whole: Sequence[_Own]
    ) -> int | None:
        """Return how many clients of this run a source can still serve; None where all."""
        if state.left is None or not whole:
            return None
        rest = demand_of_others(whole[0].business_id, source, until=state.resets_at)
        most = self._quotas.most_calls(source)
        if (sum(each.is_open for each in whole) + len(rest)) * most <= state.left:
            return None
        # Those chosen are served fully; whatever is left serves one more
        searches = state.left // most or min(state.left, 1)
        return self._share(source, searches, run_id, [*whole, *rest]) if rest else searches

    def _share(
        self,
        source: SourceName,
        searches: int,
        run_id: uuid.UUID,
        everybody: Sequence[_Own | Demand],
    ) -> int:
        """Return the part of some searches that falls to this run, less what it had of it.

        All shards come to the same: they look at the whole run, as it stood when it began.
        """
        began = db.session.get_one(JobRun, run_id).started_at or clock.now()
        due = {each.client_id: each.due_at for each in everybody if isinstance(each, Demand)}
        past = _pasts(source, {each.business_id for each in everybody}, before=began)
        wishes = (
            _Wish(each.client_id, None, each.checked_at, due.get(each.client_id, began))
            for each in everybody
        )
        queue = in_turn(self._waiting(wishes, past), began)
        had = _turns_had(source, run_id)
        first = sum(each.client_id not in due for each in queue[: searches + had])
        waiting = sum(each.client_id not in due for each in queue)
        share = (searches + had) * waiting // max(len(queue), 1)
        return max(0, max(first, share) - had)

    def _paced(self, clients: Sequence[_Own]) -> frozenset[uuid.UUID]:
        """Return whom GDELT can serve: of each shard as many as fit while its clients wait."""
        shard_of = {each.client_id: each.shard_id for each in clients}
        shards = defaultdict[uuid.UUID | None, list[uuid.UUID]](list)
        for client_id in self._queue(SourceName.GDELT, clients):
            shards[shard_of[client_id]].append(client_id)
        return frozenset(
            client_id
            for queue in shards.values()
            for client_id in queue[: self._gdelt_searches * -(-len(queue) // self._in_flight)]
        )

    def _queue(self, source: SourceName, clients: Sequence[_Own]) -> list[uuid.UUID]:
        """Return the clients that need a turn, in turn; the cache answers for the others."""
        now = clock.now()
        past = _pasts(source, {each.business_id for each in clients})
        wanting = [_Wish(each.client_id, each.tier, each.checked_at, now) for each in clients]
        return [each.client_id for each in in_turn(self._waiting(wanting, past), now)]

    def _waiting(
        self, wanting: Iterable[_Wish], past: Mapping[uuid.UUID, _Past]
    ) -> Iterator[Waiting]:
        for each in wanting:
            # Who was checked without the source being asked or waited for cannot be looked up in
            # it, or could not: that must not come before those who wait
            known = past.get(each.client_id, _Past(None, each.checked_at))
            if known.answered_at is None or known.answered_at <= each.due_at - self._cache:
                yield Waiting(each.client_id, each.tier, known.asked_at)


def in_turn(waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Return who comes first: the never asked by tier, then the longest weighted wait."""

    def rank(each: Waiting) -> tuple[bool, float, bytes]:
        weight = WEIGHTS[each.tier]
        chance = each.client_id.bytes[::-1]  # of equals, not always who was entered first
        if each.asked_at is None:
            return False, -weight, chance
        return True, -weight * (now - each.asked_at).total_seconds(), chance

    return sorted(waiting, key=rank)


def _clients_of(run_id: uuid.UUID) -> list[_Own]:
    rows = db.session.execute(
        select(
            JobRunClient.client_id,
            JobRunClient.business_id,
            JobRunClient.shard_id,
            JobRunClient.status.in_(OPEN),
            Client.tier,
            Client.last_checked_at,
        )
        .join(Client, Client.id == JobRunClient.client_id)
        .where(JobRunClient.job_run_id == run_id)
    )
    return [_Own(*row) for row in rows]


def _turns_had(source: SourceName, run_id: uuid.UUID) -> int:
    had = select(func.count()).where(
        SourceCheck.job_run_id == run_id, SourceCheck.source == source, _IS_TURN
    )
    return db.session.scalar(had) or 0


def _pasts(
    source: SourceName, businesses: Collection[uuid.UUID], *, before: datetime | None = None
) -> dict[uuid.UUID, _Past]:
    at = func.max(SourceCheck.created_at)
    query = (
        select(SourceCheck.client_id, at.filter(_IS_ANSWER), at.filter(_IS_TURN))
        .where(SourceCheck.business_id.in_(businesses), SourceCheck.source == source)
        .group_by(SourceCheck.client_id)
    )
    if before is not None:
        query = query.where(SourceCheck.created_at < before)
    rows = db.session.execute(query)
    return {client_id: _Past(answered_at, asked_at) for client_id, answered_at, asked_at in rows}
