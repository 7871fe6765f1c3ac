"""Tells the meanings of Google's error answers apart."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderResponseError,
)
from webapp.providers.http import HttpAnswer

_CLOSED = (
    "Google has closed its Custom Search API to this project. "
    "Take the key out and use another source, such as Serper or NewsAPI."
)
_SPENT = "Google Search's quota for today is spent; it starts anew at midnight Pacific time."
_BAD_KEY = (
    "Google Search does not accept the key; check GOOGLE_SEARCH_API_KEY and its restrictions."
)
_QUOTA_REASONS = frozenset(
    {"dailylimitexceeded", "dailylimitexceededunreg", "quotaexceeded", "limitexceeded"}
)
_RATE_REASONS = frozenset({"ratelimitexceeded", "userratelimitexceeded"})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


def google_failure(answer: HttpAnswer) -> ProviderError:
    """Build the error that a Google API means by a status, its reason and its words."""
    error = _error_of(answer)
    reason, message = _reason(error), str(error.get("message", "")).lower()
    if reason in _QUOTA_REASONS or (
        error.get("status") == "RESOURCE_EXHAUSTED" and "day" in message
    ):
        return ProviderQuotaError(_SPENT)
    if reason in _RATE_REASONS or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return ProviderRateLimitedError(
            "Google Search asks to slow down.", retry_after=answer.retry_after
        )
    if answer.status in _GONE or "does not have the access" in message:
        return ProviderAuthError(_CLOSED)
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or "api key" in message:
        return ProviderAuthError(_BAD_KEY)
    return answer.failure()


def _error_of(answer: HttpAnswer) -> Mapping[str, Any]:
    try:
        payload = answer.json()
    except ProviderResponseError:
        return {}
    error = payload.get("error") if isinstance(payload, dict) else None
    return error if isinstance(error, dict) else {}


def _reason(error: Mapping[str, Any]) -> str:
    errors = error.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("reason", "")).lower() if isinstance(first, dict) else ""
