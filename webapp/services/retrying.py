"""Trying an outside call again, where that makes sense, within a total time."""

from collections.abc import Callable
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from webapp.errors import ProviderError, ProviderTimeoutError

ResultT = TypeVar("ResultT")
MAX_TRIES = 3
LEAST_WAIT = 0.5
"""Seconds before another try, even where a service asks for none: it did not answer just now."""
_backoff = wait_random_exponential(multiplier=0.5, max=4)


def call_with_retries(call: Callable[[], ResultT], *, total_seconds: float) -> ResultT:
    """Call up to three times; waits as the service asked if that fits into the total time.

    Raises the last ProviderError.
    """
    retrying = Retrying(
        stop=stop_after_attempt(MAX_TRIES) | stop_after_delay(total_seconds),
        wait=_wait,
        retry=retry_if_exception(lambda error: _is_worth_it(error, total_seconds)),
        reraise=True,
    )
    return retrying(call)


def _is_worth_it(error: BaseException, total_seconds: float) -> bool:
    if not isinstance(error, ProviderError) or error.permanent:
        return False
    if isinstance(error, ProviderTimeoutError):
        return False  # the time is spent already
    return error.retry_after is None or error.retry_after < total_seconds / 2


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, ProviderError) else None
    return _backoff(state) if asked is None else max(asked, LEAST_WAIT)
