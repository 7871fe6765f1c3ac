"""Signed-in browsers: a row each, found by the hash of a secret that only the cookie holds."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import contains_eager

from webapp import clock
from webapp.extensions import db
from webapp.models import Business, User, UserSession
from webapp.models.base import rows_changed
from webapp.services.addresses import truncated
from webapp.services.secret_tokens import digest, new_secret
from webapp.services.transactions import atomic

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
TOUCH_EVERY = timedelta(minutes=5)
_USER_AGENT_LENGTH = 200


class Sessions:
    """Starts, finds and ends sessions; a row that is gone is a sign-out at once."""

    def start(self, user_id: int, *, address: str | None, user_agent: str | None) -> str:
        """Start a session and return its secret, which is not stored."""
        secret, now = new_secret(), clock.now()
        with atomic() as session:
            session.execute(
                delete(UserSession).where(
                    UserSession.user_id == user_id, UserSession.expires_at <= now
                )
            )
            session.add(
                UserSession(
                    token_hash=digest(secret),
                    user_id=user_id,
                    expires_at=now + ABSOLUTE,
                    last_seen_at=now,
                    user_agent=(user_agent or "")[:_USER_AGENT_LENGTH] or None,
                    address=truncated(address),
                )
            )
        return secret

    def user_of(self, secret: str) -> User | None:
        """Return the session's user, unless it has ended, idled out, or the user is disabled."""
        now = clock.now()
        found = db.session.execute(
            select(User, UserSession.last_seen_at)
            .join(UserSession, UserSession.user_id == User.id)
            .join(User.business)
            .options(contains_eager(User.business))
            .where(
                UserSession.token_hash == digest(secret),
                UserSession.expires_at > now,
                UserSession.last_seen_at > now - IDLE,
                User.is_active,
                Business.erased_at.is_(None),
            )
        ).first()
        if found is None:
            return None
        user, last_seen_at = found
        if last_seen_at < now - TOUCH_EVERY:
            self._touch(secret)
        return user

    def end(self, secret: str) -> None:
        """End one session; one that is not there is no error."""
        with atomic() as session:
            session.execute(delete(UserSession).where(UserSession.token_hash == digest(secret)))

    def end_all(self, user_id: int) -> None:
        """End every session of a user."""
        with atomic() as session:
            session.execute(delete(UserSession).where(UserSession.user_id == user_id))

    def active(self, user_id: int) -> list[UserSession]:
        """Return a user's sessions that are still good, the one used last first."""
        now = clock.now()
        own = select(UserSession).where(
            UserSession.user_id == user_id,
            UserSession.expires_at > now,
            UserSession.last_seen_at > now - IDLE,
        )
        return [*db.session.scalars(own.order_by(UserSession.last_seen_at.desc()))]

    def end_others(self, user_id: int, secret: str) -> int:
        """End every session of a user but the one of this secret; returns how many."""
        with atomic():
            return rows_changed(
                delete(UserSession).where(
                    UserSession.user_id == user_id, UserSession.token_hash != digest(secret)
                )
            )

    def _touch(self, secret: str) -> None:
        with atomic() as session:
            session.execute(
                update(UserSession)
                .where(UserSession.token_hash == digest(secret))
                .values(last_seen_at=clock.now())
            )
