"""Queries over Salesforce's REST API: simple-salesforce on our own HTTP client."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeGuard, cast
from urllib.parse import urlsplit

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
)
from webapp.providers.base import CRMUsage
from webapp.providers.crm.salesforce_login import Session
from webapp.providers.crm.values import count_of
from webapp.providers.http import HttpAnswer, HttpClient

API_VERSION = "62.0"
MAX_PAGES = 10
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_FEWER_FIELDS = frozenset({"INVALID_FIELD", "INVALID_TYPE", "QUERY_TOO_COMPLICATED"})
_SPENT = "REQUEST_LIMIT_EXCEEDED"
_AT_ONCE = "concurrent"
_DAILY_CALLS = "DailyApiRequests"
_LIMIT_HEADER = "Sforce-Limit-Info"
_NOT_FOR_REST = "not valid for use with the rest api"


class SessionExpiredError(Exception):
    """The access token is no longer taken; a new one will be."""


class FieldRefusedError(ProviderRequestError):
    """The org does not show a field or object; `told` is Salesforce's own sentence."""

    def __init__(self, told: str) -> None:
        super().__init__("Salesforce does not show the fields that Beacon needs to this user.")
        self.told = told


@dataclass(frozen=True)
class _Result:
    """An answer in the shape that simple-salesforce reads."""

    answer: HttpAnswer
    url: str

    @property
    def status_code(self) -> int:
        return self.answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        told = self.answer.headers.get(_LIMIT_HEADER.lower())
        return {_LIMIT_HEADER: told} if told else {}

    @property
    def text(self) -> str:
        return ""

    def json(self, **_: object) -> Any:  # noqa: ANN401 -- any JSON
        return self.answer.json()


class _HttpSession:
    """Stands in for a requests session: the same total time limit and size cap as elsewhere.

    simple-salesforce writes https into every address; ours follows the session's own, so that
    a server on this machine can answer too.
    """

    def __init__(self, http: HttpClient, instance_url: str) -> None:
        self.proxies: dict[str, str] = {}
        self._http = http
        self._instance_url = instance_url

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
    ) -> _Result:
        path = urlsplit(url).path
        answer = self._http.request(
            method,
            f"{self._instance_url}{path}",
            service="Salesforce",
            headers=headers,
            params=params,
        )
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in _LATER:
            raise answer.failure()
        return _Result(answer, path)


class SalesforceRest:
    """Reads records with one session; raises SessionExpiredError or ProviderError."""

    def __init__(self, *, http: HttpClient, session: Session) -> None:
        self._client = Salesforce(
            instance_url=session.instance_url,
            session_id=session.access_token,
            session=cast("Any", _HttpSession(http, session.instance_url)),
            version=API_VERSION,
        )
        self._client.headers.pop("X-PrettyPrint", None)  # spaces that nobody reads

    @property
    def usage(self) -> CRMUsage | None:
        """The org's API calls of the last 24 hours, as the last answer's headers told them."""
        told = self._client.api_usage.get("api-usage")
        return CRMUsage(told.used, told.total) if told and told.total else None

    def daily_calls(self) -> CRMUsage | None:
        """Ask for the org's API calls of the last 24 hours; None where it does not say."""
        try:
            limits = self._client.limits()
        except SalesforceError as error:
            raise _explained(error) from None
        daily = limits.get(_DAILY_CALLS) if isinstance(limits, dict) else None
        most, left = (
            (count_of(daily.get(name)) for name in ("Max", "Remaining"))
            if isinstance(daily, dict)
            else (None, None)
        )
        return None if not most or left is None else CRMUsage(max(0, most - left), most)

    def query(self, soql: str) -> list[dict[str, Any]]:
        """Return all records of a query, with all pages of what is nested in them."""
        try:
            records = list(self._all(self._client.query(soql)))
            for record in records:
                self._complete(record)
        except SalesforceError as error:
            raise _explained(error) from None
        return records

    def _complete(self, record: dict[str, Any]) -> None:
        for value in record.values():
            if isinstance(value, dict) and value.get("nextRecordsUrl"):
                value["records"] = list(self._all(value))

    def _all(self, page: object) -> Iterator[dict[str, Any]]:
        for number in range(1, MAX_PAGES + 1):
            records = page.get("records") if isinstance(page, dict) else None
            if not isinstance(page, dict) or not isinstance(records, list):
                raise ProviderResponseError("Salesforce answered a query without records.")
            yield from (record for record in records if isinstance(record, dict))
            following = page.get("nextRecordsUrl")
            is_last = page.get("done") is not False or number == MAX_PAGES
            if is_last or not _is_next(following):
                return
            page = self._client.query_more(following, identifier_is_url=True)


def _is_next(address: object) -> TypeGuard[str]:
    return isinstance(address, str) and address.startswith("/services/data/")


def _explained(error: SalesforceError) -> Exception:
    """Return our error for a refused query; Salesforce's text stays out of its message."""
    code, told = _first_error(error.content)
    if code == _SPENT:
        return _over_limit(told)
    if error.status == HTTPStatus.UNAUTHORIZED:
        if code == "INVALID_SESSION_ID" and _NOT_FOR_REST not in told.lower():
            return SessionExpiredError()
        return ProviderAuthError("The Salesforce user may not use the REST API.")
    if error.status == HTTPStatus.FORBIDDEN:
        return ProviderAuthError("The Salesforce user may not read this. Check its permissions.")
    if code in _FEWER_FIELDS:
        return FieldRefusedError(told)
    return _refused(error.status)


def _over_limit(told: str) -> ProviderError:
    if _AT_ONCE in told.lower():
        return ProviderRateLimitedError("Salesforce takes no more calls at the same time.")
    return ProviderQuotaError(
        "Salesforce's daily number of API calls is used up. It resets within 24 hours."
    )


def _refused(status: int) -> ProviderError:
    if status >= HTTPStatus.BAD_REQUEST:
        return ProviderRequestError(f"Salesforce refused the query ({status}).")
    return ProviderResponseError(f"Salesforce answered with status {status}.")


def _first_error(content: object) -> tuple[str, str]:
    """Return code and message of an error body, empty where it holds none."""
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("errorCode") or ""), str(first.get("message") or "")
