"""The CRM of those who have none: accounts out of a file, which the lookup brings along."""

from webapp.enums import CRMName
from webapp.providers.base import CRMCheck, CRMFinding, CRMLookup, CRMUsage
from webapp.providers.crm.account_ids import is_same_account
from webapp.providers.crm.matching import decided, found_by_id


class CsvCRMProvider:
    """Chooses among imported accounts; what they say is as old as their `fetched_at`."""

    name = CRMName.CSV

    def is_configured(self) -> bool:
        """Tell whether it can answer: always, of what was imported."""
        return True

    def get_enriched_account_data(self, lookup: CRMLookup) -> CRMFinding:
        """Return the account of the id, else that of the web domain, else candidates by name."""
        imported = lookup.imported or ()
        wanted = lookup.account_id if lookup.provider in {None, CRMName.CSV} else None
        for facts in imported:
            if wanted and is_same_account(facts.account_id, wanted):
                return found_by_id(facts)
        return decided(imported, lookup, is_gone=bool(wanted))

    def usage(self) -> CRMUsage | None:
        """Return nothing: a file is asked as often as anybody likes."""
        return None

    def check(self) -> CRMCheck:
        """Return that all is well."""
        return CRMCheck("imported accounts")
