"""OpenAI through its official SDK (chat completions with a strict JSON schema)."""

from http import HTTPStatus
from types import ModuleType
from typing import Any

from webapp.enums import AIName
from webapp.errors import ProviderError, ProviderResponseError
from webapp.providers.ai.model_provider import ModelProvider
from webapp.providers.ai.pricing import Tokens
from webapp.providers.ai.questions import Counts, CutOffError, EmptyAnswerError, Question
from webapp.providers.ai.sdk_call import SdkCaller, StatusError

_SPENT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_REASONING = ("gpt-5", "gpt-6", "o1", "o3", "o4")
_OPTIONAL = ("reasoning_effort", "response_format", "max_completion_tokens")
_WITHHELD = "OpenAI's content filter withheld the answer."


class OpenAIProvider(ModelProvider):
    """OpenAI's models: one client a provider, no SDK retries, no temperature.

    What an older model does not take (schema, reasoning effort) is left out once it said so;
    the answer is checked all the same.
    """

    name = AIName.OPENAI
    vendor = "OpenAI"
    _refused: frozenset[str] = frozenset()

    def _sdk(self) -> ModuleType:
        import openai  # noqa: PLC0415 -- a second and 40 MB, only where a key is set

        return openai

    def _new_client(self, caller: SdkCaller) -> Any:  # noqa: ANN401 -- the vendor's client
        return caller.sdk.OpenAI(**self._client_options(caller))

    def _send(self, client: Any, caller: SdkCaller, question: Question) -> dict[str, Any]:  # noqa: ANN401 -- the vendor's client
        try:
            return caller.post(client, "/chat/completions", self._body(question))
        except StatusError as error:
            if not self._leaves_out(error):
                raise
        return self._send(client, caller, question)

    def _body(self, question: Question) -> dict[str, Any]:
        instructions = {"role": "system", "content": question.instructions}
        messages = [instructions, *question.messages()]
        return {"model": self.model, "messages": messages, **self._options(question)}

    def _options(self, question: Question) -> dict[str, Any]:
        schema = {"name": question.schema_name, "strict": True, "schema": question.schema}
        options: dict[str, Any] = {
            "response_format": {"type": "json_schema", "json_schema": schema},
            "max_completion_tokens": question.max_tokens,
        }
        if self.model.startswith(_REASONING) and "chat" not in self.model:
            options["reasoning_effort"] = "low"
        return {name: value for name, value in options.items() if name not in self._refused}

    def _leaves_out(self, error: StatusError) -> bool:
        """Note an option that this model does not know; tell whether there was a new one."""
        named = error.text("param").split(".")[0]
        is_new = named in _OPTIONAL and named not in self._refused
        if error.status != HTTPStatus.BAD_REQUEST or not is_new:
            return False
        self._refused = self._refused | {named}
        return True

    def _text(self, body: dict[str, Any]) -> str:
        choices = body.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        message = first.get("message") if isinstance(first, dict) else None
        if not isinstance(first, dict) or not isinstance(message, dict):
            raise ProviderResponseError("OpenAI answered without a message. Check OPENAI_BASE_URL.")
        if message.get("refusal"):
            raise ProviderResponseError("OpenAI's model refused to judge this text.")
        reason = first.get("finish_reason")
        if reason == "length":
            raise CutOffError("OpenAI's answer was cut off at its length limit.")
        if reason == "content_filter":
            raise ProviderResponseError(_WITHHELD)
        content = message.get("content")
        if not isinstance(content, str) or not content.strip():
            raise EmptyAnswerError("OpenAI answered with an empty message.")
        return content

    def _tokens(self, usage: Counts) -> Tokens:
        """Part the counts: what was cached is within prompt_tokens, reasoning within the answer."""
        sent, details = usage.get("prompt_tokens"), usage.inside("prompt_tokens_details")
        cached = min(details.get("cached_tokens"), sent)
        written = min(details.get("cache_write_tokens"), sent - cached)
        return Tokens(
            input=sent - cached - written,
            cached=cached,
            cache_write=written,
            output=usage.get("completion_tokens"),
            reasoning=usage.inside("completion_tokens_details").get("reasoning_tokens"),
        )

    def _error(self, error: StatusError) -> ProviderError:
        if {error.text("code"), error.text("type")} & _SPENT:
            return self.errors.spent()
        if error.text("code") == "context_length_exceeded":
            return self.errors.too_large()
        if error.status != HTTPStatus.TOO_MANY_REQUESTS:
            return self.errors.describe(error)
        if "request too large" in error.text("message").lower():
            return self.errors.too_large()
        return self.errors.slow_down(error.retry_after)
