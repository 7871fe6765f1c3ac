"""HubSpot: companies with their contacts, deals and tickets, many companies a call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from webapp import clock
from webapp.enums import CRMName
from webapp.providers.base import CRMCheck, CRMFacts, CRMFinding, CRMLookup, CRMUsage
from webapp.providers.crm.hubspot_companies import COMPANIES_SCOPE, HubSpotCompanies
from webapp.providers.crm.hubspot_directory import ACCOUNT_PATH, OWNERS_SCOPE, HubSpotDirectory
from webapp.providers.crm.hubspot_records import COMPANY, company_facts
from webapp.providers.crm.hubspot_rest import HubSpotRest, MissingScopesError, Record, object_id
from webapp.providers.crm.hubspot_search import MOST_IN_ONE_SEARCH, Sought, search_bodies
from webapp.providers.crm.matching import decided, found_by_id, host_of, names_of
from webapp.providers.crm.together import Together
from webapp.providers.http import HttpClient

MOST_COMPANIES = 50
_MAX_NAMES = 3


class HubSpotService:
    """One HubSpot account, read only; safe to use from many threads, whose calls are joined.

    Objects that the token may not read are left out for an hour, and named in the facts.
    """

    name = CRMName.HUBSPOT

    def __init__(self, *, http: HttpClient, base_url: str, token: str = "") -> None:
        self._is_configured = bool(token)
        self._rest = HubSpotRest(http=http, base_url=base_url, token=token)
        self._directory = HubSpotDirectory(self._rest)
        self._companies = HubSpotCompanies(self._rest, self._directory)
        self._by_id: Together[str, CRMFacts] = Together(self._companies.read, most=MOST_COMPANIES)
        self._by_words: Together[Sought, Sequence[Record]] = Together(
            self._search, most=MOST_IN_ONE_SEARCH
        )

    def is_configured(self) -> bool:
        """Tell whether a token is there."""
        return self._is_configured

    def get_enriched_account_data(self, lookup: CRMLookup) -> CRMFinding:
        """Return the company of the id, else that of the web domain, else candidates by name.

        Raises ProviderError.
        """
        self._rest.allowance.spare()
        wanted = object_id(lookup.account_id or "")
        if wanted and (facts := self._by_id.get(wanted)) is not None:
            return found_by_id(facts)
        finding = decided(self._candidates(lookup), lookup, is_gone=bool(wanted))
        if finding.facts is None:
            return finding
        whole = self._by_id.get(finding.facts.account_id)
        facts = replace(whole, matched_by=finding.facts.matched_by) if whole else finding.facts
        return replace(finding, facts=facts)

    def usage(self) -> CRMUsage | None:
        """Return the account's API calls of the day, as the last answer told them."""
        return self._rest.allowance.usage

    def check(self) -> CRMCheck:
        """Read the account and one object of each kind; say what the token may not read."""
        deadline = self._rest.deadline()
        portal = object_id(self._rest.get(ACCOUNT_PATH, deadline=deadline).get("portalId"))
        self._rest.first("/crm/v3/objects/companies", scope=COMPANIES_SCOPE, deadline=deadline)
        missing = self._companies.hidden(deadline=deadline)
        try:
            self._rest.first("/crm/v3/owners", scope=OWNERS_SCOPE, deadline=deadline)
        except MissingScopesError as error:
            missing = (*missing, error.named("owners"))
        return CRMCheck(f"HubSpot account {portal}".strip(), self.usage(), missing)

    def _candidates(self, lookup: CRMLookup) -> list[CRMFacts]:
        sought = Sought(host_of(lookup.domain), tuple(names_of(lookup)[:_MAX_NAMES]))
        records = self._by_words.get(sought) if sought.host or sought.names else None
        if not records:
            return []
        directory = self._directory.current(deadline=self._rest.deadline())
        return [company_facts(each, directory, fetched_at=clock.now()) for each in records]

    def _search(self, sought: Sequence[Sought]) -> Mapping[Sought, Sequence[Record]]:
        """Search for many clients at once; each gets all that was found and takes what is its."""
        deadline = self._rest.deadline()
        found: dict[str, Record] = {}
        for body in search_bodies(sought, COMPANY):
            records = self._rest.search("companies", body, scope=COMPANIES_SCOPE, deadline=deadline)
            found |= {key: each for each in records if (key := object_id(each.get("id")))}
        everything = tuple(found.values())
        return dict.fromkeys(sought, everything)
