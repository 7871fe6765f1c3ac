"""The audit log: what was done, by whom, in a chain that shows whoever tampers with it.

Every transaction of a signed-in request that wrote something gets an entry of its own, in that
very transaction: no change without its entry, no entry without its change. Sign-ins note
themselves. What the machine does by itself has its own records, such as runs.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from webapp import clock
from webapp.enums import AuditDoor
from webapp.extensions import db
from webapp.models import AuditEntry, User
from webapp.models.base import new_uuid
from webapp.schemas.audit_log import AuditQuery
from webapp.services.access import Actor, Permission, scoped
from webapp.services.addresses import truncated
from webapp.services.list_order import newest, part_of

ORDER = newest(AuditEntry)
FIRST = "0" * 64
"""What stands for the hash before the first entry."""
_BATCH = 1000


@dataclass(frozen=True)
class Deed:
    """What an entry says."""

    business_id: uuid.UUID
    user_id: int | None
    user_name: str
    door: AuditDoor
    action: str
    target: dict[str, str]
    changes: list[dict[str, Any]]
    address: str | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What verifying one chain found."""

    business_id: uuid.UUID
    entries: int
    head: str
    broken_at: int | None = None
    """Number of the first entry that does not fit; None where all do."""


def append(session: Session, deed: Deed) -> None:
    """Add an entry to the business's chain, inside the caller's transaction.

    Writers take turns from here to their commit, so no two entries follow the same one.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        key = int.from_bytes(deed.business_id.bytes[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
    last = session.execute(
        select(AuditEntry.number, AuditEntry.hash)
        .where(AuditEntry.business_id == deed.business_id)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    number, previous = (last.number + 1, last.hash) if last else (1, FIRST)
    said = {**deed.__dict__, "number": number, "created_at": clock.now()}
    entry = AuditEntry(id=new_uuid(), **said, previous_hash=previous, hash=_hash(previous, said))
    session.add(entry)
    session.flush()


class AuditLog:
    """Shows the entries to admins, and verifies the chains."""

    def list(self, actor: Actor, query: AuditQuery) -> tuple[list[AuditEntry], int]:
        """Return a page of entries, newest first, and how many match in all."""
        actor.require(Permission.ADMINISTER)
        found = scoped(AuditEntry, actor.business_id)
        if query.user_id is not None:
            found = found.where(AuditEntry.user_id == query.user_id)
        if query.action is not None:
            found = found.where(AuditEntry.action == query.action)
        if query.start_date is not None:
            found = found.where(AuditEntry.created_at >= query.start_date)
        if query.end_date is not None:
            found = found.where(AuditEntry.created_at <= query.end_date)
        total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
        return [*db.session.scalars(part_of(found, ORDER, query))], total

    def verify(self, business_id: uuid.UUID) -> Verdict:
        """Compute a business's chain anew and tell where it breaks, if it does."""
        number, previous = 0, FIRST
        for entry in _entries(business_id):
            said = {name: getattr(entry, name) for name in _SAID}
            fits = entry.number == number + 1 and entry.previous_hash == previous
            if not fits or entry.hash != _hash(previous, said):
                return Verdict(business_id, number, previous, broken_at=number + 1)
            number, previous = entry.number, entry.hash
        return Verdict(business_id, number, previous)

    def verify_all(self) -> Iterator[Verdict]:
        """Verify the chain of every business that has one."""
        for business_id in db.session.scalars(select(AuditEntry.business_id).distinct()).all():
            yield self.verify(business_id)


_SAID = (*Deed.__dataclass_fields__, "number", "created_at")


def _entries(business_id: uuid.UUID) -> Iterator[AuditEntry]:
    """Give the entries in order, a batch at a time."""
    last = 0
    while True:
        found = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.business_id == business_id, AuditEntry.number > last)
            .order_by(AuditEntry.number)
            .limit(_BATCH)
            .execution_options(populate_existing=True)
        ).all()
        yield from found
        if len(found) < _BATCH:
            return
        last = found[-1].number
        db.session.expunge_all()


def _hash(previous: str, said: dict[str, Any]) -> str:
    """Return the hash of an entry: of the one before it and of everything that it says."""
    content = json.dumps(said, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def deed_of(user: User, action: str, *, door: AuditDoor, address: str | None = None) -> Deed:
    """Return what the log says of a user who signed in or out, or failed to."""
    network = truncated(address)
    return Deed(user.business_id, user.id, user.name, door, action, {}, [], address=network)
