"""Facts as they are stored: with their age, each kind of them told apart."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import bindparam, insert, select

from webapp import clock
from webapp.enums import Provenance, SimulationReason
from webapp.models import CrmSnapshot
from webapp.models.base import new_uuid, run, table_of
from webapp.providers.base import CRMFacts, CRMLookup
from webapp.providers.crm.account_ids import is_same_account
from webapp.services.crm_scores import Engagement
from webapp.services.transactions import atomic, snapshot

FRESH_ENOUGH = timedelta(days=30)
"""How old facts may be that stand in while the CRM does not answer."""
_FACTS = TypeAdapter(CRMFacts)
_TABLE = table_of(CrmSnapshot)
_INSERT = insert(_TABLE)
_NEWEST = (
    select(_TABLE.c.facts, _TABLE.c.simulation_reason)
    .where(
        _TABLE.c.client_id == bindparam("client"),
        _TABLE.c.provenance == bindparam("provenance", type_=_TABLE.c.provenance.type),
    )
    .order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Stored:
    """Facts as they were stored, and why they were invented if they were."""

    facts: CRMFacts
    reason: SimulationReason | None = None


def newest(client_id: uuid.UUID, provenance: Provenance) -> Stored | None:
    """Return the newest facts of one kind that are stored of a client."""
    with snapshot():
        row = run(_NEWEST, {"client": client_id, "provenance": provenance}).first()
    facts = facts_from_json(row.facts) if row is not None else None
    return Stored(facts, row.simulation_reason) if row is not None and facts is not None else None


def last_good(lookup: CRMLookup) -> CRMFacts | None:
    """Return the newest real facts of the account that is the client's now, however old."""
    stored = newest(uuid.UUID(lookup.client_id), Provenance.LIVE)
    if stored is None or not is_of(stored.facts, lookup):
        return None
    return stored.facts


def is_fresh_enough(facts: CRMFacts) -> bool:
    """Tell whether facts may stand in while the CRM does not answer."""
    return clock.now() - facts.fetched_at <= FRESH_ENOUGH


def is_of(facts: CRMFacts, lookup: CRMLookup) -> bool:
    """Tell whether facts are of the client's account: people link clients anew."""
    if lookup.account_id:
        is_same = is_same_account(facts.account_id, lookup.account_id)
        return is_same and lookup.provider in {None, facts.provider}
    return (facts.provider, facts.account_id) not in lookup.rejected


def store(
    facts: CRMFacts,
    engagement: Engagement,
    *,
    business_id: uuid.UUID,
    client_id: uuid.UUID,
    provenance: Provenance,
    reason: SimulationReason | None = None,
) -> None:
    """Store facts, inside the caller's transaction."""
    row = {
        "id": new_uuid(),
        "business_id": business_id,
        "client_id": client_id,
        "provider": facts.provider,
        "provenance": provenance,
        "simulation_reason": reason,
        "facts": facts_to_json(facts),
        "engagement_score": engagement.score,
        "engagement_factors": engagement.known,
    }
    with atomic():
        run(_INSERT, [row])


def facts_to_json(facts: CRMFacts) -> dict[str, Any]:
    """Return facts as a JSON object."""
    stored: dict[str, Any] = _FACTS.dump_python(facts, mode="json")
    return stored


def facts_from_json(stored: dict[str, Any]) -> CRMFacts | None:
    """Return stored facts, or None when they are of a shape that is no longer read."""
    try:
        return _FACTS.validate_python(stored)
    except ValidationError:
        return None
