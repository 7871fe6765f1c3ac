"""Salesforce: an account with its contacts, opportunities and cases, in one query."""

from collections.abc import Callable
from typing import TypeVar

from webapp import clock
from webapp.enums import CRMName
from webapp.errors import ProviderAuthError
from webapp.providers.base import CRMCheck, CRMFacts, CRMFinding, CRMLookup, CRMUsage
from webapp.providers.crm.allowance import Allowance
from webapp.providers.crm.matching import decided, found_by_id, host_of, names_of
from webapp.providers.crm.records import Record, facts_from_account
from webapp.providers.crm.refused_fields import RefusedFields
from webapp.providers.crm.salesforce_login import SalesforceCredentials, SalesforceLogin, Session
from webapp.providers.crm.salesforce_rest import (
    FieldRefusedError,
    SalesforceRest,
    SessionExpiredError,
)
from webapp.providers.crm.soql import (
    account_query,
    has_name,
    has_website,
    is_id,
    is_same_id,
    quoted,
)
from webapp.providers.crm.values import text
from webapp.providers.http import HttpClient

ResultT = TypeVar("ResultT")
_MAX_TRIES = 16
_MAX_NAMES = 5


class SalesforceService:
    """One Salesforce org, read only; safe to use from many threads.

    The token is fetched at the first call, shared, and renewed once when it has expired. Fields
    and objects that the org does not show are left out for some hours.
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
        self._refused = RefusedFields()
        self._allowance = Allowance("the Salesforce org")

    def is_configured(self) -> bool:
        """Tell whether credentials for any sign-in are there."""
        return self._credentials.is_enough()

    def authenticate(self) -> None:
        """Sign in now if there is no session yet; raises ProviderError."""
        self._login.session()

    def get_enriched_account_data(self, lookup: CRMLookup) -> CRMFinding:
        """Return the account of the id, else that of the web domain, else candidates by name.

        Raises ProviderError; one for the quota before the org's last calls are used up.
        """
        self._allowance.spare()
        wanted = lookup.account_id or ""
        if is_id(wanted):
            for facts in self._accounts(f"Id = {quoted(wanted)}"):
                if is_same_id(facts.account_id, wanted):
                    return found_by_id(facts)
        condition = _condition(lookup)
        found = self._accounts(condition) if condition else []
        return decided(found, lookup, is_gone=is_id(wanted))

    def usage(self) -> CRMUsage | None:
        """Return the org's API calls of the last 24 hours, as the last answer told them."""
        return self._allowance.usage

    def limits(self) -> CRMUsage | None:
        """Ask for the org's API calls of the last 24 hours; raises ProviderError."""
        daily = self._with_session(lambda rest: rest.daily_calls())
        self._allowance.note(daily)
        return daily

    def check(self) -> CRMCheck:
        """Sign in, read one account, and say what the org does not show."""
        session = self._login.session()
        usage = self.limits()
        self._accounts(None, limit=1)
        host = host_of(session.instance_url)
        return CRMCheck(host, usage or self.usage(), self._refused.told())

    def _accounts(self, condition: str | None, **options: int) -> list[CRMFacts]:
        """Return accounts of a query; it is asked with fewer fields until the org shows them."""
        base_url = self._login.session().instance_url
        for _ in range(_MAX_TRIES):
            soql = account_query(condition, left_out=self._refused.names(), **options)
            try:
                records = self._with_session(lambda rest, soql=soql: rest.query(soql))  # type: ignore[misc]
            except FieldRefusedError as refusal:
                if not self._refused.add(refusal.told):
                    raise
            else:
                return [_facts(record, base_url) for record in records if text(record.get("Id"))]
        raise FieldRefusedError("")

    def _with_session(self, ask: Callable[[SalesforceRest], ResultT]) -> ResultT:
        """Ask with the session, and once more with a new one where it has expired."""
        session = self._login.session()
        try:
            return self._ask(session, ask)
        except SessionExpiredError:
            renewed = self._login.renewed(session)
        try:
            return self._ask(renewed, ask)
        except SessionExpiredError:
            raise ProviderAuthError(
                "Salesforce refuses even a new session. Check the user's permissions."
            ) from None

    def _ask(self, session: Session, ask: Callable[[SalesforceRest], ResultT]) -> ResultT:
        rest = SalesforceRest(http=self._http, session=session)
        answer = ask(rest)
        self._allowance.note(rest.usage)
        return answer


def _facts(record: Record, base_url: str) -> CRMFacts:
    return facts_from_account(
        record, provider=CRMName.SALESFORCE, fetched_at=clock.now(), base_url=base_url
    )


def _condition(lookup: CRMLookup) -> str:
    either = [has_website(host)] if (host := host_of(lookup.domain)) else []
    either += [has_name(name) for name in names_of(lookup)[:_MAX_NAMES]]
    return " OR ".join(either)
