"""What the CRM says of one client, for people: facts with their age, what they mean, what to do."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp import clock
from webapp.enums import CRMName, MatchStatus, Provenance, SimulationReason
from webapp.errors import ConflictError, InvalidInputError, NotFoundError, ProviderError
from webapp.models import Client, CrmMatch
from webapp.providers.base import CRMCheck, CRMFacts, CRMLookup
from webapp.services import crm_snapshots
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.crm import CRMService
from webapp.services.crm_scores import Engagement, RiskAssessment
from webapp.services.crm_snapshots import Stored
from webapp.services.provider_health import ProviderHealthService
from webapp.services.source_gate import SourceGate
from webapp.services.transactions import atomic, snapshot

MAX_INDUSTRY = 120
OLD_AFTER = timedelta(days=7)
OLD_IMPORT_AFTER = timedelta(days=90)
"""Nobody exports a file every day."""


@dataclass(frozen=True)
class ClientCrm:
    """What is known of a client's account, and what waits for a decision.

    Facts are `live` while the CRM answers, `cached` while it does not, `simulated` where the
    business has no CRM at all. `trouble` says why the CRM could not be asked last, `differs`
    that the client itself has other figures.
    """

    client_id: uuid.UUID
    is_configured: bool
    account_id: str | None
    provider: CRMName | None
    facts: CRMFacts | None = None
    provenance: Provenance | None = None
    simulation_reason: SimulationReason | None = None
    risk: RiskAssessment | None = None
    engagement: Engagement | None = None
    proposals: tuple[CrmMatch, ...] = ()
    rejected: tuple[CrmMatch, ...] = ()
    gone_at: datetime | None = None
    trouble: str | None = None
    differs: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether a person said which account it is."""
        return self.account_id is not None

    @property
    def fetched_at(self) -> datetime | None:
        """As of when the facts are."""
        return self.facts.fetched_at if self.facts else None

    @property
    def is_old(self) -> bool:
        """Whether the facts are so old that people should be told."""
        if self.facts is None:
            return False
        limit = OLD_IMPORT_AFTER if self.facts.provider is CRMName.CSV else OLD_AFTER
        return clock.now() - self.facts.fetched_at > limit


@dataclass(frozen=True)
class Pick:
    """One account that was chosen for a client."""

    client_id: uuid.UUID
    provider: CRMName
    account_id: str


@dataclass(frozen=True)
class ConfirmedMany:
    """How many accounts were kept, and a sentence for each that was not."""

    confirmed: int
    problems: tuple[str, ...]


