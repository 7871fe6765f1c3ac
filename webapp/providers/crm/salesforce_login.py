"""Signing in to Salesforce: an access token by whichever flow the org allows, kept and shared."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from webapp.errors import ProviderAuthError, ProviderResponseError
from webapp.providers.http import HttpAnswer, HttpClient

_TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 -- an address
_SALESFORCE_DOMAINS = (".salesforce.com", ".force.com", ".salesforce.mil", ".sfcrmproducts.cn")
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

_EXPLAINED = {
    "request not supported on this domain": "Salesforce signs applications in only on the org's "
    "own address. Set SALESFORCE_LOGIN_URL to its My Domain.",
    "expired access/refresh token": "The Salesforce refresh token has expired or was revoked. "
    "Set a new SALESFORCE_REFRESH_TOKEN.",
    "authentication failure": "Salesforce refused user and password. Check them and the security "
    "token; newer orgs do not allow this sign-in at all.",
    "invalid_client": "Salesforce does not know this app. Check SALESFORCE_CLIENT_ID and "
    "SALESFORCE_CLIENT_SECRET.",
    "unsupported_grant_type": "The Salesforce org does not allow this way to sign in.",
    "inactive_user": "The Salesforce user is not active.",
    "inactive_org": "The Salesforce org is locked or no longer exists.",
    "invalid_app_access": "The Salesforce user may not use this app.",
}


@dataclass(frozen=True)
class SalesforceCredentials:
    """What a business has of these; which are set decides the flows that can be tried."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)

    def is_enough(self) -> bool:
        """Tell whether any flow can be tried."""
        return next(self.flows(), None) is not None

    def flows(self) -> Iterator[dict[str, str]]:
        """Yield the form of each flow that can be tried, the best first."""
        app = {"client_id": self.client_id, "client_secret": self.client_secret}
        if self.client_id and self.refresh_token:
            given = app if self.client_secret else {"client_id": self.client_id}
            yield {"grant_type": "refresh_token", "refresh_token": self.refresh_token, **given}
        if self.client_id and self.client_secret:
            yield {"grant_type": "client_credentials", **app}
            if self.username and self.password:
                secret = self.password + self.security_token
                yield {
                    "grant_type": "password",
                    "username": self.username,
                    "password": secret,
                    **app,
                }


@dataclass(frozen=True)
class Session:
    """An access token and the address that it is for."""

    access_token: str = field(repr=False)
    instance_url: str


class SalesforceLogin:
    """Holds one session for all threads; a renewal is made once, however many ask for it."""

    def __init__(
        self, *, http: HttpClient, login_url: str, credentials: SalesforceCredentials
    ) -> None:
        self._http = http
        self._login_url = login_url.rstrip("/")
        self._credentials = credentials
        self._lock = threading.Lock()
        self._session: Session | None = None

    def session(self) -> Session:
        """Return the session, signing in if there is none; raises ProviderError."""
        with self._lock:
            if self._session is None:
                self._session = self._sign_in()
            return self._session

    def renewed(self, stale: Session) -> Session:
        """Return a session newer than `stale`; raises ProviderError."""
        with self._lock:
            if self._session is None or self._session == stale:
                self._session = None
                self._session = self._sign_in()
            return self._session

    def _sign_in(self) -> Session:
        """Try each flow; when all are refused, tell of the first, which was meant."""
        refusal: ProviderAuthError | None = None
        for form in self._credentials.flows():
            answer = self._http.request(
                "POST", f"{self._login_url}{_TOKEN_PATH}", service="Salesforce", form=form
            )
            if answer.status not in _REFUSED:
                return self._read(answer.raise_for_status())
            refusal = refusal or _refusal(answer)
        raise refusal or ProviderAuthError("No Salesforce credentials are set.")

    def _read(self, answer: HttpAnswer) -> Session:
        body = answer.json()
        token = body.get("access_token") if isinstance(body, dict) else None
        address = body.get("instance_url") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token or not isinstance(address, str):
            raise ProviderResponseError("Salesforce's sign-in answered without a token.")
        if any(not letter.isprintable() or letter.isspace() for letter in token):
            raise ProviderResponseError("Salesforce's sign-in answered with a token that is none.")
        if not self._is_salesforce(address):
            raise ProviderResponseError(
                "Salesforce's sign-in named an address that is not its own."
            )
        return Session(token, address.rstrip("/"))

    def _is_salesforce(self, address: str) -> bool:
        """Tell whether a token may be sent there: Salesforce itself, or where it came from."""
        try:
            parts, login = urlsplit(address), urlsplit(self._login_url)
            same_host = (parts.scheme, parts.netloc) == (login.scheme, login.netloc)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if same_host:
            return True
        is_plain = parts.username is None and port in {None, 443}
        return parts.scheme == "https" and is_plain and host.endswith(_SALESFORCE_DOMAINS)


def _refusal(answer: HttpAnswer) -> ProviderAuthError:
    """Explain a refused sign-in from its error and description."""
    try:
        body = answer.json()
    except ProviderResponseError:
        body = None
    said = body if isinstance(body, Mapping) else {}
    told = f"{said.get('error_description')} {said.get('error')}".lower()
    explained = (text for words, text in _EXPLAINED.items() if words in told)
    general = f"Salesforce refused the sign-in ({answer.status}). Check the credentials."
    return ProviderAuthError(next(explained, general))
