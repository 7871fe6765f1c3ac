"""Salesforce: an account with its contacts, opportunities and cases, in one query."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from webapp import clock
from webapp.enums import CRMName
from webapp.errors import ProviderAuthError
from webapp.providers.base import CRMFacts, CRMLookup
from webapp.providers.crm.records import Record, facts_from_account, text
from webapp.providers.crm.salesforce_login import SalesforceCredentials, SalesforceLogin
from webapp.providers.crm.salesforce_rest import (
    FieldRefusedError,
    SalesforceRest,
    SessionExpiredError,
)
from webapp.providers.crm.soql import (
    CHILDREN,
    EVERYTHING,
    FIELDS,
    account_query,
    beginning,
    containing,
    is_id,
    long_id,
    quoted,
)
from webapp.providers.http import HttpClient

_NO_COLUMN = re.compile(
    r"No such column '([\w.]+)' on (?:entity|sobject of type) '?(\w+)'?", re.IGNORECASE
)
_NO_RELATION = re.compile(r"Didn't understand relationship '(\w+)'", re.IGNORECASE)
_LEGAL_FORM = re.compile(
    r"[,\s]+(?:inc|corp|corporation|co|company|ltd|limited|llc|plc|gmbh|ag|se|sa|nv|bv|group)\.?$",
    re.IGNORECASE,
)
_MAX_TRIES = 12


class SalesforceService:
    """One Salesforce org, read only; safe to use from many threads.

    The token is fetched at the first call, shared, and renewed once when it has expired. Fields
    and objects that the org does not show are left out from then on.
    """

    name = CRMName.SALESFORCE

    def __init__(
        self,
        *,
        http: HttpClient,
        login_url: str,
        client_id: str = "",
        client_secret: str = "",
        refresh_token: str = "",
        username: str = "",
        password: str = "",
        security_token: str = "",
    ) -> None:
        self._credentials = SalesforceCredentials(
            client_id, client_secret, refresh_token, username, password, security_token
        )
        self._http = http
        self._login = SalesforceLogin(http=http, login_url=login_url, credentials=self._credentials)
        self._left_out: frozenset[str] = frozenset()

    def is_configured(self) -> bool:
        """Tell whether credentials for any sign-in are there."""
        return self._credentials.is_enough()

    def authenticate(self) -> None:
        """Sign in now if there is no session yet; raises ProviderError."""
        self._login.session()

    def get_enriched_account_data(self, lookup: CRMLookup) -> CRMFacts | None:
        """Return the account found by id, else by web domain, else by name, or None.

        Raises ProviderError. An account that merely resembles the name is not taken.
        """
        for condition in _conditions(lookup):
            account = best_match(self._query(condition), lookup)
            if account is not None:
                return facts_from_account(account, provider=self.name, fetched_at=clock.now())
        return None

    def _query(self, condition: str) -> list[Record]:
        left_out = self._left_out
        for _ in range(_MAX_TRIES):
            soql = account_query(condition, left_out=left_out)
            try:
                return [*self._renewing(soql)]
            except FieldRefusedError as refusal:
                fewer = left_out | {_named(refusal.told)}
                if fewer == left_out:
                    raise
                self._left_out = left_out = fewer
        raise FieldRefusedError("")

    def _renewing(self, soql: str) -> list[Record]:
        session = self._login.session()
        try:
            return [*SalesforceRest(http=self._http, session=session).query(soql)]
        except SessionExpiredError:
            renewed = self._login.renewed(session)
        try:
            return [*SalesforceRest(http=self._http, session=renewed).query(soql)]
        except SessionExpiredError:
            raise ProviderAuthError(
                "Salesforce refuses even a new session. Check the user's permissions."
            ) from None


def _conditions(lookup: CRMLookup) -> Iterator[str]:
    if lookup.account_id and is_id(lookup.account_id):
        yield f"Id = {quoted(lookup.account_id)}"
    either = []
    if host := _host(lookup.domain):
        either.append(f"Website LIKE {containing(host)}")
    if name := _bare(lookup.name):
        either.append(f"Name LIKE {beginning(name)}")
    if either:
        yield " OR ".join(either)


def best_match(accounts: list[Record], lookup: CRMLookup) -> Record | None:
    """Return the account with the id, else with the domain, else with the very name."""
    wanted_id = long_id(lookup.account_id) if lookup.account_id else None
    wanted_host, wanted_name = _host(lookup.domain), _bare(lookup.name).casefold()
    by_rank: dict[int, Record] = {}
    for account in accounts:
        if wanted_id and long_id(text(account.get("Id")) or "") == wanted_id:
            by_rank.setdefault(0, account)
        if wanted_host and _host(text(account.get("Website"))) == wanted_host:
            by_rank.setdefault(1, account)
        if wanted_name and _bare(text(account.get("Name")) or "").casefold() == wanted_name:
            by_rank.setdefault(2, account)
    return by_rank[min(by_rank)] if by_rank else None


def _bare(name: str) -> str:
    """Return a company's name without its legal form."""
    return _LEGAL_FORM.sub("", " ".join(name.split()))


def _host(website: str | None) -> str:
    """Return the host of a website or domain, without "www."."""
    if not website:
        return ""
    address = website if "//" in website else f"//{website}"
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


def _named(told: str) -> str:
    """Return what Salesforce's sentence says is missing, as `account_query` leaves it out."""
    column = _NO_COLUMN.search(told)
    if column:
        fields = FIELDS.get(column[2], ())
        known = next((field for field in fields if field.startswith(column[1])), None)
        return f"{column[2]}.{known}" if known else EVERYTHING
    relation = _NO_RELATION.search(told)
    if relation is None:
        return EVERYTHING
    return "Account.Owner.Name" if relation[1] not in CHILDREN else relation[1]
