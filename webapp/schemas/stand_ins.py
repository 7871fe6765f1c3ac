"""What is asked and told of absences and who stands in."""

import uuid
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from webapp.schemas.base import Answer, Schema, UtcTime
from webapp.schemas.preferences import MAX_INTEGER_ID


class StandInInput(Schema):
    """From when to when somebody is away, and who is told instead."""

    user_id: int | None = Field(
        None, ge=1, le=MAX_INTEGER_ID, description="Who is away; yourself if left out"
    )
    covered_by_user_id: int = Field(ge=1, le=MAX_INTEGER_ID)
    starts_on: date = Field(description="In the zone of who is away, like `ends_on`")
    ends_on: date = Field(description="The last day away")

    @model_validator(mode="after")
    def _first_day_first(self) -> Self:
        if self.ends_on < self.starts_on:
            message = "the last day away must not lie before the first"
            raise ValueError(message)
        return self


class StandInAnswer(Answer):
    """One absence with its stand-in."""

    id: uuid.UUID
    user_id: int
    user_name: str
    covered_by_user_id: int
    covered_by_name: str
    starts_on: date
    ends_on: date
    is_current: bool
    ended_at: UtcTime | None = Field(description="When it was ended early")
    summarised_at: UtcTime | None = Field(
        description="When the returner was told what had come meanwhile"
    )
    created_at: UtcTime


class StandInListAnswer(Answer):
    """The absences that the caller may see, the latest first."""

    stand_ins: list[StandInAnswer]
    total: int
