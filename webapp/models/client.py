"""Clients of a business, who looks after them, and what is not about them."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.enums import (
    ClientStatus,
    ClientTier,
    CRMName,
    ExclusionKind,
    MemberRole,
)
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

CLIENT_TIMES = ("last_answered_at", "last_found_at", "last_failed_at", "last_simulated_at")
"""When a real source answered about a client last, found something, failed; and the mock. What
was in any period up to now can be told by them, without adding up the checks."""


class Client(UuidKey, Owned, Timestamps, Base):
    """A company that the business watches, with the identity that results are matched to."""

    __tablename__ = "clients"
    __table_args__ = (Index("ix_clients_business_id_status_name", "business_id", "status", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[ClientStatus] = mapped_column(
        EnumText(ClientStatus), default=ClientStatus.ACTIVE
    )
    tier: Mapped[ClientTier | None] = mapped_column(EnumText(ClientTier))
    industry: Mapped[str | None] = mapped_column(String(120))
    legal_name: Mapped[str | None] = mapped_column(String(200))
    domain: Mapped[str | None] = mapped_column(String(253))
    ticker: Mapped[str | None] = mapped_column(String(12))
    cik: Mapped[str | None] = mapped_column(String(10))
    aliases: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    products: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    keywords: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    must_have_terms: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    must_not_terms: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    feed_urls: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    arr: Mapped[float | None]
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    renewal_on: Mapped[date | None]
    crm_account_id: Mapped[str | None] = mapped_column(String(64))
    crm_provider: Mapped[CRMName | None] = mapped_column(EnumText(CRMName))
    """Whose id that is; None where whoever entered it did not say."""
    notes: Mapped[str | None] = mapped_column(Text)
    last_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_found_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_simulated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    members: Mapped[list["ClientMember"]] = relationship(cascade="all, delete-orphan")


class ClientMember(Base):
    """That a user is assigned to a client; each role counts as assigned."""

    __tablename__ = "client_members"

    client_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[MemberRole] = mapped_column(EnumText(MemberRole), default=MemberRole.OWNER)


class ClientExclusion(UuidKey, Owned, Created, Base):
    """What a "wrong company" taught: a term or a domain that is never about the client.

    Undone ones stay, so that it can be told who taught what and when.
    """

    __tablename__ = "client_exclusions"
    __table_args__ = (Index("ix_client_exclusions_client_id_undone_at", "client_id", "undone_at"),)

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    kind: Mapped[ExclusionKind] = mapped_column(EnumText(ExclusionKind))
    value: Mapped[str] = mapped_column(String(253))
    event_id: Mapped[uuid.UUID | None]
    """The event that taught it; no foreign key, as it outlives the event."""
    created_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
