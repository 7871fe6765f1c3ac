"""Shards in the database: who works on which clients, and how far they are.

A worker holds a shard by a lease with a random token, and extends it every second. Each of its
writes checks the token in the statement that moves a client's checkpoint, so a worker that was
thought dead and wakes up writes nothing more.
"""

import hashlib
import os
import secrets
import socket
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Update, bindparam, or_, select, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import ClientRunStatus, ShardStatus
from webapp.errors import LeaseLostError
from webapp.models import JobRunClient, JobRunShard
from webapp.models.base import rows_changed, run, table_of
from webapp.queueing import JobName, JobQueue
from webapp.services.transactions import after_commit, atomic, snapshot

MAX_SHARD_ATTEMPTS = 12
MAX_CLIENT_DEATHS = 3
"""Deaths of a process in which a client was alone; more would be no chance."""
MAX_CLIENT_ATTEMPTS = 8
"""Tries of a client, whatever ended them; an orderly stop or a database that went away ends none.

It ends what takes the whole machine down with it, of which no death is noted."""
MARK_LENGTH = 16
UNFINISHED = (ShardStatus.QUEUED, ShardStatus.RUNNING)

_SHARDS, _CLIENTS = table_of(JobRunShard).c, table_of(JobRunClient).c
_HOLD = (
    update(table_of(JobRunShard))
    .where(
        _SHARDS.id == bindparam("shard"),
        _SHARDS.lease_token == bindparam("token"),
        _SHARDS.status == ShardStatus.RUNNING,
    )
    .values(lease_expires_at=bindparam("until"))
)
_HELD = (
    select(_SHARDS.id)
    .where(
        _SHARDS.id == bindparam("shard"),
        _SHARDS.lease_token == bindparam("token"),
        _SHARDS.status == ShardStatus.RUNNING,
    )
    # Until the commit nobody can take the shard, whereas neither the clients of a shard nor the
    # renewal of its lease wait for each other: a renewal changes no key
    .with_for_update(read=True, key_share=True)
)
_TAKE = (
    select(_SHARDS.id)
    .where(
        _SHARDS.id == bindparam("shard"),
        _SHARDS.status.in_(UNFINISHED),
        or_(_SHARDS.lease_expires_at.is_(None), _SHARDS.lease_expires_at < bindparam("now")),
    )
    .with_for_update()
)
"""Waits for whoever still writes under a lease that has passed; a held shard is left alone."""
_BEGIN = (
    update(table_of(JobRunClient))
    .where(
        _CLIENTS.job_run_id == bindparam("of_run"),
        _CLIENTS.client_id.in_(bindparam("of_clients", expanding=True)),
        _CLIENTS.shard_id.in_(_HELD),
    )
    .values(
        status=ClientRunStatus.RUNNING,
        attempts=_CLIENTS.attempts + 1,
        started_at=bindparam("now"),
    )
)


@lru_cache(maxsize=64)
def _client_update(names: frozenset[str], added: frozenset[str]) -> Update:
    """Build the statement that sets some columns of a client's row and adds to others."""
    given: dict[str, Any] = {name: bindparam(f"to_{name}") for name in sorted(names)}
    sums = {name: _CLIENTS[name] + bindparam(f"to_{name}") for name in sorted(added)}
    return (
        update(table_of(JobRunClient))
        .where(
            _CLIENTS.job_run_id == bindparam("of_run"),
            _CLIENTS.client_id == bindparam("of_client"),
            _CLIENTS.shard_id.in_(_HELD),
        )
        .values({**given, **sums})
    )


@dataclass(frozen=True)
class Lease:
    """The right to work on one shard until somebody else takes it."""

    shard_id: uuid.UUID
    run_id: uuid.UUID
    token: str
    attempt: int


@dataclass(frozen=True)
class ShardClient:
    """One client of a shard that is still to be done."""

    client_id: uuid.UUID
    attempts: int
    deaths: int = 0

    @property
    def is_deadly(self) -> bool:
        """Whether it is given up, so that the others go on."""
        return self.deaths >= MAX_CLIENT_DEATHS or self.attempts >= MAX_CLIENT_ATTEMPTS


def mark_of(pid: int) -> str:
    """Return what the tokens of leases begin with that a process of this machine takes."""
    return hashlib.sha256(f"{socket.gethostname()}:{pid}".encode()).hexdigest()[:MARK_LENGTH]


