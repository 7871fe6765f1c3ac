"""Cutting runs into shards: whose turn it is, in what order, and what one job carries."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, or_, select

from webapp import clock
from webapp.enums import ClientStatus, JobType
from webapp.extensions import db
from webapp.models import Client, JobRun, JobRunClient, JobRunShard
from webapp.models.base import new_uuid
from webapp.services import run_log

MAX_SHARDS_A_JOB = 25


@dataclass(frozen=True)
class Shard:
    """A part of a run that one worker takes at a time, and how many clients it has."""

    id: uuid.UUID
    clients: int


@dataclass(frozen=True)
class _Turn:
    client_id: uuid.UUID
    name: str


def cut(runs: Sequence[JobRun], *, shard_size: int) -> list[Shard]:
    """Write the shards and clients of runs that begin, inside the caller's transaction.

    However many runs there are, this takes the same few statements. A run that has no clients
    gets one shard, too, so that it comes to its end as every other.
    """
    turns = _turns_of(runs)
    made: list[Shard] = []
    shards: list[dict[str, object]] = []
    clients: list[dict[str, object]] = []
    for run in runs:
        parts = _parts(turns[run.id], shard_size)
        run.clients_total = len(turns[run.id])
        run_log.note_start(run, shards=len(parts))
        for number, part in enumerate(parts):
            made.append(Shard(new_uuid(), len(part)))
            shards.append(
                {
                    "id": made[-1].id,
                    "job_run_id": run.id,
                    "number": number,
                    "enqueued_at": clock.now(),
                }
            )
            clients.extend(
                {
                    "job_run_id": run.id,
                    "client_id": each.client_id,
                    "client_name": each.name,
                    "shard_id": made[-1].id,
                    "business_id": run.business_id,
                }
                for each in part
            )
    db.session.add_all(runs)
    db.session.flush()
    for model, rows in ((JobRunShard, shards), (JobRunClient, clients)):
        if rows:
            db.session.execute(insert(model), rows)
    return made


def jobs_of(shards: Sequence[Shard], *, shard_size: int) -> list[tuple[str, ...]]:
    """Return the shards of each job: small ones share one, so that a fork is worth its time."""
    jobs: list[list[str]] = []
    room = 0
    for shard in shards:
        size = max(1, shard.clients)
        if size > room or len(jobs[-1]) == MAX_SHARDS_A_JOB:
            jobs.append([])
            room = shard_size
        jobs[-1].append(str(shard.id))
        room -= size
    return [tuple(each) for each in jobs]


def _parts(turns: Sequence[_Turn], shard_size: int) -> list[Sequence[_Turn]]:
    return [turns[at : at + shard_size] for at in range(0, len(turns), shard_size)] or [[]]


def _turns_of(runs: Sequence[JobRun]) -> dict[uuid.UUID, list[_Turn]]:
    """Return each run's clients: active ones when the run starts, narrowed as asked."""
    searching = [run for run in runs if run.job_type is not JobType.NOTIFICATION_DIGEST]
    named = {run.id: {uuid.UUID(each) for each in run.client_ids or ()} for run in searching}
    open_to_all = {run.business_id for run in searching if run.client_ids is None}
    query = (
        select(Client.id, Client.name, Client.business_id)
        .where(
            Client.business_id.in_({run.business_id for run in searching}),
            Client.status == ClientStatus.ACTIVE,
            or_(
                Client.business_id.in_(open_to_all),
                Client.id.in_(set().union(*named.values())),
            ),
        )
        # Whoever waited longest comes first, so that a run cut short starves nobody
        .order_by(Client.last_checked_at.asc().nulls_first(), Client.id)
    )
    found: dict[uuid.UUID, list[_Turn]] = defaultdict(list)
    with db.session.no_autoflush:  # runs that are about to be added need no round trip of their own
        for row in db.session.execute(query) if searching else ():
            found[row.business_id].append(_Turn(row.id, row.name))
    turns = defaultdict(list)
    for run in searching:
        everyone = found[run.business_id]
        wanted = named[run.id]
        turns[run.id] = (
            everyone
            if run.client_ids is None
            else [each for each in everyone if each.client_id in wanted]
        )
    return turns
