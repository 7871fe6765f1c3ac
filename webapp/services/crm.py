"""CRM facts of a client: from the CRM, else the last snapshot, else invented and marked so."""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from webapp import clock
from webapp.config import Settings
from webapp.enums import CRMName, MatchBasis, MockFallback, Provenance, SimulationReason
from webapp.errors import ProviderError
from webapp.models import Client
from webapp.providers.base import CRMFacts, CRMFinding, CRMLookup, CRMProvider
from webapp.services import crm_snapshots
from webapp.services.circuit_breakers import CircuitBreakers
from webapp.services.crm_lookups import CrmLookups
from webapp.services.crm_matches import CrmMatchService, Found
from webapp.services.crm_scores import Engagement, RiskAssessment, assess_risk, engagement
from webapp.services.provider_health import ProviderHealthService
from webapp.services.provider_names import label_of
from webapp.services.retrying import call_with_retries
from webapp.services.source_gate import SourceGate
from webapp.services.transactions import DATABASE_AWAY, atomic

log = logging.getLogger(__name__)

CRM_TIMEOUT_SECONDS = 20
UNEXPECTED = "The CRM's answer could not be handled."
_NO_REFUSALS: Mapping[str, ProviderError] = MappingProxyType({})
_WITHOUT_HEALTH = frozenset({CRMName.CSV, CRMName.MOCK})
"""What never leaves this machine cannot be down."""


@dataclass(frozen=True)
class CrmAnswer:
    """Facts with where they come from; no facts when no CRM knows such an account.

    `candidates` are accounts for a person to choose from, `is_gone` says that the confirmed one
    is not there any more. `asked` tells of each CRM that was asked how it answered.
    """

    facts: CRMFacts | None
    provenance: Provenance
    simulation_reason: SimulationReason | None = None
    error: ProviderError | None = None
    candidates: tuple[CRMFacts, ...] = ()
    is_gone: bool = False
    asked: tuple[tuple[str, ProviderError | None], ...] = ()

    @property
    def answered(self) -> frozenset[str]:
        """The CRMs that were asked and did not fail."""
        return frozenset(name for name, error in self.asked if error is None)

    @property
    def is_trustworthy(self) -> bool:
        """Whether the facts may stand as facts about a live client."""
        return self.facts is not None and self.provenance is not Provenance.SIMULATED


