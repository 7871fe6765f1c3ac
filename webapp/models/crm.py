"""What CRMs say of clients, which account is whose, and accounts that came out of a file."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import CRMName, MatchBasis, MatchStatus, Provenance, SimulationReason
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


class CrmSnapshot(UuidKey, Owned, Created, Base):
    """What a CRM said of a client at one time; the newest serves while the CRM is down."""

    __tablename__ = "crm_snapshots"
    __table_args__ = (Index("ix_crm_snapshots_client_id_created_at", "client_id", "created_at"),)

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    provider: Mapped[CRMName] = mapped_column(EnumText(CRMName))
    provenance: Mapped[Provenance] = mapped_column(EnumText(Provenance))
    simulation_reason: Mapped[SimulationReason | None] = mapped_column(EnumText(SimulationReason))
    facts: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    engagement_score: Mapped[float | None]
    engagement_factors: Mapped[dict[str, float] | None] = mapped_column(JsonValue)


class CrmMatch(UuidKey, Owned, Timestamps, Base):
    """An account that a CRM has and that may be a client; a person confirms or rejects it."""

    __tablename__ = "crm_matches"
    __table_args__ = (
        UniqueConstraint("client_id", "provider", "account_id"),
        Index("ix_crm_matches_business_id_status", "business_id", "status"),
    )

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    provider: Mapped[CRMName] = mapped_column(EnumText(CRMName))
    account_id: Mapped[str] = mapped_column(String(64))
    account_name: Mapped[str] = mapped_column(String(255))
    basis: Mapped[MatchBasis] = mapped_column(EnumText(MatchBasis))
    status: Mapped[MatchStatus] = mapped_column(EnumText(MatchStatus))
    details: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    """What tells the account from others with its name: site, owner, industry, last activity."""
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the CRM first said that the confirmed account is not there any more."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )


class CrmStanding(UuidKey, Owned, Timestamps, Base):
    """How a client stood in its CRM when that was last told: what changes, changes against this.

    One a client and origin, so that nothing invented is held against something real.
    """

    __tablename__ = "crm_standings"
    __table_args__ = (UniqueConstraint("client_id", "origin"),)

    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    origin: Mapped[str] = mapped_column(String(40))
    standing: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    """Risk, the reasons that were told of it, and who is a champion."""
    told: Mapped[int] = mapped_column(default=0)
    """How many events were told so far: the number of the next one."""
    story_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("stories.id", ondelete="SET NULL"), index=True
    )
    """The story of the risk that is open."""


class CrmAccount(UuidKey, Owned, Timestamps, Base):
    """An account out of an imported file, for businesses without a CRM that Beacon can ask."""

    __tablename__ = "crm_accounts"
    __table_args__ = (
        UniqueConstraint("business_id", "account_id"),
        Index("ix_crm_accounts_business_id_host", "business_id", "host"),
        Index("ix_crm_accounts_business_id_name_key", "business_id", "name_key"),
    )

    account_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    """The name as names are compared: without accents, capitals and legal form."""
    host: Mapped[str | None] = mapped_column(String(253))
    facts: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """As of when the file's facts are: its own date, else that of the import."""
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    file_name: Mapped[str | None] = mapped_column(String(200))
