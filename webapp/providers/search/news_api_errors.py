"""Tells NewsAPI's error answers apart by their code; the status alone says too little."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderUnavailableError,
)
from webapp.providers.http import HttpAnswer

MAXIMUM_REACHED = "maximumResultsReached"
"""The code for a page beyond what the plan gives."""

_BAD_KEYS = {
    "apiKeyInvalid": "NewsAPI does not accept the key; check NEWS_API_KEY.",
    "apiKeyMissing": "NewsAPI got no key; check NEWS_API_KEY.",
    "apiKeyDisabled": "NewsAPI has disabled the key; get a new one at newsapi.org.",
    "corsNotAllowed": (
        "NewsAPI's developer plan answers only requests from localhost; "
        "take a paid plan, or take NEWS_API_KEY out."
    ),
}
_BAD_REQUESTS = {
    "parametersMissing": "NewsAPI got no search words; check the client's name.",
    "sourcesTooMany": "NewsAPI was asked for too many sources at once.",
    "sourceDoesNotExist": "NewsAPI does not know a source that it was asked for.",
    MAXIMUM_REACHED: (
        "NewsAPI's plan gives no more results for this search; a larger plan gives more."
    ),
}
_TOO_OLD = re.compile(r"as far back as (\d{4}-\d{2}-\d{2})")
_ALLOWANCE = re.compile(r"(\d[\d,]*) requests available every (\d+) hours")
_PERIOD = re.compile(r"\b(?:over a|every|per) (?:\d+ )?(?:hour|day|month)", re.IGNORECASE)


def news_api_failure(answer: HttpAnswer) -> ProviderError:
    """Build the error that an answer with an error means; it can have status 200."""
    code, message = error_of(answer)
    if code in _BAD_KEYS:
        return ProviderAuthError(_BAD_KEYS[code])
    if code in _BAD_REQUESTS:
        return ProviderRequestError(_BAD_REQUESTS[code])
    build = _FURTHER.get(code, _by_status)
    return build(message, answer)


def error_of(answer: HttpAnswer) -> tuple[str, str]:
    """Return code and message of an error answer, each "" where it is missing."""
    try:
        payload = answer.json()
    except ProviderResponseError:
        return "", ""
    if not isinstance(payload, dict):
        return "", ""
    return str(payload.get("code") or ""), str(payload.get("message") or "")


def _limited(message: str, answer: HttpAnswer) -> ProviderError:
    """Tell a spent allowance, which lasts for hours, from too many requests at once."""
    if _PERIOD.search(message):
        return _spent(message, answer)
    return ProviderRateLimitedError(
        "NewsAPI asks to slow down (429).", retry_after=answer.retry_after
    )


def _spent(message: str, answer: HttpAnswer) -> ProviderError:
    found = _ALLOWANCE.search(message)
    allowance = f" ({found[1]} requests in {found[2]} hours)" if found else ""
    return ProviderQuotaError(
        f"NewsAPI's allowance is spent{allowance}; it comes back by itself. "
        "Search fewer clients or less often, or take a larger plan.",
        retry_after=answer.retry_after,
    )


def _invalid(message: str, _answer: HttpAnswer) -> ProviderError:
    found = _TOO_OLD.search(message)
    if found:
        return ProviderRequestError(
            f"NewsAPI's plan reaches back to {found[1]} only; a larger plan reaches further."
        )
    return ProviderRequestError(
        "NewsAPI cannot search for this client as it is written; check its name and aliases."
    )


def _broken(_message: str, answer: HttpAnswer) -> ProviderError:
    return ProviderUnavailableError(
        "NewsAPI is not working at the moment.", retry_after=answer.retry_after
    )


def _by_status(_message: str, answer: HttpAnswer) -> ProviderError:
    if answer.is_ok:
        return ProviderResponseError("NewsAPI answered with an error that it does not name.")
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return ProviderAuthError(
            f"NewsAPI does not accept the key ({answer.status}); check NEWS_API_KEY."
        )
    if answer.status == HTTPStatus.UPGRADE_REQUIRED:
        return ProviderAuthError("NewsAPI wants a larger plan for this search (426).")
    return answer.failure()


_FURTHER: Mapping[str, Callable[[str, HttpAnswer], ProviderError]] = {
    "parameterInvalid": _invalid,
    "apiKeyExhausted": _spent,
    "rateLimited": _limited,
    "unexpectedError": _broken,
}
