"""The form of the preferences page: preferences and display in one."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from webapp.enums import Theme
from webapp.schemas.preferences import DisplayPatch, PreferencePatch, known_zone


class CategoryChoice(StrEnum):
    """Whether the ticked categories count, or all do."""

    ALL = "all"
    CHOSEN = "chosen"


class PreferenceForm(PreferencePatch):
    """What the page posts: the threshold in percent, and all or only ticked categories."""

    category_choice: CategoryChoice = CategoryChoice.ALL
    relevance_percent: float = Field(70, ge=0, le=100)
    timezone: Annotated[str, AfterValidator(known_zone)] | None = None
    theme: Theme = Theme.SYSTEM
    single_keys_enabled: bool = True

    @model_validator(mode="after")
    def _settle(self) -> Self:
        self.relevance_threshold = self.relevance_percent / 100
        if self.category_choice is CategoryChoice.ALL:
            self.notification_categories = None
        return self

    @property
    def preferences(self) -> PreferencePatch:
        """The part that is about notifications."""
        return PreferencePatch(**self.model_dump(include=set(PreferencePatch.model_fields)))

    @property
    def display(self) -> DisplayPatch:
        """The part that is about the pages."""
        return DisplayPatch(**self.model_dump(include=set(DisplayPatch.model_fields)))
