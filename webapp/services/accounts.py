"""Accounts: signing in and out, and tokens for programs."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import func, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import AuditDoor, Role, TokenScope
from webapp.errors import ConflictError, InvalidInputError, NotFoundError, NotSignedInError
from webapp.extensions import db
from webapp.models import Business, User
from webapp.services.access import Actor, get_owned
from webapp.services.api_tokens import ApiTokens, IssuedToken, allowed_scopes
from webapp.services.audit_log import append, deed_of
from webapp.services.passwords import Passwords, check_new_password
from webapp.services.sessions import Sessions
from webapp.services.sign_in_throttle import SignInThrottle
from webapp.services.transactions import atomic

TOKEN_LIFETIME = timedelta(days=30)
_WRONG = "E-mail address or password is wrong."


class AccountService:
    """Who somebody is: by password, by session or by token."""

    def __init__(self, *, settings: Settings) -> None:
        self._settings = settings
        self._passwords = Passwords()
        self._throttle = SignInThrottle(key=settings.secret_key.get_secret_value())
        self.sessions = Sessions()
        self.tokens = ApiTokens()

    def sign_in(self, email: str, password: str, *, address: str, user_agent: str | None) -> str:
        """Check a password and start a session; returns the secret that the cookie carries.

        Raises NotSignedInError, in the same words and time whether or not the account exists,
        or TooManyRequestsError.
        """
        user = self._check_password(email, password, address, door=AuditDoor.PAGE)
        return self.sessions.start(user.id, address=address, user_agent=user_agent)

    def sign_out(self, secret: str) -> None:
        """End a session."""
        with atomic() as session:
            user = self.sessions.user_of(secret)
            self.sessions.end(secret)
            if user is not None:
                append(session, deed_of(user, "auth.sign_out", door=AuditDoor.PAGE))

    def end_other_sessions(self, actor: Actor, secret: str) -> int:
        """End the actor's sessions but this one, as after losing a laptop; returns how many."""
        with atomic() as session:
            user = get_owned(User, actor.user_id, actor.business_id)
            append(session, deed_of(user, "auth.end_other_sessions", door=AuditDoor.PAGE))
            return self.sessions.end_others(actor.user_id, secret)

    def change_password(self, actor: Actor, old: str, new: str, *, secret: str) -> None:
        """Set the actor's own password and end their other sessions.

        Raises InvalidInputError where the old one is wrong or the new one unfit.
        """
        check_new_password(new)
        user = get_owned(User, actor.user_id, actor.business_id)
        attempt = self._throttle.admit(user.email, f"user {user.id}")
        user = get_owned(User, actor.user_id, actor.business_id)
        stored = user.password_hash
        db.session.rollback()  # no transaction stays open over the slow check
        if not self._passwords.matches(stored, old):
            raise InvalidInputError.of("old_password", "This is not your password.")
        renewed = self._passwords.hash(new)
        with atomic() as session:
            self._throttle.forget(attempt)
            get_owned(User, actor.user_id, actor.business_id).password_hash = renewed
            session.flush()
            self.sessions.end_others(actor.user_id, secret)

    def user_of_session(self, secret: str) -> User | None:
        """Return the user of a session that is still good."""
        return self.sessions.user_of(secret)

    def issue_token(
        self, email: str, password: str, *, address: str, scopes: Collection[TokenScope] | None
    ) -> IssuedToken:
        """Give a token of 30 days for a password; None asks for every scope the role has.

        Raises as `sign_in`, and InvalidInputError for a scope that the role does not have.
        """
        user = self._check_password(email, password, address, door=AuditDoor.API)
        allowed = allowed_scopes(user.role)
        if scopes is not None and not set(scopes) <= allowed:
            names = ", ".join(sorted(allowed))
            raise InvalidInputError.of("scopes", f"Your role can have: {names}.")
        return self.tokens.issue(
            user_id=user.id,
            business_id=user.business_id,
            name="Signed in with a password",
            scopes=allowed if scopes is None else scopes,
            lifetime=TOKEN_LIFETIME,
        )

    def actor_of_token(self, token: str) -> Actor | None:
        """Return whom a bearer token speaks for, or None."""
        return self.tokens.actor_of(token)

    def create_admin(self, email: str, password: str, *, name: str, business_name: str) -> User:
        """Make a business and its first admin. Raises ConflictError for a known address."""
        check_new_password(password)
        password_hash = self._passwords.hash(password)
        with atomic() as session:
            if _find(email) is not None:
                raise ConflictError("There is already an account with this e-mail address.")
            business = Business(name=business_name, timezone=self._settings.default_timezone)
            session.add(business)
            session.flush()
            user = User(
                business_id=business.id,
                email=email,
                name=name,
                role=Role.ADMIN,
                password_hash=password_hash,
            )
            session.add(user)
        return user

    def token_for(self, email: str, name: str, *, days: int) -> IssuedToken:
        """Make a token for a user, for whoever runs the deployment's commands."""
        user = _find(email)
        if user is None or not user.is_active:
            raise NotFoundError("There is no active account with this e-mail address.")
        return self.tokens.issue(
            user_id=user.id,
            business_id=user.business_id,
            name=name,
            scopes=allowed_scopes(user.role),
            lifetime=timedelta(days=days),
        )

    def _check_password(self, email: str, password: str, address: str, *, door: AuditDoor) -> User:
        attempt = self._throttle.admit(email, address)
        user = _find(email)
        stored = user.password_hash if user else None
        db.session.rollback()  # no transaction stays open over the slow check
        matches = self._passwords.matches(stored, password)
        if user is None or stored is None or not matches or not user.is_active:
            if user is not None:
                with atomic() as session:
                    refused = deed_of(user, "auth.sign_in_refused", door=door, address=address)
                    append(session, refused)
            raise NotSignedInError(_WRONG)
        renewed = self._passwords.hash(password) if self._passwords.is_outdated(stored) else stored
        with atomic() as session:
            self._throttle.forget(attempt)
            user.last_sign_in_at = clock.now()
            user.password_hash = renewed
            append(session, deed_of(user, "auth.sign_in", door=door, address=address))
        return user


def _find(email: str) -> User | None:
    return db.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
