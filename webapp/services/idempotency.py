"""Idempotency keys: a request that is sent again gets its first answer, and does nothing twice."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from webapp import clock
from webapp.config import Settings
from webapp.errors import ConflictError, InvalidInputError
from webapp.extensions import db
from webapp.models import IdempotencyKey
from webapp.models.base import insert_or_ignore, new_uuid, rows_changed
from webapp.services.access import Actor, scoped
from webapp.services.secret_box import SealedSecretError, SecretBox
from webapp.services.transactions import atomic, first_transaction

LIFETIME = timedelta(hours=24)
ABANDONED_AFTER = timedelta(minutes=2)
"""A request that has written nothing for so long is taken to have died with its process."""
_COLUMN = "idempotency_keys.answer"
_UNDER_WAY = "A request with this key is under way. Send it again in a moment."
_UNKNOWN_END = (
    "An earlier request with this key did its work, but its answer was lost. Look at what there "
    "is; take a new key to do it again."
)


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered to the first request."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Claim:
    """The right to do a request's work, held by who came first."""

    id: uuid.UUID
    business_id: uuid.UUID


class IdempotencyKeys:
    """Keeps, for a business and user, which keys were used and what was answered."""

    def __init__(self, settings: Settings) -> None:
        self._box = SecretBox(settings)

    def claim(self, actor: Actor, key: str, *, fingerprint: str) -> Claim | KeptAnswer:
        """Take a key for a request, or return what was answered to the same one before.

        Raises InvalidInputError where the key belongs to another request, ConflictError while
        the first one is under way or where its answer was lost.
        """
        now, claim = clock.now(), Claim(new_uuid(), actor.business_id)
        row = {
            "id": claim.id,
            "business_id": actor.business_id,
            "user_id": actor.user_id,
            "key": key,
            "fingerprint": fingerprint,
            "claimed_at": now,
            "headers": {},
            "created_at": now,
        }
        with atomic() as session:
            session.execute(
                delete(IdempotencyKey).where(
                    IdempotencyKey.business_id == actor.business_id,
                    IdempotencyKey.created_at <= now - LIFETIME,
                )
            )
            made = insert_or_ignore(
                IdempotencyKey, [row], conflict=("business_id", "user_id", "key")
            )
            if made:
                return claim
            found = session.scalars(
                scoped(IdempotencyKey, actor.business_id)
                .where(IdempotencyKey.user_id == actor.user_id, IdempotencyKey.key == key)
                .with_for_update()
            ).one()
            return self._known(found, fingerprint, now)

    @contextmanager
    def carrying_out(self, claim: Claim) -> Iterator[None]:
        """Do the work of a claim: that it was done is written with it, in one transaction.

        Work that fails before it has written anything leaves the key free.
        """
        try:
            with first_transaction(before_commit=lambda: _note_effect(claim)):
                yield
        except Exception:
            _release(claim)
            raise

    def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Keep an answer for whoever sends the request again."""
        sealed = self._box.seal(answer.text, business_id=claim.business_id, column=_COLUMN)
        with atomic() as session:
            session.execute(
                update(IdempotencyKey)
                .where(IdempotencyKey.id == claim.id)
                .values(status=answer.status, headers=dict(answer.headers), answer=sealed)
            )

    def _known(self, row: IdempotencyKey, fingerprint: str, now: datetime) -> Claim | KeptAnswer:
        if row.fingerprint != fingerprint:
            raise InvalidInputError.of(
                "Idempotency-Key", "This key was used for another request. Take a new one."
            )
        if row.status is not None and row.answer is not None:
            return self._kept(row.status, row)
        if row.effect_at is not None:
            raise ConflictError(_UNKNOWN_END)
        if row.claimed_at > now - ABANDONED_AFTER:
            raise ConflictError(_UNDER_WAY)
        row.claimed_at = now
        return Claim(row.id, row.business_id)

    def _kept(self, status: int, row: IdempotencyKey) -> KeptAnswer:
        try:
            text = self._box.open(row.answer or "", business_id=row.business_id, column=_COLUMN)
        except SealedSecretError:  # the installation's key was changed since
            raise ConflictError(_UNKNOWN_END) from None
        return KeptAnswer(status, row.headers, text)


def _note_effect(claim: Claim) -> None:
    """Write beside a request's work that it was done."""
    mine = update(IdempotencyKey).where(
        IdempotencyKey.id == claim.id, IdempotencyKey.effect_at.is_(None)
    )
    if not rows_changed(mine.values(effect_at=clock.now())):
        raise ConflictError(_UNDER_WAY)


def _release(claim: Claim) -> None:
    """Give the key of a request back that did nothing."""
    db.session.rollback()
    with atomic() as session:
        session.execute(
            delete(IdempotencyKey).where(
                IdempotencyKey.id == claim.id, IdempotencyKey.effect_at.is_(None)
            )
        )