class CRMService:
    """One door to whichever CRM is configured."""

    def __init__(
        self,
        *,
        providers: Sequence[CRMProvider],
        imported: CRMProvider,
        mock: CRMProvider,
        gate: SourceGate,
        health: ProviderHealthService,
        breakers: CircuitBreakers,
        settings: Settings,
    ) -> None:
        self._providers = tuple(each for each in providers if each.is_configured())
        self._imported = imported
        self._mock = mock
        self.lookups = CrmLookups()
        self.matches = CrmMatchService()
        self._gate = gate
        self._health = health
        self._breakers = breakers
        self._mock_fallback = settings.mock_fallback

    @property
    def providers(self) -> Sequence[CRMProvider]:
        """The CRMs that have credentials."""
        return self._providers

    def is_configured_for(self, business_id: uuid.UUID) -> bool:
        """Tell whether a business has a CRM: one with credentials, or imported accounts."""
        return bool(self._providers) or self.lookups.has_imports(business_id)

    def lookup_of(self, client: Client | Row[Any]) -> CRMLookup:
        """Return how a client is looked for."""
        return self.lookups.of(client)

    def enrich_client(self, lookup: CRMLookup, *, force_mock: bool = False) -> CrmAnswer:
        """Return the facts of a client, falling back as decided; never raises for the CRM."""
        return self.settle(lookup, self.question(lookup, force_mock=force_mock)())

    def question(self, lookup: CRMLookup, *, force_mock: bool = False) -> Callable[[], CrmAnswer]:
        """Return the call that asks; what keeps a CRM from being asked is looked up before it."""
        if force_mock:
            return partial(self.fetch, lookup, force_mock=True)
        self._gate.learn()
        names = [each.name for each in self._asked(lookup) if each.name not in _WITHOUT_HEALTH]
        refusals: dict[str, ProviderError] = {
            name: refusal for name in names if (refusal := self._gate.refusal(name)) is not None
        }
        return partial(self.fetch, lookup, refusals=refusals)

    def fetch(
        self,
        lookup: CRMLookup,
        *,
        force_mock: bool = False,
        refusals: Mapping[str, ProviderError] = _NO_REFUSALS,
    ) -> CrmAnswer:
        """Ask the CRMs in turn. Touches no database, so any thread may call it."""
        if force_mock:
            return self._simulate(lookup, SimulationReason.FORCED)
        asked = self._asked(lookup)
        if not asked:
            return self._unanswerable(lookup)
        answers: list[CrmAnswer] = []
        for provider in asked:
            refusal = refusals.get(provider.name)
            answer = self._ask(provider, lookup) if refusal is None else _failed(provider, refusal)
            answers.append(answer)
            if answer.facts is not None:
                break
        return _joined(answers)

    def from_imports(self, lookup: CRMLookup) -> CrmAnswer:
        """Return what the imported accounts alone say of a client; nobody outside is asked."""
        return self._ask(self._imported, lookup)

    def settle(self, lookup: CRMLookup, answer: CrmAnswer) -> CrmAnswer:
        """Replace a failure by the last good snapshot, or by the mock; note how the CRM fares."""
        for name, error in answer.asked:
            if name not in _WITHOUT_HEALTH:
                self._gate.note(name, error)
        for provider in self._providers:
            if any(name == provider.name for name, _ in answer.asked):
                self._health.note_usage(provider.name, provider.usage())
        if answer.error is None or answer.facts is not None:
            return answer
        kept = crm_snapshots.last_good(lookup)
        if kept is not None and crm_snapshots.is_fresh_enough(kept):
            return replace(answer, facts=kept, provenance=Provenance.CACHED)
        if self._mock_fallback is MockFallback.OFF:
            return answer
        simulated = self._simulate(lookup, SimulationReason.FALLBACK)
        return replace(simulated, error=answer.error, asked=answer.asked)

    def is_at_risk(self, facts: CRMFacts) -> RiskAssessment:
        """Tell whether the account is in danger, with the reasons."""
        return assess_risk(facts, today=clock.now().date())

    def calculate_engagement_score(self, facts: CRMFacts) -> Engagement:
        """Return engagement from 0.0 to 1.0 with its factors, as far as they are known."""
        return engagement(facts, today=clock.now().date())

    def save_snapshot(
        self, answer: CrmAnswer, *, business_id: uuid.UUID, client_id: uuid.UUID
    ) -> None:
        """Store what the CRM said, inside the caller's transaction; cached facts are there."""
        facts = answer.facts
        with atomic():
            if not _is_by_id(answer):
                found = Found(answer.candidates, answer.answered, answer.is_gone)
                self.matches.note(found, business_id=business_id, client_id=client_id)
            if facts is None or answer.provenance is Provenance.CACHED:
                return
            if facts.provider is CRMName.CSV and _is_stored(facts, client_id):
                return
            crm_snapshots.store(
                facts,
                self.calculate_engagement_score(facts),
                business_id=business_id,
                client_id=client_id,
                provenance=answer.provenance,
                reason=answer.simulation_reason,
            )

    def _asked(self, lookup: CRMLookup) -> list[CRMProvider]:
        """Return the CRMs to ask, in turn: the one with the confirmed account alone, else all."""
        known = list(self._providers)
        if lookup.imported is not None:
            known.append(self._imported)
        if lookup.account_id and lookup.provider is not None:
            return [each for each in known if each.name == lookup.provider]
        return known

    def _unanswerable(self, lookup: CRMLookup) -> CrmAnswer:
        """Return what there is to say when there is nobody to ask."""
        if lookup.account_id and lookup.provider is not None:
            name = label_of(lookup.provider)
            error = ProviderError(f"{name} has the client's account, and it is not set up.")
            return CrmAnswer(None, Provenance.LIVE, error=error)
        return self._simulate(lookup, SimulationReason.UNCONFIGURED)

    def _ask(self, provider: CRMProvider, lookup: CRMLookup) -> CrmAnswer:
        def attempt() -> CRMFinding:
            with self._breakers.attempt(provider.name):
                return provider.get_enriched_account_data(lookup)

        try:
            found = call_with_retries(attempt, total_seconds=CRM_TIMEOUT_SECONDS)
        except ProviderError as error:
            return _failed(provider, error)
        except DATABASE_AWAY:
            raise  # it says nothing of whom was asked
        except Exception:
            log.exception("CRM %s failed in an unforeseen way", provider.name)
            return _failed(provider, ProviderError(UNEXPECTED))
        return CrmAnswer(
            found.facts,
            Provenance.LIVE,
            candidates=found.candidates,
            is_gone=found.is_gone,
            asked=((provider.name, None),),
        )

    def _simulate(self, lookup: CRMLookup, reason: SimulationReason) -> CrmAnswer:
        facts = self._mock.get_enriched_account_data(lookup).facts
        return CrmAnswer(facts, Provenance.SIMULATED, reason)


def _failed(provider: CRMProvider, error: ProviderError) -> CrmAnswer:
    return CrmAnswer(None, Provenance.LIVE, error=error, asked=((provider.name, error),))


def _joined(answers: Sequence[CrmAnswer]) -> CrmAnswer:
    """Return the last answer with what all of them found; a failure counts if nobody has facts."""
    last = answers[-1]
    failure = next((each.error for each in answers if each.error is not None), None)
    return replace(
        last,
        error=None if last.facts is not None else failure,
        is_gone=last.facts is None and any(each.is_gone for each in answers),
        candidates=tuple(found for each in answers for found in each.candidates),
        asked=tuple(asked for each in answers for asked in each.asked),
    )


def _is_by_id(answer: CrmAnswer) -> bool:
    """Tell whether nothing was looked for: nobody was asked, or the account's id was given."""
    facts = answer.facts
    return not answer.answered or (facts is not None and facts.matched_by is MatchBasis.ID)


def _is_stored(facts: CRMFacts, client_id: uuid.UUID) -> bool:
    stored = crm_snapshots.newest(client_id, Provenance.LIVE)
    return stored is not None and stored.facts == facts
