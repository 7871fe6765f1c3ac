"""What both language models' failures mean, and that they give nothing away."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.doubles.local_server import Answer, Request, serve
from tests.providers.ai.cases import (
    KEY,
    PROVIDERS,
    REQUEST,
    answering,
    failure_of,
    provider_at,
    sample,
)
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from webapp.providers.ai.vendor_errors import RequestTooLargeError

both = pytest.mark.parametrize("vendor", ["openai", "anthropic"])


@pytest.mark.parametrize(
    ("path", "kind", "wait"),
    [
        ("openai/error_401.json", ProviderAuthError, None),
        ("openai/error_404_model.json", ProviderAuthError, None),
        ("openai/error_429_quota.json", ProviderQuotaError, None),
        ("openai/error_429_slow_down.json", ProviderRateLimitedError, 0.644),
        ("openai/error_429_too_large.json", RequestTooLargeError, None),
        ("openai/error_500.json", ProviderUnavailableError, 7.0),
        ("anthropic/error_401.json", ProviderAuthError, None),
        ("anthropic/error_400_credit.json", ProviderQuotaError, None),
        ("anthropic/error_400_other.json", ProviderRequestError, None),
        ("anthropic/error_404_model.json", ProviderAuthError, None),
        ("anthropic/error_429.json", ProviderRateLimitedError, 12.0),
        ("anthropic/error_529.json", ProviderUnavailableError, 3.0),
    ],
)
def test_each_failure_has_its_class_and_its_wait(
    path: str, kind: type[ProviderError], wait: float | None
) -> None:
    recorded = sample(path)
    answer = Answer(recorded["body"], status=recorded["status"], headers=recorded["headers"])
    with answering(path.split("/", maxsplit=1)[0], answer) as (provider, server):
        error = failure_of(provider)
    assert type(error) is kind
    assert error.retry_after == wait
    assert len(server.requests) == 1  # the SDK itself never tries again


@both
@pytest.mark.parametrize("status", [301, 302, 418, 500, 502, 503, 504, 529])
def test_any_status_with_any_body_is_one_of_our_errors(vendor: str, status: int) -> None:
    headers = {"Location": "http://127.0.0.1:1/"}
    with answering(vendor, Answer("<h1>no</h1>", status=status, headers=headers)) as (provider, _):
        error = failure_of(provider)
    assert "<h1>" not in str(error)


@both
@pytest.mark.parametrize("value", ["soon", "nan", "inf", ""])
def test_a_strange_retry_after_is_no_wait(vendor: str, value: str) -> None:
    answer = Answer({}, status=503, headers={"Retry-After": value})
    with answering(vendor, answer) as (provider, _):
        error = failure_of(provider)
    assert error.retry_after is None


@both
def test_an_error_page_without_end_is_cut(vendor: str) -> None:
    answer = Answer((b"x" * 100_000 for _ in range(1000)), status=500)
    with answering(vendor, answer) as (provider, _):
        error = failure_of(provider)
    assert isinstance(error, ProviderResponseError)
    assert "2,000,000 bytes" in str(error)


@both
def test_a_silent_server_costs_no_more_than_the_time_limit(vendor: str) -> None:
    with answering(vendor, Answer({}, delay=2), timeout_seconds=0.3) as (provider, _):
        provider.load()
        begun = time.monotonic()
        assert isinstance(failure_of(provider), ProviderTimeoutError)
        assert time.monotonic() - begun < 1.5


@both
def test_a_trickle_of_bytes_is_cut_at_the_time_limit(vendor: str) -> None:
    trickle = Answer(iter([b" "] * 40), pause=0.05)
    with answering(vendor, trickle, timeout_seconds=0.4) as (provider, _):
        assert isinstance(failure_of(provider), ProviderTimeoutError)


@both
def test_a_server_that_is_not_there_is_unavailable(vendor: str) -> None:
    with serve(lambda _: Answer({})) as server:
        gone = server.url
    with provider_at(vendor, gone) as provider:
        error = failure_of(provider)
    assert isinstance(error, ProviderUnavailableError)
    assert "could not be reached" in str(error)


@both
def test_neither_errors_nor_logs_hold_the_key_or_the_organisation(
    vendor: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = {"error": {"message": f"Wrong key {KEY} of org-secret", "type": "x", "code": "x"}}
    with answering(vendor, Answer(body, status=401)) as (provider, _):
        error = failure_of(provider)
    told = f"{error!r} {error.__cause__!r} {provider!r} {caplog.text}"
    assert KEY not in told
    assert "org-secret" not in told


@pytest.mark.parametrize(
    ("vendor", "status", "error"),
    [
        ("openai", 400, {"message": "too many tokens", "code": "context_length_exceeded"}),
        ("anthropic", 400, {"message": "prompt is too long: 210000 tokens > 200000 maximum"}),
        ("anthropic", 413, {"type": "request_too_large", "message": "Request exceeds the size"}),
    ],
)
def test_a_request_that_never_fits_is_told_apart(
    vendor: str, status: int, error: dict[str, str]
) -> None:
    with answering(vendor, Answer({"type": "error", "error": error}, status=status)) as (
        provider,
        server,
    ):
        assert type(failure_of(provider)) is RequestTooLargeError
    assert len(server.requests) == 1


def test_an_effort_that_a_model_does_not_take_is_left_out_and_the_schema_stays() -> None:
    error = {"type": "error", "error": {"message": "This model does not support effort."}}
    good = Answer(sample("anthropic/classify.json"))
    with answering("anthropic", Answer(error, status=400), good) as (provider, server):
        provider.classify(REQUEST)
    sent = [sorted(request.json()["output_config"]) for request in server.requests]
    assert sent == [["effort", "format"], ["format"]]


def test_an_option_that_an_old_model_does_not_know_is_left_out_from_then_on() -> None:
    error = {"error": {"message": "no", "param": "response_format", "code": None, "type": "x"}}
    good = Answer(sample("openai/classify.json"))
    with answering("openai", Answer(error, status=400), good) as (provider, server):
        provider.classify(REQUEST)
        provider.classify(REQUEST)
    sent = ["response_format" in request.json() for request in server.requests]
    assert sent == [True, False, False]


def test_a_model_without_output_formats_is_asked_without_one() -> None:
    error = {"type": "error", "error": {"message": "output_config.format: not supported"}}
    good = Answer(sample("anthropic/classify.json"))
    with answering("anthropic", Answer(error, status=400), good) as (provider, server):
        provider.classify(REQUEST)
        provider.classify(REQUEST)
    sent = [request.json()["output_config"] for request in server.requests]
    assert ["format" in each for each in sent] == [True, False, False]


@both
def test_sixty_four_threads_share_one_client(vendor: str) -> None:
    together = threading.Barrier(64, timeout=20)

    def respond(_: Request) -> Answer:
        together.wait()  # breaks unless all 64 calls are in flight at once
        return Answer(sample(f"{vendor}/classify.json"))

    with (
        serve(respond) as server,
        ThreadPoolExecutor(64) as pool,
        provider_at(vendor, server.url, timeout_seconds=30) as provider,
    ):
        answers = list(pool.map(lambda _: provider.classify(REQUEST), range(64)))
    assert all(len(answer.verdicts) == 1 for answer in answers)


@both
def test_a_provider_without_a_key_says_so(vendor: str) -> None:
    kind = PROVIDERS[vendor]
    with_key = kind(api_key=KEY, model="m", base_url="http://127.0.0.1:1")
    without = kind(api_key="", model="m", base_url="http://127.0.0.1:1")
    assert (with_key.is_configured(), without.is_configured()) == (True, False)
