"""Anthropic through its official SDK (messages with a JSON schema as output format)."""

from http import HTTPStatus
from types import ModuleType
from typing import Any

from webapp.enums import AIName
from webapp.errors import ProviderError, ProviderResponseError
from webapp.providers.ai.model_provider import Counts, ModelProvider, Question
from webapp.providers.ai.pricing import Tokens
from webapp.providers.ai.sdk_call import SdkCaller, StatusError

_SPENT = ("credit balance is too low", "specified api usage limits")
_STOPPED = {
    "refusal": "Anthropic's model refused to judge this text.",
    "max_tokens": "Anthropic's answer was cut off at its length limit.",
    "model_context_window_exceeded": "The material did not fit into Anthropic's model.",
}
_FORMAT_UNKNOWN = ("output_config", "output_format", "structured output", "json_schema")


class AnthropicProvider(ModelProvider):
    """Anthropic's models: one client a provider, no SDK retries, no temperature.

    A model that does not take an output format is asked without one once it said so; the
    answer is checked all the same.
    """

    name = AIName.ANTHROPIC
    vendor = "Anthropic"
    _takes_format = True

    def _sdk(self) -> ModuleType:
        import anthropic  # noqa: PLC0415 -- a second and 40 MB, only where a key is set

        return anthropic

    def _new_client(self, caller: SdkCaller) -> Any:  # noqa: ANN401 -- the vendor's client
        return caller.sdk.Anthropic(**self._client_options(caller))

    def _send(self, client: Any, caller: SdkCaller, question: Question) -> dict[str, Any]:  # noqa: ANN401 -- the vendor's client
        takes_format = self._takes_format
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": question.max_tokens,
            "system": question.instructions,
            "messages": question.messages(),
        }
        if takes_format:
            body |= _output_format(question)
        try:
            return caller.post(client, "/v1/messages", body)
        except StatusError as error:
            if not takes_format or not _refuses_format(error):
                raise
        self._takes_format = False
        return self._send(client, caller, question)

    def _text(self, body: dict[str, Any]) -> str:
        blocks = body.get("content")
        if not isinstance(blocks, list):
            raise ProviderResponseError(
                "Anthropic answered without content. Check ANTHROPIC_BASE_URL."
            )
        reason = body.get("stop_reason")
        if isinstance(reason, str) and reason in _STOPPED:
            raise ProviderResponseError(_STOPPED[reason])
        # Thinking, and kinds of block that do not exist yet, carry no answer.
        spoken = [
            block for block in blocks if isinstance(block, dict) and block.get("type") == "text"
        ]
        text = "".join(str(block.get("text") or "") for block in spoken)
        if not text.strip():
            raise ProviderResponseError("Anthropic answered with an empty message.")
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
        if any(words in message for words in _SPENT):
            return self.errors.spent()
        return self.errors.describe(error)


def _output_format(question: Question) -> dict[str, Any]:
    return {"output_config": {"format": {"type": "json_schema", "schema": question.schema}}}


def _refuses_format(error: StatusError) -> bool:
    message = error.text("message").lower()
    is_refusal = any(words in message for words in _FORMAT_UNKNOWN)
    return error.status == HTTPStatus.BAD_REQUEST and is_refusal
