"""How a client is looked for in the CRMs: its account or names, and what a person has ruled out."""

import threading
import uuid
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from webapp import clock
from webapp.enums import CRMName, MatchStatus
from webapp.extensions import db
from webapp.models import Client, CrmAccount, CrmMatch
from webapp.providers.base import CRMFacts, CRMLookup
from webapp.providers.crm.matching import host_of, name_keys
from webapp.services.crm_snapshots import facts_from_json
from webapp.services.transactions import snapshot

REMEMBERED_SECONDS = 30.0
"""That a business has imported no accounts is believed so long; an import tells this process."""
MOST_IMPORTED = 50


class CrmLookups:
    """Reads lookups; one of a client with a confirmed account takes no query of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._without_imports: dict[uuid.UUID, float] = {}

    def of(self, client: Client | Row[Any]) -> CRMLookup:
        """Return the lookup of a client, or of its plain row."""
        with snapshot():
            legal = (client.legal_name,) if client.legal_name else ()
            lookup = CRMLookup(
                client_id=str(client.id),
                name=client.name,
                domain=client.domain,
                account_id=client.crm_account_id,
                provider=client.crm_provider,
                further_names=(*legal, *client.aliases),
            )
            if client.crm_account_id and client.crm_provider not in {None, CRMName.CSV}:
                return lookup
            return _completed(lookup, client.business_id, self._imported(client, lookup))

    def has_imports(self, business_id: uuid.UUID) -> bool:
        """Tell whether a business has imported accounts."""
        with self._lock:
            if clock.monotonic() < self._without_imports.get(business_id, 0.0):
                return False
        query = select(CrmAccount.id).where(CrmAccount.business_id == business_id).limit(1)
        with snapshot() as session:
            has_some = session.scalar(query) is not None
        if not has_some:
            with self._lock:
                self._without_imports[business_id] = clock.monotonic() + REMEMBERED_SECONDS
        return has_some

    def forget(self, business_id: uuid.UUID) -> None:
        """Look again, because accounts were imported."""
        with self._lock:
            self._without_imports.pop(business_id, None)

    def _imported(
        self, client: Client | Row[Any], lookup: CRMLookup
    ) -> tuple[CRMFacts, ...] | None:
        """Return the imported accounts that may be the client; None where nothing was imported."""
        if not self.has_imports(client.business_id):
            return None
        may_be: list[ColumnElement[bool]] = [CrmAccount.name_key.in_(name_keys(lookup))]
        if host := host_of(client.domain):
            may_be.append(CrmAccount.host == host)
        if client.crm_account_id:
            may_be.append(CrmAccount.account_id == client.crm_account_id)
        rows = db.session.scalars(
            select(CrmAccount.facts)
            .where(CrmAccount.business_id == client.business_id, or_(*may_be))
            .order_by(CrmAccount.account_id)
            .limit(MOST_IMPORTED)
        )
        return tuple(facts for row in rows if (facts := facts_from_json(row)) is not None)


def _completed(
    lookup: CRMLookup, business_id: uuid.UUID, imported: tuple[CRMFacts, ...] | None
) -> CRMLookup:
    rows = db.session.execute(
        select(CrmMatch.provider, CrmMatch.account_id).where(
            CrmMatch.client_id == uuid.UUID(lookup.client_id),
            CrmMatch.business_id == business_id,
            CrmMatch.status == MatchStatus.REJECTED,
        )
    )
    rejected = frozenset((provider, account_id) for provider, account_id in rows)
    return CRMLookup(**{**vars(lookup), "rejected": rejected, "imported": imported})
