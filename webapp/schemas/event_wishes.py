"""The filter over events that a webhook or a chat channel has."""

import uuid
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from webapp.enums import Severity
from webapp.schemas.base import Answer, Schema
from webapp.schemas.preference_form import CategoryChoice
from webapp.schemas.preferences import FilterNames

MAX_WISHED_CLIENTS = 1_000


def _distinct(ids: list[uuid.UUID]) -> list[uuid.UUID]:
    return list(dict.fromkeys(ids))


class EventWishFields(Schema):
    """Which events are told; without any field all of them."""

    categories: FilterNames | None = Field(
        None,
        description="Categories or groups; null is all, an empty list is none",
        examples=[["risk", "funding"]],
    )
    min_relevance: float = Field(0, ge=0, le=1, description="Least relevance, inclusive")
    min_severity: Severity | None = Field(None, description="Least severity; null is any")
    client_ids: (
        Annotated[list[uuid.UUID], Field(max_length=MAX_WISHED_CLIENTS), AfterValidator(_distinct)]
        | None
    ) = Field(
        None,
        description="Clients; null is every client, an empty list is none",
        examples=[None],
    )


class EventWishForm(EventWishFields):
    """The same as a page posts it: the relevance in percent, and all or only what is ticked."""

    category_choice: CategoryChoice = CategoryChoice.ALL
    client_choice: CategoryChoice = CategoryChoice.ALL
    relevance_percent: float = Field(0, ge=0, le=100)

    @model_validator(mode="after")
    def _settle(self) -> Self:
        self.min_relevance = self.relevance_percent / 100
        if self.category_choice is CategoryChoice.ALL:
            self.categories = None
        if self.client_choice is CategoryChoice.ALL:
            self.client_ids = None
        return self


class EventWishAnswer(Answer):
    """Which events are told."""

    categories: list[str] | None
    min_relevance: float
    min_severity: Severity | None
    client_ids: list[uuid.UUID] | None