class ClientCrmService:
    """Shows and refreshes one client's CRM facts, and takes decisions on its account."""

    def __init__(self, *, crm: CRMService, gate: SourceGate, health: ProviderHealthService) -> None:
        self._crm = crm
        self._gate = gate
        self._health = health

    def view(self, actor: Actor, client_id: uuid.UUID) -> ClientCrm:
        """Return what is known of a client of the caller's business; asks nobody."""
        actor.require(Permission.VIEW)
        client = get_owned(Client, client_id, actor.business_id)
        matches = self._crm.matches.of_client(actor, client_id)
        is_configured = self._crm.is_configured_for(actor.business_id)
        lookup = self._crm.lookup_of(client)
        stored, provenance, trouble = self._facts(lookup, is_configured=is_configured)
        facts = stored.facts if stored else None
        gone = next((each.gone_at for each in matches if each.gone_at is not None), None)
        is_open = client.crm_account_id is None or gone is not None
        return ClientCrm(
            client_id=client_id,
            is_configured=is_configured,
            account_id=client.crm_account_id,
            provider=client.crm_provider,
            facts=facts,
            provenance=provenance,
            simulation_reason=stored.reason if stored else None,
            risk=self._crm.is_at_risk(facts) if facts else None,
            engagement=self._crm.calculate_engagement_score(facts) if facts else None,
            proposals=_of_status(matches, MatchStatus.PROPOSED) if is_open else (),
            rejected=_of_status(matches, MatchStatus.REJECTED),
            gone_at=gone,
            trouble=trouble,
            differs=bool(facts and adoptable(client, facts)),
        )

    def refresh(self, actor: Actor, client_id: uuid.UUID) -> ClientCrm:
        """Ask the CRM now and return what is known then; a failing CRM is told, not raised.

        Raises ConflictError where the business has no CRM.
        """
        actor.require(Permission.EDIT_CLIENTS)
        with snapshot():  # gives the connection back before the CRM is asked
            client = get_owned(Client, client_id, actor.business_id)
            if not self._crm.is_configured_for(actor.business_id):
                raise ConflictError(
                    "No CRM is set up. Import accounts from a file, or let an admin set the "
                    "keys of Salesforce or HubSpot."
                )
            lookup = self._crm.lookup_of(client)
        answer = self._crm.enrich_client(lookup)
        with atomic():
            if answer.provenance is not Provenance.SIMULATED:
                self._crm.save_snapshot(answer, business_id=actor.business_id, client_id=client_id)
        return self.view(actor, client_id)

    def confirm(
        self, actor: Actor, client_id: uuid.UUID, *, provider: CRMName, account_id: str
    ) -> ClientCrm:
        """Keep an account as the client's and ask its CRM at once. Raises as CrmMatchService."""
        self._crm.matches.confirm(actor, client_id, provider=provider, account_id=account_id)
        if self._crm.is_configured_for(actor.business_id):
            return self.refresh(actor, client_id)
        return self.view(actor, client_id)

    def confirm_many(self, actor: Actor, picks: Sequence[Pick]) -> ConfirmedMany:
        """Keep several accounts; each that cannot be is told. Live CRMs are asked at the next run.

        Raises NotFoundError for a client of another business.
        """
        actor.require(Permission.EDIT_CLIENTS)
        problems = []
        for pick in picks:
            try:
                self._crm.matches.confirm(
                    actor, pick.client_id, provider=pick.provider, account_id=pick.account_id
                )
            except (ConflictError, InvalidInputError) as error:
                problems.append(error.detail)
                continue
            if pick.provider is CRMName.CSV:
                self.refresh(actor, pick.client_id)
        return ConfirmedMany(len(picks) - len(problems), tuple(problems))

    def adopt(self, actor: Actor, client_id: uuid.UUID) -> ClientCrm:
        """Take the CRM's revenue and renewal over into the client. Raises ConflictError.

        What the CRM does not say stays, as does an industry that is there.
        """
        actor.require(Permission.EDIT_CLIENTS)
        found = self.view(actor, client_id)
        facts = found.facts
        if facts is None or found.provenance is Provenance.SIMULATED:
            raise ConflictError("There are no facts of a CRM to take over.")
        with atomic():
            client = get_owned(Client, client_id, actor.business_id)
            for name, value in adoptable(client, facts).items():
                setattr(client, name, value)
        return self.view(actor, client_id)

    def reject(
        self, actor: Actor, client_id: uuid.UUID, *, provider: CRMName, account_id: str
    ) -> ClientCrm:
        """Rule an account out for a client. Raises NotFoundError for one that nobody proposed."""
        self._crm.matches.reject(actor, client_id, provider=provider, account_id=account_id)
        return self.view(actor, client_id)

    def reopen(self, actor: Actor, client_id: uuid.UUID) -> ClientCrm:
        """Forget the client's account and all decisions on it."""
        self._crm.matches.reopen(actor, client_id)
        return self.view(actor, client_id)

    def check(self, actor: Actor, name: str) -> CRMCheck:
        """Try whether a CRM answers, and end what keeps it from being asked if it does.

        Raises NotFoundError for one that is not set up, ConflictError with what it said if it
        fails.
        """
        with snapshot():  # gives the connection back before the CRM is asked
            actor.require(Permission.ADMINISTER)
            found = next((each for each in self._crm.providers if each.name == name), None)
        if found is None:
            raise NotFoundError("There is no CRM of this name, or it has no keys.")
        try:
            checked = found.check()
        except ProviderError as error:
            self._gate.note(name, error)
            raise ConflictError(str(error)) from None
        self._gate.try_again(name)
        self._gate.note(name, None)
        self._health.note_usage(name, checked.usage)
        return checked

    def _facts(
        self, lookup: CRMLookup, *, is_configured: bool
    ) -> tuple[Stored | None, Provenance | None, str | None]:
        """Return the facts to show, where they come from, and what is wrong with their CRM.

        Invented ones are shown only where the business has no CRM.
        """
        if not is_configured:
            invented = crm_snapshots.newest(uuid.UUID(lookup.client_id), Provenance.SIMULATED)
            is_shown = invented and invented.reason is not SimulationReason.FALLBACK
            return (invented, Provenance.SIMULATED, None) if is_shown else (None, None, None)
        kept = crm_snapshots.last_good(lookup)
        trouble = self._trouble(kept, lookup)
        if kept is None:
            return None, None, trouble
        return Stored(kept), Provenance.CACHED if trouble else Provenance.LIVE, trouble

    def _trouble(self, kept: CRMFacts | None, lookup: CRMLookup) -> str | None:
        """Return what the CRM said when it failed, if it failed since it last answered."""
        named = kept.provider if kept else lookup.provider
        rows = self._health.rows()
        for provider in self._crm.providers:
            row = rows.get(provider.name)
            if row is None or row.last_failure_at is None or named not in {None, provider.name}:
                continue
            if row.last_success_at is None or row.last_failure_at > row.last_success_at:
                return row.last_error
        return None


def adoptable(client: Client, facts: CRMFacts) -> dict[str, Any]:
    """Return what a client would take over from a CRM: what is known there and differs."""
    wanted: dict[str, Any] = {"renewal_on": facts.renewal_on, "arr": facts.arr}
    if facts.arr is not None:
        wanted["currency"] = facts.currency
    if not client.industry:
        wanted["industry"] = facts.industry and facts.industry[:MAX_INDUSTRY]
    return {
        name: value
        for name, value in wanted.items()
        if value is not None and value != getattr(client, name)
    }


def _of_status(matches: list[CrmMatch], status: MatchStatus) -> tuple[CrmMatch, ...]:
    return tuple(each for each in matches if each.status is status)
