"""Users, their browser sessions and their API tokens."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.enums import Role, Theme
from webapp.models.base import (
    Base,
    Created,
    EnumText,
    JsonValue,
    Owned,
    Timestamps,
    UtcDateTime,
    UuidKey,
)
from webapp.models.business import Business


class User(Owned, Timestamps, Base):
    """A person of a business. `email` is unique whatever its capitals."""

    __tablename__ = "users"
    __table_args__ = (Index("uq_users_email_lower", text("lower(email)"), unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(EnumText(Role), default=Role.CSM)
    timezone: Mapped[str | None] = mapped_column(String(64))
    theme: Mapped[Theme] = mapped_column(EnumText(Theme), default=Theme.SYSTEM)
    single_keys_enabled: Mapped[bool] = mapped_column(default=True)
    tracking_allowed: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    business: Mapped[Business] = relationship(lazy="joined", innerjoin=True)

    @property
    def zone(self) -> str:
        """The time zone that holds for this user: their own, else the business's."""
        return self.timezone or self.business.timezone


class UserSession(Created, Base):
    """One signed-in browser. Only the hash of its secret is kept; a row gone is a sign-out."""

    __tablename__ = "user_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_agent: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(45))


class SignInAttempt(Created, Base):
    """A failed sign-in, kept to slow down guessing. Account and address are stored hashed."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_subject_created_at", "subject", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))


class ApiToken(UuidKey, Owned, Created, Base):
    """A bearer token. Only the SHA-256 of its secret is kept."""

    __tablename__ = "api_tokens"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str] = mapped_column(String(12))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JsonValue)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
