"""Bearer tokens: random, shown once, stored hashed, scoped, revocable."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update

from webapp import clock
from webapp.enums import Role, TokenScope
from webapp.errors import InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import ApiToken, Business, User
from webapp.services.access import Actor, Permission, scoped
from webapp.services.actors import actor_of
from webapp.services.secret_tokens import digest, new_secret
from webapp.services.transactions import atomic

PREFIX = "bcn_"
MAX_DAYS = 365
TOUCH_EVERY = timedelta(minutes=5)
_SHOWN = 12
_UNKNOWN = "There is no API token with this id."


@dataclass(frozen=True)
class IssuedToken:
    """A new token. `token` is the secret itself, which nobody can read again."""

    id: uuid.UUID
    token: str
    scopes: list[TokenScope]
    expires_at: datetime


class ApiTokens:
    """Makes, finds and revokes tokens."""

    def create(
        self, actor: Actor, name: str, *, scopes: Collection[TokenScope], days: int
    ) -> IssuedToken:
        """Make a token of the actor's own, with no scope that the actor lacks."""
        actor.require(Permission.CHANGE_OWN_STATE)
        allowed = actor.scopes & allowed_scopes(actor.role)
        if not scopes or not set(scopes) <= allowed:
            names = ", ".join(sorted(allowed))
            raise InvalidInputError.of("scopes", f"Choose from the scopes you have: {names}.")
        if not 1 <= days <= MAX_DAYS:
            raise InvalidInputError.of("days", f"A token lives 1 to {MAX_DAYS} days.")
        return self.issue(
            user_id=actor.user_id,
            business_id=actor.business_id,
            name=name,
            scopes=scopes,
            lifetime=timedelta(days=days),
        )

    def issue(
        self,
        *,
        user_id: int,
        business_id: uuid.UUID,
        name: str,
        scopes: Collection[TokenScope],
        lifetime: timedelta,
    ) -> IssuedToken:
        """Store a token for a user who was checked already."""
        token = PREFIX + new_secret()
        ordered = [each for each in TokenScope if each in scopes]
        row = ApiToken(
            business_id=business_id,
            user_id=user_id,
            name=name,
            prefix=token[:_SHOWN],
            token_hash=digest(token),
            scopes=[each.value for each in ordered],
            expires_at=clock.now() + lifetime,
        )
        with atomic() as session:
            session.add(row)
        return IssuedToken(row.id, token, ordered, row.expires_at)

    def actor_of(self, token: str) -> Actor | None:
        """Return the token's owner, bounded by its scopes; None unless both are good."""
        if not token.startswith(PREFIX):
            return None
        now = clock.now()
        found = db.session.execute(
            select(ApiToken, User)
            .join(User, ApiToken.user_id == User.id)
            .join(Business, User.business_id == Business.id)
            .where(
                ApiToken.token_hash == digest(token),
                ApiToken.revoked_at.is_(None),
                ApiToken.expires_at > now,
                User.is_active,
                Business.erased_at.is_(None),
            )
        ).first()
        if found is None:
            return None
        row, user = found
        actor = actor_of(user, row.scopes)
        if row.last_used_at is None or row.last_used_at < now - TOUCH_EVERY:
            self._touch(row.id)
        return actor

    def active(self, actor: Actor) -> list[ApiToken]:
        """Return the actor's own tokens that can still be used, newest first."""
        actor.require(Permission.VIEW)
        newest = _usable(actor).order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
        return [*db.session.scalars(newest)]

    def get(self, actor: Actor, token_id: uuid.UUID) -> ApiToken:
        """Return one of the actor's own tokens that can still be used."""
        actor.require(Permission.VIEW)
        row = db.session.scalar(_usable(actor).where(ApiToken.id == token_id))
        if row is None:
            raise NotFoundError(_UNKNOWN)
        return row

    def revoke(self, actor: Actor, token_id: uuid.UUID) -> None:
        """Revoke one of the actor's own tokens, at once and for good."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            row = session.scalar(
                scoped(ApiToken, actor.business_id).where(
                    ApiToken.id == token_id, ApiToken.user_id == actor.user_id
                )
            )
            if row is None:
                raise NotFoundError(_UNKNOWN)
            row.revoked_at = row.revoked_at or clock.now()

    def _touch(self, token_id: uuid.UUID) -> None:
        with atomic() as session:
            session.execute(
                update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=clock.now())
            )


def _usable(actor: Actor) -> Select[ApiToken]:
    return scoped(ApiToken, actor.business_id).where(
        ApiToken.user_id == actor.user_id,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > clock.now(),
    )


def allowed_scopes(role: Role) -> frozenset[TokenScope]:
    """Return the scopes that make sense for a role: only an admin's token may administer."""
    everything = frozenset(TokenScope)
    return everything if role is Role.ADMIN else everything - {TokenScope.ADMIN}
