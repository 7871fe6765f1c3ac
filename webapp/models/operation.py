"""What the machine notes of itself: AI calls, provider health, process heartbeats."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import AIName, AiPurpose, ProcessKind
from webapp.models.base import Base, Created, EnumText, Owned, UtcDateTime, UuidKey


class AiCall(UuidKey, Owned, Created, Base):
    """One call to a model: tokens, US dollars, how long, and how it ended.

    Input and output hold the other kinds of tokens. `cost_usd` is null where the model's price
    is not known; `counted_usd` is what budgets count.
    """

    __tablename__ = "ai_calls"
    __table_args__ = (Index("ix_ai_calls_business_id_created_at", "business_id", "created_at"),)

    client_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("clients.id", ondelete="SET NULL")
    )
    job_run_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL")
    )
    provider: Mapped[AIName] = mapped_column(EnumText(AIName))
    model: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[AiPurpose] = mapped_column(EnumText(AiPurpose))
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    cached_tokens: Mapped[int] = mapped_column(default=0)
    cache_write_tokens: Mapped[int] = mapped_column(default=0)
    reasoning_tokens: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float | None]
    counted_usd: Mapped[float] = mapped_column(default=0.0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    error: Mapped[str | None] = mapped_column(String(300))


class ProviderHealth(Base):
    """The last success and failure of an outside service, for the status page."""

    __tablename__ = "provider_health"

    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failure_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(300))
    needs_attention: Mapped[bool] = mapped_column(default=False)
    refused_key_fingerprint: Mapped[str | None] = mapped_column(String(16))
    """The key that the provider refused: it is not asked again with this one."""
    api_used: Mapped[int | None]
    """Calls of the day that the whole account made, by the provider's own count."""
    api_limit: Mapped[int | None]


class QuotaUse(UuidKey, Base):
    """Calls made to a provider with one key on one day of the provider's own zone."""

    __tablename__ = "quota_uses"
    __table_args__ = (UniqueConstraint("provider", "key_fingerprint", "day"),)

    provider: Mapped[str] = mapped_column(String(40))
    key_fingerprint: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    calls: Mapped[int] = mapped_column(default=0)
    is_spent: Mapped[bool] = mapped_column(default=False)
    """That the provider itself said so, whatever was counted here."""


class ProcessHeartbeat(Base):
    """That a process was alive at a time."""

    __tablename__ = "process_heartbeats"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[ProcessKind] = mapped_column(EnumText(ProcessKind), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    detail: Mapped[str | None] = mapped_column(String(200))
