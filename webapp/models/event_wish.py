"""Which events something outside wants to hear of: columns that several tables share."""

from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import Severity
from webapp.models.base import EnumText, JsonValue


class EventWish:
    """A filter over events. None of `categories`, `min_severity` or `client_ids` is all."""

    categories: Mapped[list[str] | None] = mapped_column(JsonValue)
    """Categories or groups."""
    min_relevance: Mapped[float] = mapped_column(default=0.0)
    min_severity: Mapped[Severity | None] = mapped_column(EnumText(Severity))
    client_ids: Mapped[list[str] | None] = mapped_column(JsonValue)