class ShardLeases:
    """Leases shards to workers and keeps the checkpoints of their clients."""

    def __init__(self, *, queue: JobQueue, settings: Settings) -> None:
        self._queue = queue
        self._lease = timedelta(seconds=settings.lease_seconds)

    def lease_shard(self, shard_id: uuid.UUID) -> Lease | None:
        """Take a shard that nobody holds; None when it is held or done."""
        now = clock.now()
        token = mark_of(os.getpid()) + secrets.token_hex(8)
        with atomic() as session:
            run(_TAKE, {"shard": shard_id, "now": now})
            taken = session.execute(
                update(JobRunShard)
                .where(
                    JobRunShard.id == shard_id,
                    JobRunShard.status.in_(UNFINISHED),
                    or_(JobRunShard.lease_expires_at.is_(None), JobRunShard.lease_expires_at < now),
                )
                .values(
                    status=ShardStatus.RUNNING,
                    lease_token=token,
                    lease_expires_at=now + self._lease,
                    attempt=JobRunShard.attempt + 1,
                )
                .returning(JobRunShard.job_run_id, JobRunShard.attempt)
            ).first()
        return None if taken is None else Lease(shard_id, taken[0], token, taken[1])

    def _hold(self, lease: Lease) -> None:
        """Extend the lease inside the caller's transaction, or raise LeaseLostError.

        The row lock that this takes also keeps anybody from taking the shard before the commit.
        """
        held = run(
            _HOLD,
            {
                "shard": lease.shard_id,
                "token": lease.token,
                "until": clock.now() + self._lease,
            },
        )
        if held.rowcount != 1:
            raise LeaseLostError(f"shard {lease.shard_id} was taken over")

    def renew(self, lease: Lease) -> None:
        """Extend the lease in a transaction of its own, or raise LeaseLostError."""
        with atomic():
            self._hold(lease)

    def open_clients(self, lease: Lease) -> list[ShardClient]:
        """Return the shard's clients that are not done, the ones never tried first."""
        with snapshot() as session:
            rows = session.execute(
                select(JobRunClient.client_id, JobRunClient.attempts, JobRunClient.deaths)
                .where(
                    JobRunClient.shard_id == lease.shard_id,
                    JobRunClient.status.in_((ClientRunStatus.PENDING, ClientRunStatus.RUNNING)),
                )
                .order_by(JobRunClient.attempts, JobRunClient.client_id)
            )
            return [ShardClient(row.client_id, row.attempts, row.deaths) for row in rows]

    def begin_clients(self, lease: Lease, client_ids: Sequence[uuid.UUID]) -> None:
        """Note that clients are being worked on, counting the attempt."""
        with atomic():
            begun = run(_BEGIN, {**_of(lease), "of_clients": list(client_ids), "now": clock.now()})
            if begun.rowcount != len(client_ids):
                self._check(lease)

    def checkpoint(
        self,
        lease: Lease,
        client_id: uuid.UUID,
        *,
        add: Mapping[str, float] = MappingProxyType({}),
        **values: Any,  # noqa: ANN401 -- any column
    ) -> None:
        """Change the row of one client inside the caller's transaction, or raise LeaseLostError.

        `values` are set, those in `add` are added to what is there. From here to the commit
        nobody can take the shard over, so it comes late in a transaction.
        """
        statement = _client_update(frozenset(values), frozenset(add))
        wanted = {**_of(lease), "of_client": client_id}
        changed = run(
            statement, {**wanted, **{f"to_{k}": v for k, v in (values | dict(add)).items()}}
        )
        if changed.rowcount != 1:
            self._check(lease)

    def fail_client(self, lease: Lease, client_id: uuid.UUID, message: str) -> None:
        """Give a client up with a sentence for the run page."""
        with atomic():
            self.checkpoint(
                lease,
                client_id,
                status=ClientRunStatus.FAILED,
                error_message=message[:1000],
                finished_at=clock.now(),
            )

    def return_shard(self, lease: Lease, *, costs_attempt: bool = False) -> None:
        """Give a shard back unfinished, as an orderly stop does; its clients lose no attempt."""
        with atomic():
            self._hold(lease)
            rows_changed(
                update(JobRunClient)
                .where(
                    JobRunClient.shard_id == lease.shard_id,
                    JobRunClient.status == ClientRunStatus.RUNNING,
                )
                .values(status=ClientRunStatus.PENDING, attempts=JobRunClient.attempts - 1)
            )
            self._set_shard(
                lease,
                status=ShardStatus.QUEUED,
                attempt=JobRunShard.attempt - (0 if costs_attempt else 1),
                enqueued_at=clock.now(),
            )
            after_commit(lambda: self._queue.enqueue(JobName.RUN_SHARD, str(lease.shard_id)))

    def finish_shard(self, lease: Lease, status: ShardStatus) -> None:
        """End a shard; what is left open in it is skipped."""
        with atomic():
            self._hold(lease)
            rows_changed(
                update(JobRunClient)
                .where(
                    JobRunClient.shard_id == lease.shard_id,
                    JobRunClient.status.in_((ClientRunStatus.PENDING, ClientRunStatus.RUNNING)),
                )
                .values(status=ClientRunStatus.SKIPPED, finished_at=clock.now())
            )
            self._set_shard(lease, status=status)

    def _check(self, lease: Lease) -> None:
        """Tell a lost shard from a client that was deleted meanwhile."""
        if run(_HELD, {"shard": lease.shard_id, "token": lease.token}).first() is None:
            raise LeaseLostError(f"shard {lease.shard_id} was taken over")

    def _set_shard(self, lease: Lease, **values: Any) -> None:  # noqa: ANN401 -- any column
        rows_changed(
            update(JobRunShard)
            .where(JobRunShard.id == lease.shard_id)
            .values(lease_token=None, lease_expires_at=None, **values)
        )


def _of(lease: Lease) -> dict[str, Any]:
    return {"of_run": lease.run_id, "shard": lease.shard_id, "token": lease.token}
