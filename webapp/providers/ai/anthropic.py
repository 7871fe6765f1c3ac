"""Anthropic through its official SDK (messages with a JSON schema as output format)."""

from collections.abc import Iterable
from http import HTTPStatus
from types import ModuleType
from typing import Any

from webapp.enums import AIName
from webapp.errors import ProviderError, ProviderResponseError
from webapp.providers.ai.model_provider import ModelProvider
from webapp.providers.ai.pricing import Tokens
from webapp.providers.ai.questions import Counts, CutOffError, EmptyAnswerError, Question
from webapp.providers.ai.sdk_call import SdkCaller, StatusError

_SPENT = ("credit balance is too low", "specified api usage limits")
_TOO_LONG = ("prompt is too long", "request_too_large")
_CUT_OFF = {
    "max_tokens": "Anthropic's answer was cut off at its length limit.",
    "model_context_window_exceeded": "The material did not fit into Anthropic's model.",
}
_UNKNOWN = {
    "effort": ("effort",),
    "format": ("output_config", "output_format", "structured output", "json_schema"),
}
"""What an older model calls the options that it does not take."""


class AnthropicProvider(ModelProvider):
    """Anthropic's models: one client a provider, no SDK retries, no temperature.

    A model that does not take an output format, or an effort, is asked without it once it said
    so; the answer is checked all the same.
    """

    name = AIName.ANTHROPIC
    vendor = "Anthropic"
    _refused: frozenset[str] = frozenset()

    def _sdk(self) -> ModuleType:
        import anthropic  # noqa: PLC0415 -- a second and 40 MB, only where a key is set

        return anthropic

    def _new_client(self, caller: SdkCaller) -> Any:  # noqa: ANN401 -- the vendor's client
        return caller.sdk.Anthropic(**self._client_options(caller))

    def _send(self, client: Any, caller: SdkCaller, question: Question) -> dict[str, Any]:  # noqa: ANN401 -- the vendor's client
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": question.max_tokens,
            "system": question.instructions,
            "messages": question.messages(),
        }
        options: dict[str, Any] = {
            "format": {"type": "json_schema", "schema": question.schema},
            "effort": "low",
        }
        taken = {name: each for name, each in options.items() if name not in self._refused}
        if taken:
            body["output_config"] = taken
        try:
            return caller.post(client, "/v1/messages", body)
        except StatusError as error:
            if not self._leaves_out(error, taken):
                raise
        return self._send(client, caller, question)

    def _leaves_out(self, error: StatusError, sent: Iterable[str]) -> bool:
        """Note an option that this model does not know; tell whether there was one."""
        message = error.text("message").lower()
        if error.status != HTTPStatus.BAD_REQUEST:
            return False
        named = (name for name in _UNKNOWN if name in sent)
        unknown = next((name for name in named if _speaks_of(message, _UNKNOWN[name])), None)
        if unknown is not None:
            self._refused = self._refused | {unknown}
        return unknown is not None

    def _text(self, body: dict[str, Any]) -> str:
        blocks = body.get("content")
        if not isinstance(blocks, list):
            raise ProviderResponseError(
                "Anthropic answered without content. Check ANTHROPIC_BASE_URL."
            )
        reason = body.get("stop_reason")
        if reason == "refusal":
            raise ProviderResponseError("Anthropic's model refused to judge this text.")
        if isinstance(reason, str) and reason in _CUT_OFF:
            raise CutOffError(_CUT_OFF[reason])
        # Thinking, and kinds of block that do not exist yet, carry no answer.
        spoken = [
            block for block in blocks if isinstance(block, dict) and block.get("type") == "text"
        ]
        text = "".join(str(block.get("text") or "") for block in spoken)
        if not text.strip():
            raise EmptyAnswerError("Anthropic answered with an empty message.")
        return text

    def _tokens(self, usage: Counts) -> Tokens:
        """Part the counts: input_tokens leaves out the cached ones, which are paid for as well."""
        written = usage.get("cache_creation_input_tokens")
        long = min(usage.inside("cache_creation").get("ephemeral_1h_input_tokens"), written)
        return Tokens(
            input=usage.get("input_tokens"),
            cached=usage.get("cache_read_input_tokens"),
            cache_write=written - long,
            cache_write_long=long,
            output=usage.get("output_tokens"),
            reasoning=usage.inside("output_tokens_details").get("thinking_tokens"),
        )

    def _error(self, error: StatusError) -> ProviderError:
        message = error.text("message").lower()
        if _speaks_of(message, _SPENT):
            return self.errors.spent()
        if _speaks_of(message, _TOO_LONG):
            return self.errors.too_large()
        return self.errors.describe(error)


def _speaks_of(message: str, words: Iterable[str]) -> bool:
    return any(each in message for each in words)
