"""Simulated CRM facts, the same for the same client."""

from typing import Any, Protocol

from webapp import clock
from webapp.enums import CRMName
from webapp.providers.base import CRMCheck, CRMFinding, CRMLookup, CRMUsage
from webapp.providers.crm.records import children, facts_from_account


class MockAccounts(Protocol):
    """What this provider needs of the mock."""

    def mock_crm_data(self, lookup: CRMLookup) -> dict[str, Any]:
        """Return a Salesforce-like answer to a query for one account."""
        ...


class MockCRMProvider:
    """A CRM that knows every client; what it says is invented and repeatable."""

    name = CRMName.MOCK

    def __init__(self, mock_api: MockAccounts) -> None:
        self._mock_api = mock_api

    def is_configured(self) -> bool:
        """Tell whether it can answer: always."""
        return True

    def get_enriched_account_data(self, lookup: CRMLookup) -> CRMFinding:
        """Return invented facts about the account."""
        page = {"Accounts": self._mock_api.mock_crm_data(lookup)}
        for account in children(page, "Accounts"):
            return CRMFinding(
                facts_from_account(account, provider=self.name, fetched_at=clock.now())
            )
        return CRMFinding()

    def usage(self) -> CRMUsage | None:
        """Return nothing: it is asked as often as anybody likes."""
        return None

    def check(self) -> CRMCheck:
        """Return that all is well."""
        return CRMCheck("invented accounts")
