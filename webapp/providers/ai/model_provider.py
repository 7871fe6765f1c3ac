"""What every language model provider does around its vendor's call: ask, read, repair once."""

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import ModuleType
from typing import Any, TypeVar

from webapp.enums import AIName
from webapp.errors import ProviderError, ProviderResponseError
from webapp.providers.ai.answer_schema import CLASSIFY_SCHEMA, INSIGHT_SCHEMA
from webapp.providers.ai.evidence import meanings
from webapp.providers.ai.likely_tokens import likely_tokens
from webapp.providers.ai.parsing import parse_verdicts
from webapp.providers.ai.parsing_insights import parse_insight
from webapp.providers.ai.pricing import PriceList, Tokens
from webapp.providers.ai.prompts import (
    CLASSIFY_INSTRUCTIONS,
    INSIGHT_INSTRUCTIONS,
    PROMPT_VERSION,
    REPAIR_REQUEST,
    classify_prompt,
    insight_prompt,
)
from webapp.providers.ai.questions import (
    Counts,
    CutOffError,
    EmptyAnswerError,
    Question,
    Reply,
    TooMuchAtOnceError,
    UnusableAnswerError,
)
from webapp.providers.ai.sdk_call import SdkCaller, StatusError
from webapp.providers.ai.vendor_errors import VendorErrors
from webapp.providers.base import (
    ClassifyAnswer,
    ClassifyItem,
    ClassifyRequest,
    InsightAnswer,
    InsightRequest,
    Usage,
)
from webapp.providers.http import HttpClient

BASE_TOKENS = 2000
"""Room for an answer, and for what a reasoning model thinks before it."""
TOKENS_PER_ITEM = 500
MAX_TOKENS = 16_000
SLACK_TOKENS = 200
"""What a vendor adds around the words of a question."""
MAX_ECHO = 8_000
"""Characters of an unusable answer that the model is shown again."""

_Parsed = TypeVar("_Parsed")


