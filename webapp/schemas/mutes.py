"""What is asked and told of muted clients, categories and sources."""

import uuid
from enum import StrEnum
from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from webapp.enums import Category, MuteKind
from webapp.schemas.base import Answer, Schema, UtcTime
from webapp.schemas.events import DayOrMoment

_VALUE_OF = {
    MuteKind.CLIENT: "client_id",
    MuteKind.CATEGORY: "category",
    MuteKind.SOURCE: "source",
}


class MuteInput(Schema):
    """What to mute, and until when; exactly the value that `kind` names has to be given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "client", "client_id": "0193a5e0-7b1c-7c3a-9f52-3d2b8c9a4e10"}]
        }
    )

    kind: MuteKind
    client_id: uuid.UUID | None = None
    category: Category | None = None
    source: str | None = Field(
        None, min_length=1, max_length=200, description="As events name their publisher"
    )
    until: DayOrMoment | None = Field(
        None,
        description="In the future, within a year; a bare date means the end of that day in your "
        "zone, null is for good",
    )

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        given = {name for name in _VALUE_OF.values() if getattr(self, name) is not None}
        wanted = _VALUE_OF[self.kind]
        if given != {wanted}:
            message = f"to mute a {self.kind.value}, give {wanted} and nothing else to mute"
            raise ValueError(message)
        return self


class MuteLength(StrEnum):
    """How long a form mutes."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    DATE = "date"
    FOR_GOOD = "for_good"


class MutePrefill(Schema):
    """What the form offers to mute at first."""

    kind: MuteKind = MuteKind.CATEGORY
    client_id: uuid.UUID | None = None
    category: Category | None = None
    source: str | None = Field(None, max_length=200)


class MuteForm(MutePrefill):
    """What the page posts: a value for each kind, of which one counts, and a length or a date."""

    lasts: MuteLength = MuteLength.WEEK
    until: DayOrMoment | None = None

    @property
    def wanted(self) -> dict[str, Any]:
        """The kind with the one value that counts for it."""
        name = _VALUE_OF[self.kind]
        return {"kind": self.kind, name: getattr(self, name)}

    @property
    def field(self) -> str:
        """The name of the value that counts."""
        return _VALUE_OF[self.kind]


class MuteAnswer(Answer):
    """One thing that the caller has muted."""

    id: uuid.UUID
    kind: MuteKind
    label: str = Field(description="The client's name, the category in words, or the source")
    client_id: uuid.UUID | None
    category: Category | None
    source: str | None
    until: UtcTime | None = Field(description="Null is for good")
    created_at: UtcTime


class MuteListAnswer(Answer):
    """Everything that the caller has muted, the latest first."""

    mutes: list[MuteAnswer]
    total: int
