"""CRM facts of a client: from the CRM, else the last snapshot, else invented and marked so."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import insert, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import MockFallback, Provenance, SimulationReason
from webapp.errors import ProviderError
from webapp.models import CrmSnapshot
from webapp.models.base import new_uuid, run, table_of
from webapp.providers.base import CRMFacts, CRMFinding, CRMLookup, CRMProvider
from webapp.services.circuit_breakers import CircuitBreakers, ServicePausedError
from webapp.services.crm_scores import RiskAssessment, assess_risk, engagement
from webapp.services.provider_health import ProviderHealthService
from webapp.services.retrying import call_with_retries
from webapp.services.transactions import atomic, snapshot

log = logging.getLogger(__name__)

CRM_TIMEOUT_SECONDS = 20
_INSERT = insert(table_of(CrmSnapshot))
UNEXPECTED = "The CRM's answer could not be handled."
_FACTS = TypeAdapter(CRMFacts)


@dataclass(frozen=True)
class CrmAnswer:
    """Facts with where they come from; no facts when the CRM knows no such account."""

    facts: CRMFacts | None
    provenance: Provenance
    simulation_reason: SimulationReason | None = None
    error: ProviderError | None = None
    provider: str | None = None
    candidates: tuple[CRMFacts, ...] = ()
    is_gone: bool = False

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
        mock: CRMProvider,
        health: ProviderHealthService,
        breakers: CircuitBreakers,
        settings: Settings,
    ) -> None:
        self._providers = tuple(each for each in providers if each.is_configured())
        self._mock = mock
        self._health = health
        self._breakers = breakers
        self._mock_fallback = settings.mock_fallback

    @property
    def is_configured(self) -> bool:
        """Whether any real CRM has credentials."""
        return bool(self._providers)

    def enrich_client(self, lookup: CRMLookup, *, force_mock: bool = False) -> CrmAnswer:
        """Return the facts of a client, falling back as decided; never raises for the CRM."""
        return self.settle(lookup, self.fetch(lookup, force_mock=force_mock))

    def fetch(self, lookup: CRMLookup, *, force_mock: bool = False) -> CrmAnswer:
        """Ask the configured CRMs in turn. Touches no database, so any thread may call it."""
        if force_mock:
            return self._simulate(lookup, SimulationReason.FORCED)
        if not self._providers:
            return self._simulate(lookup, SimulationReason.UNCONFIGURED)
        failure: ProviderError | None = None
        for provider in self._providers:
            answer = self._ask(provider, lookup)
            if answer.error is None:
                return answer
            failure = answer.error
        return CrmAnswer(None, Provenance.LIVE, error=failure, provider=self._providers[-1].name)

    def settle(self, lookup: CRMLookup, answer: CrmAnswer) -> CrmAnswer:
        """Replace a failure by the last good snapshot, or by the mock; note how the CRM fares."""
        if answer.error is None:
            if answer.provider is not None and answer.provenance is Provenance.LIVE:
                self._health.note_success(answer.provider)
            return answer
        if answer.provider is not None and not isinstance(answer.error, ServicePausedError):
            self._health.note_failure(answer.provider, answer.error)
        kept = self.last_snapshot(lookup)
        if kept is not None:
            return CrmAnswer(kept, Provenance.CACHED, error=answer.error)
        if self._mock_fallback is MockFallback.OFF:
            return answer
        return replace(self._simulate(lookup, SimulationReason.FALLBACK), error=answer.error)

    def is_at_risk(self, facts: CRMFacts) -> RiskAssessment:
        """Tell whether the account is in danger, with the reasons."""
        return assess_risk(facts, today=clock.now().date())

    def calculate_engagement_score(self, facts: CRMFacts) -> tuple[float, dict[str, float]]:
        """Return engagement from 0.0 to 1.0 and what it is made of."""
        return engagement(facts, today=clock.now().date())

    def last_snapshot(self, lookup: CRMLookup) -> CRMFacts | None:
        """Return the newest real facts that were stored for a client."""
        with snapshot() as session:
            stored = session.scalar(
                select(CrmSnapshot.facts)
                .where(
                    CrmSnapshot.client_id == uuid.UUID(lookup.client_id),
                    CrmSnapshot.provenance == Provenance.LIVE,
                )
                .order_by(CrmSnapshot.created_at.desc())
                .limit(1)
            )
        return None if stored is None else facts_from_json(stored)

    def save_snapshot(
        self, answer: CrmAnswer, *, business_id: uuid.UUID, client_id: uuid.UUID
    ) -> None:
        """Store what the CRM said, inside the caller's transaction; cached facts are there."""
        if answer.facts is None or answer.provenance is Provenance.CACHED:
            return
        score, factors = self.calculate_engagement_score(answer.facts)
        row = {
            "id": new_uuid(),
            "business_id": business_id,
            "client_id": client_id,
            "provider": answer.facts.provider,
            "provenance": answer.provenance,
            "simulation_reason": answer.simulation_reason,
            "facts": facts_to_json(answer.facts),
            "engagement_score": score,
            "engagement_factors": factors,
        }
        with atomic():
            run(_INSERT, [row])

    def _ask(self, provider: CRMProvider, lookup: CRMLookup) -> CrmAnswer:
        def attempt() -> CRMFinding:
            with self._breakers.attempt(provider.name):
                return provider.get_enriched_account_data(lookup)

        try:
            found = call_with_retries(attempt, total_seconds=CRM_TIMEOUT_SECONDS)
        except ProviderError as error:
            return CrmAnswer(None, Provenance.LIVE, error=error, provider=provider.name)
        except Exception:
            log.exception("CRM %s failed in an unforeseen way", provider.name)
            unforeseen = ProviderError(UNEXPECTED)
            return CrmAnswer(None, Provenance.LIVE, error=unforeseen, provider=provider.name)
        return CrmAnswer(
            found.facts,
            Provenance.LIVE,
            provider=provider.name,
            candidates=found.candidates,
            is_gone=found.is_gone,
        )

    def _simulate(self, lookup: CRMLookup, reason: SimulationReason) -> CrmAnswer:
        facts = self._mock.get_enriched_account_data(lookup).facts
        return CrmAnswer(facts, Provenance.SIMULATED, reason)


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