class ModelProvider(ABC):
    """A vendor's language model as an AIProvider; safe to use from many threads.

    The vendor's SDK is loaded at the first call, or by `load()` where a process wants to pay
    its two seconds before it forks. Nothing is retried but an answer that cannot be read, once.
    """

    name: AIName
    vendor: str

    def __init__(
        self,
        *,
        api_key: str,
        model: str,
        base_url: str,
        timeout_seconds: float = 30.0,
        prices: PriceList | None = None,
    ) -> None:
        self.model = model
        self._prices = prices or PriceList({})
        self.errors = VendorErrors(self.vendor, self.vendor.upper(), model)
        self._api_key = api_key
        self._base_url = base_url
        self._http = HttpClient(timeout_seconds=timeout_seconds)
        self._lock = threading.Lock()
        self._client: Any = None
        self._caller: SdkCaller | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self.model!r})"

    def __del__(self) -> None:
        with suppress(Exception):  # half-built, or the interpreter is on its way out
            self.close()

    def is_configured(self) -> bool:
        """Tell whether a key is there."""
        return bool(self._api_key)

    def load(self) -> None:
        """Import the SDK and read what its answers are held against, before a process forks."""
        self._sdk()
        meanings.load()

    def close(self) -> None:
        """Close the vendor's connections; the next call opens new ones."""
        with self._lock:
            client, self._client, self._caller = self._client, None, None
        if client is not None:
            client.close()

    def likely(self, *, characters: int, items: int, calls: int) -> Usage:
        """Return about what it takes to judge so many items with so many characters in all."""
        tokens = likely_tokens(characters=characters, items=items, calls=calls)
        return self._prices.usage(tokens, self.model, calls=calls)

    def most(self, request: ClassifyRequest | InsightRequest) -> Usage:
        """Return the most that two answers to a request can use: no token is less than a byte."""
        if isinstance(request, InsightRequest):
            question, _ = _insight(request)
        else:
            question, _ = _classification(request)
        sent = len("".join((question.instructions, *question.turns)).encode())
        sent += len(json.dumps(question.schema)) + SLACK_TOKENS
        tokens = Tokens(input=2 * sent + 4 * MAX_ECHO, output=2 * question.max_tokens)
        return self._prices.usage(tokens, self.model, calls=2)

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:
        """Judge every article in one call; raises ProviderError."""
        question, by_ref = _classification(request)
        verdicts, model, usage = self._answered(
            question, lambda text: parse_verdicts(text, request, by_ref)
        )
        return ClassifyAnswer(verdicts, self.name, model, PROMPT_VERSION, usage)

    def write_insight(self, request: InsightRequest) -> InsightAnswer:
        """Say why one event matters; raises ProviderError."""
        question, by_ref = _insight(request)
        parts, model, usage = self._answered(
            question, lambda text: parse_insight(text, request, by_ref)
        )
        return InsightAnswer(
            **vars(parts), provider=self.name, model=model, prompt_version=PROMPT_VERSION,
            usage=usage,
        )  # fmt: skip

    @abstractmethod
    def _sdk(self) -> ModuleType:
        """Import the vendor's SDK and return it."""

    @abstractmethod
    def _new_client(self, caller: SdkCaller) -> Any:  # noqa: ANN401 -- the vendor's client
        """Return the vendor's client over the bounded HTTP client."""

    @abstractmethod
    def _send(self, client: Any, caller: SdkCaller, question: Question) -> dict[str, Any]:  # noqa: ANN401 -- the vendor's client
        """Put one question to the vendor; raises StatusError or ProviderError."""

    @abstractmethod
    def _text(self, body: dict[str, Any]) -> str:
        """Return what the model said; raises ProviderResponseError if that is no answer."""

    @abstractmethod
    def _tokens(self, usage: Counts) -> Tokens:
        """Return the tokens that the vendor's usage names."""

    @abstractmethod
    def _error(self, error: StatusError) -> ProviderError:
        """Say what a status other than 200 means."""

    def _answered(
        self, question: Question, parse: Callable[[str], _Parsed]
    ) -> tuple[_Parsed, str, Usage]:
        """Ask, and once more where the answer cannot be read; `parse` says why it cannot."""
        first = self._ask(question)
        if first.failure is None:
            try:
                return parse(first.text), first.model, self._usage(first)
            except ProviderResponseError as problem:
                again = _repaired(question, first.text, str(problem))
        elif isinstance(first.failure, EmptyAnswerError):
            again = question
        elif isinstance(first.failure, CutOffError) and not question.can_be_parted:
            again = replace(question, max_tokens=2 * question.max_tokens)
        else:
            raise self._unusable(first.failure, self._usage(first))
        try:
            second = self._ask(again)
        except ProviderError as problem:
            raise self._unusable(problem, self._usage(first)) from None
        usage = self._usage(first, second)
        if second.failure is not None:
            raise self._unusable(second.failure, usage)
        try:
            return parse(second.text), second.model, usage
        except ProviderResponseError as problem:
            raise self._unusable(problem, usage) from None

    def _unusable(self, problem: ProviderError, usage: Usage) -> UnusableAnswerError:
        kind = TooMuchAtOnceError if isinstance(problem, CutOffError) else UnusableAnswerError
        text = str(problem)
        return kind(text if self.vendor in text else f"{self.vendor}: {text}", usage)

    def _ask(self, question: Question) -> Reply:
        client, caller = self._connected()
        try:
            body = self._send(client, caller, question)
        except StatusError as error:
            raise self._error(error) from None
        model = body.get("model")
        reply = Reply(
            text="",
            model=model if isinstance(model, str) and model else self.model,
            tokens=self._tokens(Counts(body.get("usage"))),
        )
        try:
            return replace(reply, text=self._text(body))
        except ProviderResponseError as problem:
            return replace(reply, failure=problem)

    def _client_options(self, caller: SdkCaller) -> dict[str, Any]:
        return {
            "api_key": self._api_key,
            "base_url": self._base_url,
            "max_retries": 0,
            "http_client": caller.http_client(),
            "default_headers": {"Accept-Encoding": "identity"},
        }

    def _connected(self) -> tuple[Any, SdkCaller]:
        with self._lock:
            if self._caller is None:
                self._caller = SdkCaller(self.vendor, self._sdk(), self._http)
                self._client = self._new_client(self._caller)
            return self._client, self._caller

    def _usage(self, *replies: Reply) -> Usage:
        tokens = sum((reply.tokens for reply in replies), start=Tokens())
        return self._prices.usage(tokens, self.model, replies[-1].model, calls=len(replies))


def _classification(request: ClassifyRequest) -> tuple[Question, dict[str, ClassifyItem]]:
    material, by_ref = classify_prompt(request)
    room = min(BASE_TOKENS + TOKENS_PER_ITEM * len(by_ref), MAX_TOKENS)
    question = Question(
        CLASSIFY_INSTRUCTIONS, (material,), CLASSIFY_SCHEMA, "verdicts", room, len(by_ref) > 1
    )
    return question, by_ref


def _insight(request: InsightRequest) -> tuple[Question, dict[str, ClassifyItem]]:
    material, by_ref = insight_prompt(request)
    room = 2 * BASE_TOKENS
    return Question(INSIGHT_INSTRUCTIONS, (material,), INSIGHT_SCHEMA, "insight", room), by_ref


def _repaired(question: Question, answer: str, problem: str) -> Question:
    turns = (*question.turns, answer[:MAX_ECHO] or "-", REPAIR_REQUEST.format(problem=problem))
    return replace(question, turns=turns)
