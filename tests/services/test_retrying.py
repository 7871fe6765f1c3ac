"""An outside call is tried again after a while, whatever the service asks for."""

import time

import pytest

from webapp.errors import ProviderError, ProviderRateLimitedError
from webapp.services.retrying import LEAST_WAIT, MAX_TRIES, call_with_retries


def failing(times: int, error: ProviderError) -> tuple[list[float], str]:
    """Call what fails so often; return when it was called, and what came of it."""
    called: list[float] = []

    def call() -> str:
        called.append(time.monotonic())
        if len(called) <= times:
            raise error
        return "an answer"

    return called, call_with_retries(call, total_seconds=10)


@pytest.mark.parametrize("asked", [0.0, 0.01])
def test_a_service_that_asks_for_no_wait_is_given_one(asked: float) -> None:
    (first, second), answer = failing(1, ProviderRateLimitedError("429", retry_after=asked))
    assert answer == "an answer"
    assert second - first >= LEAST_WAIT


def test_a_service_that_asks_for_a_long_wait_is_not_waited_for() -> None:
    with pytest.raises(ProviderRateLimitedError):
        failing(1, ProviderRateLimitedError("429", retry_after=5.0))


def test_a_service_that_goes_on_failing_is_left_alone() -> None:
    with pytest.raises(ProviderError):
        failing(MAX_TRIES, ProviderRateLimitedError("429", retry_after=0.0))
