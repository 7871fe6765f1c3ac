"""What "wrong company" taught of a client: learned, listed, and undone."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from webapp import clock
from webapp.enums import ExclusionKind
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Client, ClientExclusion, Event, User
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.exclusion_effects import Cause, bring_back, hide, reopen_rejected
from webapp.services.exclusion_proposals import Proposal, propose
from webapp.services.search_targets import exclusions_in_force
from webapp.services.transactions import atomic


@dataclass(frozen=True)
class Exclusion:
    """A term or site that is never about a client, who taught it, and how much it hides now."""

    id: uuid.UUID
    client_id: uuid.UUID
    kind: ExclusionKind
    value: str
    event_id: uuid.UUID | None
    event_title: str | None
    created_by: str | None
    created_at: datetime
    undone_at: datetime | None
    hidden_events: int


@dataclass(frozen=True)
class Undone:
    """An exclusion that holds no more, and how many events came back."""

    exclusion: Exclusion
    restored: int


@dataclass(frozen=True)
class Learned:
    """An exclusion in force and how many events it hid just now."""

    row: ClientExclusion
    hidden: int


class ExclusionService:
    """Keeps what is never about a client."""

    def for_client(self, actor: Actor, client_id: uuid.UUID) -> list[Exclusion]:
        """Return the exclusions in force of a client, newest first: two queries."""
        actor.require(Permission.VIEW)
        client = get_owned(Client, client_id, actor.business_id)
        in_force = _told(actor).where(
            ClientExclusion.client_id == client.id, ClientExclusion.undone_at.is_(None)
        )
        return [_exclusion(row) for row in db.session.execute(in_force)]

    def get(self, actor: Actor, exclusion_id: uuid.UUID) -> Exclusion:
        """Return one exclusion, undone or not. Raises NotFoundError."""
        actor.require(Permission.VIEW)
        row = db.session.execute(_told(actor).where(ClientExclusion.id == exclusion_id)).first()
        if row is None:
            raise NotFoundError("There is no such exclusion.")
        return _exclusion(row)

    def propose(self, actor: Actor, event_id: uuid.UUID) -> list[Proposal]:
        """Return what could be excluded because of an event, the best first."""
        actor.require(Permission.GIVE_FEEDBACK)
        event = get_owned(Event, event_id, actor.business_id)
        return propose(event, db.session.get_one(Client, event.client_id))

    def undo(
        self, actor: Actor, exclusion_id: uuid.UUID, *, client_id: uuid.UUID | None = None
    ) -> Undone:
        """Let an exclusion hold no more and bring back what it hid; twice changes nothing.

        Raw rows that it rejected are judged anew by the next run. Raises NotFoundError, also
        where `client_id` names another client than the exclusion's.
        """
        actor.require(Permission.GIVE_FEEDBACK)
        with atomic():
            row = get_owned(ClientExclusion, exclusion_id, actor.business_id)
            if client_id is not None and row.client_id != client_id:
                raise NotFoundError("There is no such exclusion.")
            restored = self.withdraw(row)
            return Undone(self.get(actor, row.id), restored)

    def learn(self, actor: Actor, event: Event, cause: Cause) -> Learned:
        """Exclude something and hide what it touches, inside the caller's transaction.

        What is excluded already is used again; the client's row is locked, so that two users at
        once make one exclusion.
        """
        lock_client(event.client_id)
        row = self._known(event, cause)
        if row is None:
            row = ClientExclusion(
                business_id=actor.business_id,
                client_id=event.client_id,
                kind=cause.kind,
                value=cause.value,
                event_id=event.id,
                created_by_user_id=actor.user_id,
            )
            db.session.add(row)
            db.session.flush()
        return Learned(row, hide(row, also=event.id))

    def withdraw(self, row: ClientExclusion) -> int:
        """End an exclusion inside the caller's transaction; returns how many events came back."""
        lock_client(row.client_id)
        db.session.refresh(row)
        if row.undone_at is not None:
            return 0
        row.undone_at = clock.now()
        db.session.flush()
        restored = bring_back(row, exclusions_in_force(row.client_id))
        reopen_rejected(row)
        return restored

    def _known(self, event: Event, cause: Cause) -> ClientExclusion | None:
        in_force = exclusions_in_force(event.client_id)
        wanted = (cause.kind, cause.value.casefold())
        same = (each for each in in_force if (each.kind, each.value.casefold()) == wanted)
        return next(same, None)


def lock_client(client_id: uuid.UUID) -> None:
    """Let nobody else change a client's exclusions or stories until the transaction ends."""
    if db.session.get_bind().dialect.name != "sqlite":
        query = select(Client.id).where(Client.id == client_id)
        db.session.execute(query.with_for_update(key_share=True))


def _told(actor: Actor) -> Select[Any]:
    """Select exclusions of the business with what is told of each."""
    hidden = (
        select(func.count())
        .select_from(Event)
        .where(Event.hidden_by_id == ClientExclusion.id)
        .correlate(ClientExclusion)
        .scalar_subquery()
    )
    taught = and_(Event.id == ClientExclusion.event_id, Event.business_id == actor.business_id)
    return (
        scoped(ClientExclusion, actor.business_id)
        .outerjoin(Event, taught)
        .outerjoin(User, User.id == ClientExclusion.created_by_user_id)
        .with_only_columns(
            ClientExclusion,
            Event.title.label("event_title"),
            User.name.label("created_by"),
            hidden.label("hidden_events"),
        )
        .order_by(ClientExclusion.created_at.desc(), ClientExclusion.id.desc())
    )


def _exclusion(row: Any) -> Exclusion:  # noqa: ANN401 -- a row of _told
    own: ClientExclusion = row[0]
    return Exclusion(
        id=own.id,
        client_id=own.client_id,
        kind=own.kind,
        value=own.value,
        event_id=own.event_id,
        event_title=row.event_title,
        created_by=row.created_by,
        created_at=own.created_at,
        undone_at=own.undone_at,
        hidden_events=row.hidden_events,
    )


def in_words(exclusion: Exclusion | ClientExclusion) -> str:
    """Return what an exclusion excludes, for a sentence."""
    if exclusion.kind is ExclusionKind.DOMAIN:
        return f"results from {exclusion.value}"
    return f"results that name \u201c{exclusion.value}\u201d"


__all__ = ["Exclusion", "ExclusionService", "Learned", "Proposal", "Undone", "in_words"]
