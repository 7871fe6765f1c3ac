"""What users do not want to hear of for a while."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import MuteKind
from webapp.models.base import Base, Created, EnumText, Owned, UtcDateTime, UuidKey


class Mute(UuidKey, Owned, Created, Base):
    """That a user mutes a client, category or source; one row a thing, used again and again.

    `until` None is for good. Lifted ones stay, so that lifting can be undone.
    """

    __tablename__ = "mutes"
    __table_args__ = (UniqueConstraint("user_id", "kind", "value"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[MuteKind] = mapped_column(EnumText(MuteKind))
    value: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(200))
    client_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("clients.id", ondelete="CASCADE"), index=True
    )
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
