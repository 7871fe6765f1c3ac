"""How many requests a caller may make, and the headers that say what is left."""

import hashlib

from flask import Response, g, request

from webapp.container import services
from webapp.errors import TooManyRequestsError
from webapp.services.access import Actor
from webapp.services.rate_limits import Allowance

_KEPT = "beacon_allowance"
_DIGITS = 32
HEADERS = {
    "RateLimit-Limit": "Requests that the caller may make in a minute",
    "RateLimit-Remaining": "How many of them are left",
    "RateLimit-Reset": "Seconds until all are there again",
}


def admit(actor: Actor | None) -> None:
    """Count this request: by its token, its session's user, or its address if it has neither.

    Raises TooManyRequestsError with the seconds to wait.
    """
    allowance = services().rate_limits.take(_name_of(actor))
    setattr(g, _KEPT, allowance)
    if allowance is None or allowance.is_admitted:
        return
    seconds = allowance.resets_in
    error = TooManyRequestsError(
        f"At most {allowance.limit} requests a minute are answered. Wait {seconds} s."
    )
    error.retry_after = seconds
    raise error


def tell(response: Response) -> Response:
    """Say in the headers what the caller has left."""
    allowance = g.pop(_KEPT, None)
    if isinstance(allowance, Allowance):
        values = (allowance.limit, allowance.remaining, allowance.resets_in)
        response.headers.update(zip(HEADERS, map(str, values), strict=True))
    return response


def _name_of(actor: Actor | None) -> str:
    if actor is None:
        return f"address/{request.remote_addr or 'unknown'}"
    token = request.headers.get("Authorization")
    if token is None:
        return f"user/{actor.user_id}"
    return f"token/{hashlib.sha256(token.encode()).hexdigest()[:_DIGITS]}"
