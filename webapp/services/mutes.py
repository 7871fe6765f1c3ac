"""What users mute: a client, a category or a source, for a while or for good."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, or_

from webapp import clock
from webapp.enums import MuteKind
from webapp.errors import ConflictError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Client, Mute
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.schemas.mutes import MuteInput
from webapp.services.access import Actor, Permission, scoped
from webapp.services.category_words import category_words
from webapp.services.notification_case import source_key
from webapp.services.transactions import atomic

LONGEST = timedelta(days=366)
MOST = 500
"""Things that one user can have muted at a time."""


class MuteService:
    """Keeps what a user mutes; the rules of telling read it."""

    def list(self, actor: Actor) -> Sequence[Mute]:
        """Return what the actor has muted, the latest first."""
        actor.require(Permission.VIEW)
        active = _own(actor).where(in_force())
        return db.session.scalars(active.order_by(Mute.created_at.desc(), Mute.id.desc())).all()

    def get(self, actor: Actor, mute_id: uuid.UUID) -> Mute:
        """Return something that the actor mutes or muted; NotFoundError for anybody else's."""
        actor.require(Permission.VIEW)
        found = db.session.scalar(_own(actor).where(Mute.id == mute_id))
        if found is None:
            raise NotFoundError("There is no mute with this id.")
        return found

    def add(self, actor: Actor, wish: MuteInput) -> Mute:
        """Mute something; what is muted already gets the new end."""
        actor.require(Permission.CHANGE_OWN_STATE)
        until = _end(wish.until, actor.zone)
        with atomic():
            value, label = _named(actor, wish)
            if len(self.list(actor)) >= MOST:
                raise ConflictError(f"You have muted {MOST} things. Take some back first.")
            row = {
                "id": new_uuid(),
                "business_id": actor.business_id,
                "user_id": actor.user_id,
                "kind": wish.kind,
                "value": value,
                "label": label,
                "client_id": wish.client_id,
            }
            insert_or_ignore(Mute, [row], conflict=("user_id", "kind", "value"))
            same = and_(Mute.kind == wish.kind, Mute.value == value)
            found = db.session.scalars(_own(actor).where(same)).one()
            found.until, found.label, found.lifted_at = until, label, None
            found.created_at = clock.now()
        return found

    def lift(self, actor: Actor, mute_id: uuid.UUID) -> Mute:
        """Hear of it again from now on; a second time changes nothing."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            found = self.get(actor, mute_id)
            found.lifted_at = found.lifted_at or clock.now()
        return found

    def restore(self, actor: Actor, mute_id: uuid.UUID) -> Mute:
        """Take a lifting back: it is muted again, until when it was."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            found = self.get(actor, mute_id)
            found.lifted_at = None
        return found


def in_force() -> ColumnElement[bool]:
    """Select what is muted now."""
    lasts = or_(Mute.until.is_(None), Mute.until > clock.now())
    return and_(Mute.lifted_at.is_(None), lasts)


def _own(actor: Actor) -> Select[Mute]:
    return scoped(Mute, actor.business_id).where(Mute.user_id == actor.user_id)


def _named(actor: Actor, wish: MuteInput) -> tuple[str, str]:
    """Return how the rules compare what is muted, and what people call it."""
    if wish.kind is MuteKind.CATEGORY and wish.category is not None:
        return wish.category.value, category_words(wish.category)
    if wish.kind is MuteKind.SOURCE and wish.source is not None:
        return source_key(wish.source), wish.source
    client = db.session.scalar(scoped(Client, actor.business_id).where(Client.id == wish.client_id))
    if client is None:
        raise InvalidInputError.of("client_id", "There is no client with this id.")
    return str(client.id), client.name


def _end(until: date | datetime | None, zone: str) -> datetime | None:
    """Return the moment up to which it is muted; a bare date counts to its end."""
    if until is None:
        return None
    now = clock.now()
    if not isinstance(until, datetime):
        if until > (now + LONGEST).date():
            raise _bad_end()
        until = datetime.combine(until + timedelta(days=1), time(0), ZoneInfo(zone))
    if not now < until <= now + LONGEST + timedelta(days=1):
        raise _bad_end()
    return until


def _bad_end() -> InvalidInputError:
    return InvalidInputError.of("until", "Give a time in the future, at most a year ahead.")
