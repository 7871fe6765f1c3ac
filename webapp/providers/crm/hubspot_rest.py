"""Calls to HubSpot's REST API: paging, batches, and what its refusals mean."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any, TypeVar

from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderResponseError,
    ProviderUnavailableError,
)
from webapp.providers.base import CRMUsage
from webapp.providers.crm.allowance import Allowance
from webapp.providers.crm.values import count_of
from webapp.providers.http import HttpAnswer, HttpClient

Record = Mapping[str, Any]
ItemT = TypeVar("ItemT")

SERVICE = "HubSpot"
IN_ONE_BATCH = 100
SEARCH_PAGE = 200
MOST_FOUND = 10_000
"""HubSpot pages no further through the results of one search."""
MOST_PAGES = 50
_WAITS = {"secondly": 1.0, "ten_secondly_rolling": 9.0}
"""Seconds until a limit is over; HubSpot mostly says nothing of them."""
_LOCKED, _MIGRATING = 423, 477
_SCOPE = re.compile(r"[a-z][\w.-]{2,60}")
_SHOWN_SCOPES = 5
_NO_VIEW = re.compile(r"permissions? to view .* \(requires one of \[", re.IGNORECASE)
"""How HubSpot says the same without a category."""


class MissingScopesError(ProviderAuthError):
    """The token may not read this kind of object; `scopes` are those to grant."""

    def __init__(self, scopes: Sequence[str]) -> None:
        named = ", ".join(scopes) or "the one for this object"
        super().__init__(f"The HubSpot token lacks a scope. Grant the private app: {named}.")
        self.scopes = tuple(scopes)

    def named(self, what: str) -> str:
        """Return what is hidden, with the scope that would show it."""
        return f"{what} (grant {', '.join(self.scopes)})" if self.scopes else what


class HubSpotRest:
    """Reads with a private app's token. Every method raises ProviderError.

    `deadline`, on the monotonic clock, is when all calls of one question have to end.
    """

    def __init__(self, *, http: HttpClient, base_url: str, token: str) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self.allowance = Allowance("the HubSpot account")

    def deadline(self) -> float:
        """Return when calls that begin now have to end."""
        return self._http.deadline()

    def get(self, path: str, *, scope: str = "", **options: Any) -> Record:  # noqa: ANN401 -- HttpClient's options
        """Return the object at a path; `scope` is what reading it takes."""
        return self._call("GET", path, scope, options)

    def search(
        self, object_type: str, body: Mapping[str, Any], *, scope: str, deadline: float
    ) -> Iterator[Record]:
        """Yield all that a search finds, up to the ten thousand that HubSpot pages through."""
        after, seen = None, 0
        for _ in range(MOST_PAGES):
            asked = {**body, "limit": SEARCH_PAGE, **({"after": after} if after else {})}
            path = f"/crm/v3/objects/{object_type}/search"
            page = self._call("POST", path, scope, {"json_body": asked, "deadline": deadline})
            found = _results(page)
            yield from found
            seen, after = seen + len(found), _after(page)
            # Here `after` counts results, and one past the cap is refused
            if after is None or not found or seen >= MOST_FOUND - SEARCH_PAGE:
                return

    def first(self, path: str, *, scope: str, deadline: float) -> None:
        """Read one entry of a list, to learn whether it may be read."""
        self.get(path, scope=scope, params={"limit": 1}, deadline=deadline)

    def listed(self, path: str, *, scope: str, deadline: float) -> Iterator[Record]:
        """Yield all that a list holds, page by page; its `after` is a cursor."""
        after = None
        for _ in range(MOST_PAGES):
            params = {"limit": IN_ONE_BATCH, **({"after": after} if after else {})}
            page = self.get(path, scope=scope, params=params, deadline=deadline)
            found = _results(page)
            yield from found
            after = _after(page)
            if after is None or not found:
                return

    def read(
        self,
        object_type: str,
        ids: Iterable[str],
        properties: Sequence[str],
        *,
        scope: str,
        deadline: float,
    ) -> dict[str, Record]:
        """Return objects by id, a hundred a call; what is not there is left out."""
        found: dict[str, Record] = {}
        path = f"/crm/v3/objects/{object_type}/batch/read"
        for chunk in chunks(ids, IN_ONE_BATCH):
            asked = {"properties": list(properties), "inputs": [{"id": each} for each in chunk]}
            page = self._call("POST", path, scope, {"json_body": asked, "deadline": deadline})
            found |= {key: each for each in _results(page) if (key := object_id(each.get("id")))}
        return found

    def associated(
        self, ids: Iterable[str], to_type: str, *, scope: str, deadline: float
    ) -> dict[str, list[str]]:
        """Return the ids of the objects that hang on each company, a hundred companies a call.

        A company on which none hangs is an error within an answer of status 207, and left out.
        """
        found: dict[str, list[str]] = {}
        path = f"/crm/v4/associations/companies/{to_type}/batch/read"
        inputs: list[dict[str, str]] = [{"id": each} for each in ids]
        for _ in range(MOST_PAGES):
            following: list[dict[str, str]] = []
            for chunk in chunks(inputs, IN_ONE_BATCH):
                body = {"json_body": {"inputs": chunk}, "deadline": deadline}
                for each in _results(self._call("POST", path, scope, body)):
                    key, targets = _from_id(each), _targets(each)
                    found.setdefault(key, []).extend(targets)
                    if key and (after := _after(each)):
                        following.append({"id": key, "after": after})
            if not following:
                break
            inputs = following
        return {key: list(dict.fromkeys(targets)) for key, targets in found.items() if key}

    def _call(self, method: str, path: str, scope: str, options: Mapping[str, Any]) -> Record:
        answer = self._http.request(
            method, f"{self._base_url}{path}", service=SERVICE, headers=self._headers, **options
        )
        self.allowance.note(_usage(answer))
        if not answer.is_ok:
            raise _failure(answer, scope)
        body = answer.json()
        if not isinstance(body, dict):
            raise ProviderResponseError("HubSpot answered in a shape that is not its own.")
        return body


def object_id(value: object) -> str:
    """Return an id, which HubSpot writes as a number or as text; "" for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    written = str(value)
    return written if written.isascii() and written.isdigit() and len(written) < 20 else ""  # noqa: PLR2004 -- as many digits as 64 bits have


