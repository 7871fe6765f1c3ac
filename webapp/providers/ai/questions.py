"""What is asked of a language model and what comes back, before anybody reads it."""

from dataclasses import dataclass
from typing import Any

from webapp.errors import ProviderResponseError
from webapp.providers.ai.pricing import Tokens
from webapp.providers.base import Usage

SENSIBLE_COUNT = 10**9


class UnusableAnswerError(ProviderResponseError):
    """The model answered, but not with what was asked for; `usage` is what it cost anyway.

    It is not asked again: it had its chance to repair the answer, and each try costs.
    """

    permanent = True

    def __init__(self, message: str, usage: Usage) -> None:
        super().__init__(message)
        self.usage = usage


class CutOffError(ProviderResponseError):
    """The answer ends before its end."""


class EmptyAnswerError(ProviderResponseError):
    """The model said nothing."""


class TooMuchAtOnceError(UnusableAnswerError):
    """The answer would have been too long; parts of the request may get one."""


@dataclass(frozen=True)
class Question:
    """One call's words: instructions, then turns that begin and end with the user's."""

    instructions: str
    turns: tuple[str, ...]
    schema: dict[str, Any]
    schema_name: str
    max_tokens: int
    can_be_parted: bool = False

    def messages(self) -> list[dict[str, str]]:
        """Return the turns as both vendors take them."""
        return [
            {"role": "assistant" if place % 2 else "user", "content": turn}
            for place, turn in enumerate(self.turns)
        ]


@dataclass(frozen=True)
class Reply:
    """What a model said, or why that is no answer; which one it was, and its tokens."""

    text: str
    model: str
    tokens: Tokens
    failure: ProviderResponseError | None = None


class Counts:
    """The token counts of an answer; what is nonsense counts as nothing."""

    def __init__(self, usage: object) -> None:
        self._usage = usage if isinstance(usage, dict) else {}

    def get(self, name: str) -> int:
        """Return one count, 0 where it is missing or no count."""
        value = self._usage.get(name)
        return value if type(value) is int and 0 <= value < SENSIBLE_COUNT else 0

    def inside(self, name: str) -> "Counts":
        """Return the counts of a breakdown."""
        return Counts(self._usage.get(name))
