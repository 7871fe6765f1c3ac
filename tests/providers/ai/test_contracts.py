"""Both language models over what their vendors really answered."""

import copy
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer
from tests.providers.ai.cases import KEY, REQUEST, answer_with, answering, failure_of, sample
from tests.providers.recordings import exchanges, present, recordings
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderUnavailableError,
)
from webapp.providers.ai.vendor_errors import RequestTooLargeError

pytestmark = [pytest.mark.contracts]

BY_FILE: dict[str, type[ProviderError]] = {
    "401_invalid_api_key": ProviderAuthError,
    "429_insufficient_quota": ProviderQuotaError,
    "429_rate_limit_tpm_request_too_large": RequestTooLargeError,
    "429_rate_limit_tpm_try_again_message": ProviderRateLimitedError,
    "400_credit_balance_too_low_2026-03": ProviderQuotaError,
    "401_invalid_x_api_key": ProviderAuthError,
    "429_rate_limit_error": ProviderRateLimitedError,
    "429_rate_limit_error_2025": ProviderRateLimitedError,
    "529_overloaded_error": ProviderUnavailableError,
    "529_overloaded_error_variant": ProviderUnavailableError,
}
BY_STATUS: dict[int, type[ProviderError]] = {
    200: ProviderResponseError,
    400: ProviderRequestError,
    404: ProviderAuthError,
}
FINAL = (ProviderAuthError, ProviderQuotaError, ProviderRequestError)
VENDOR = {
    "openai_chat": "openai",
    "openai_errors": "openai",
    "openai_responses": "openai",
    "anthropic_messages": "anthropic",
    "anthropic_errors": "anthropic",
}


def cases(*folders: str) -> pytest.MarkDecorator:
    found = [
        pytest.param(VENDOR[folder], *each.values, id=f"{folder}-{each.id}")
        for folder in folders
        for each in recordings(folder)
    ]
    return pytest.mark.parametrize(("vendor", "path"), found)


@cases("openai_errors", "anthropic_errors")
def test_a_recorded_error_gets_its_class_and_retry_decision(
    vendor: str, path: Path | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for exchange in exchanges(path):
        status = exchange.status if exchange.status >= 400 else 429
        answer = Answer(exchange.body, status=status, headers=exchange.headers)
        with answering(vendor, answer) as (provider, _):
            error = failure_of(provider)
        assert type(error) is BY_FILE[Path(str(path)).stem]
        assert error.permanent is isinstance(error, FINAL)
        for secret in (KEY, "sQoA", "org-", "0dccdde6", "5456025a", "req_011"):
            assert secret not in f"{error} {caplog.text}"


@cases("openai_chat", "openai_responses", "anthropic_messages")
def test_a_recorded_answer_to_another_question_is_one_of_our_errors(
    vendor: str, path: Path | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for exchange in exchanges(path):
        with answering(vendor, exchange.answer()) as (provider, _):
            error = failure_of(provider)
        assert isinstance(error, BY_STATUS[exchange.status])
        assert KEY not in f"{error} {caplog.text}"


@pytest.mark.parametrize("path", recordings("anthropic_messages", "*.txt"))
def test_a_recorded_stream_that_nobody_asked_for_is_one_of_our_errors(path: Path | None) -> None:
    stream = Answer(present(path).read_bytes(), content_type="text/event-stream")
    with answering("anthropic", stream) as (provider, _):
        assert type(failure_of(provider)) is ProviderResponseError


@cases("openai_chat", "anthropic_messages")
def test_a_recorded_envelope_around_a_verdict_is_read(vendor: str, path: Path | None) -> None:
    for exchange in exchanges(path):
        body = with_verdict(vendor, exchange.body)
        if body is None:
            continue
        with answering(vendor, Answer(body)) as (provider, _):
            answer = provider.classify(REQUEST)
        assert len(answer.verdicts) == 1
        assert answer.model == body["model"]
        assert answer.usage.input_tokens > 0


def with_verdict(vendor: str, recorded: Any) -> Any:
    """The recorded body with its text replaced by a verdict, None where it ends in no text."""
    body = copy.deepcopy(recorded)
    if not isinstance(body, dict) or not isinstance(body.get("usage"), dict):
        return None
    text = json.dumps(verdicts())
    if vendor == "openai":
        message = body["choices"][0]["message"]
        if message.get("content") is None or body["choices"][0]["finish_reason"] != "stop":
            return None
        message["content"] = text
        return body
    texts = [block for block in body["content"] if block["type"] == "text"]
    if not texts or body["stop_reason"] != "end_turn":
        return None
    texts[0]["text"] = text
    for block in texts[1:]:
        block["text"] = " "
    return body


def verdicts() -> Any:
    return json.loads(sample("openai/classify.json")["choices"][0]["message"]["content"])


def test_the_samples_of_our_own_have_the_recorded_shape() -> None:
    body = answer_with("openai", "x")
    assert body["object"] == "chat.completion"
    assert with_verdict("openai", body)["choices"][0]["message"]["content"] != "x"
    assert with_verdict("anthropic", answer_with("anthropic", "x")) is not None