def chunks(items: Iterable[ItemT], size: int) -> Iterator[list[ItemT]]:
    """Yield the items in lists of at most so many."""
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk


def _results(page: Record) -> list[Record]:
    found = page.get("results")
    if not isinstance(found, list):
        raise ProviderResponseError("HubSpot answered without results.")
    return [each for each in found if isinstance(each, dict)]


def _after(page: Record) -> str | None:
    paging = page.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    return str(after) if isinstance(after, str | int) and after else None


def _from_id(result: Record) -> str:
    start = result.get("from")
    return object_id(start.get("id")) if isinstance(start, dict) else ""


def _targets(result: Record) -> list[str]:
    targets = result.get("to")
    if not isinstance(targets, list):
        return []
    ids = (object_id(each.get("toObjectId")) for each in targets if isinstance(each, dict))
    return [each for each in ids if each]


def _usage(answer: HttpAnswer) -> CRMUsage | None:
    limit = count_of(answer.headers.get("x-hubspot-ratelimit-daily"))
    left = count_of(answer.headers.get("x-hubspot-ratelimit-daily-remaining"))
    return CRMUsage(max(0, limit - left), limit) if limit and left is not None else None


# --- refusals -----------------------------------------------------------------------------------


def _failure(answer: HttpAnswer, scope: str) -> ProviderError:
    """Return our error for a refusal; HubSpot's text stays out of its message."""
    body = _body(answer)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return ProviderAuthError(
            "HubSpot does not accept the token. Put the token of a private app into "
            "HUBSPOT_API_KEY; the API keys of old are gone."
        )
    if answer.status == HTTPStatus.FORBIDDEN:
        if body.get("category") == "MISSING_SCOPES" or _NO_VIEW.search(str(body.get("message"))):
            return MissingScopesError(_scopes(body, scope))
        return ProviderAuthError("HubSpot does not let the token's owner read this (403).")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _over_limit(answer, body)
    if answer.status in {_LOCKED, _MIGRATING}:
        return ProviderUnavailableError(
            f"HubSpot asks to come back later ({answer.status}).",
            retry_after=answer.retry_after or 2.0,
        )
    return answer.failure()


def _over_limit(answer: HttpAnswer, body: Record) -> ProviderError:
    told = f"{body.get('policyName')} {body.get('message')}".lower()
    if answer.headers.get("x-hubspot-ratelimit-daily-remaining") == "0" or "daily" in told:
        return ProviderQuotaError(
            "HubSpot's daily number of API calls is used up. It starts anew at midnight in the "
            "account's time zone."
        )
    waits = (seconds for policy, seconds in reversed(_WAITS.items()) if policy in told)
    retry_after = answer.retry_after or next(waits, _WAITS["secondly"])
    return ProviderRateLimitedError("HubSpot asks to slow down (429).", retry_after=retry_after)


def _scopes(body: Record, scope: str) -> list[str]:
    """Return the scope that is needed, or else the first of those that HubSpot names."""
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    context = first.get("context") if isinstance(first, dict) else None
    told = context.get("requiredGranularScopes") if isinstance(context, dict) else None
    named = [each for each in told if isinstance(each, str) and _SCOPE.fullmatch(each)] if (
        isinstance(told, list)
    ) else []  # fmt: skip
    if scope and (scope in named or not named):
        return [scope]
    return named[:_SHOWN_SCOPES]


def _body(answer: HttpAnswer) -> Record:
    try:
        body = answer.json()
    except ProviderResponseError:
        return {}
    return body if isinstance(body, dict) else {}
