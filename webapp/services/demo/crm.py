"""What the demo's simulated CRM says of one client: that it is at risk."""

import hashlib
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.enums import CRMName, SimulationReason
from webapp.models import (
    Client,
    CrmSnapshot,
    CrmStanding,
    Event,
    Insight,
    JobRun,
    JobRunClient,
    Story,
)
from webapp.providers.ai.rules_insights import write_by_rules
from webapp.providers.base import CRMCase, CRMFacts, CRMLookup, InsightRequest
from webapp.providers.crm.records import facts_from_account
from webapp.providers.mock_crm import account_query
from webapp.services.crm_book import judged_signal, signal_columns
from webapp.services.crm_scores import engagement
from webapp.services.crm_signals import Standing, compare
from webapp.services.crm_snapshots import facts_to_json
from webapp.services.demo.noise import SIMULATED
from webapp.services.event_columns import judgement_columns
from webapp.services.provider_names import label_of


def write_risk(session: Session, client: Client, run: JobRun) -> Event:
    """Store what the CRM said of a client in a run, and the event that it made."""
    at = run.started_at or run.created_at
    facts = _facts(client, at)
    today = facts.fetched_at.date()
    [signal, *_], standing = compare(
        Standing(), facts, client_name=client.name, crm=label_of(facts.provider), today=today
    )
    owner = {"business_id": client.business_id, "client_id": client.id, "created_at": at}
    story = Story(title=signal.title, last_seen_at=at, **owner)
    session.add(story)
    session.flush()
    known = CrmStanding(
        origin=SimulationReason.FORCED, standing=standing.to_json(), told=1, story_id=story.id,
        **owner,
    )  # fmt: skip
    event = Event(
        story_id=story.id,
        job_run_id=run.id,
        content_hash=hashlib.sha256(f"crm {client.id}".encode()).hexdigest(),
        insight_done_at=at + timedelta(seconds=1),
        **owner,
        **SIMULATED,
        **signal_columns(signal, facts),
        **judgement_columns(judged_signal(signal)),
    )
    session.add_all([known, event, _snapshot(client, facts)])
    session.flush()
    session.add(_insight(event, client, facts))
    for figures in (run, session.get_one(JobRunClient, (run.id, client.id))):
        figures.events += 1
        figures.insights += 1
    return event


def _facts(client: Client, at: datetime) -> CRMFacts:
    """Return the invented facts of the client's account, in trouble before its renewal."""
    lookup = CRMLookup(client_id=str(client.id), name=client.name, domain=client.domain)
    [account] = account_query(lookup, today=at.date())["records"]
    facts = facts_from_account(account, provider=CRMName.MOCK, fetched_at=at)
    opened_on = at.date() - timedelta(days=6)
    case = CRMCase("Export runs into a time-out", "Escalated", "Urgent", opened_on)
    return replace(
        facts,
        health="Red",
        arr=client.arr,
        renewal_on=client.renewal_on,
        cases=(case,),
        open_case_count=1,
        urgent_case_count=1,
    )


def _snapshot(client: Client, facts: CRMFacts) -> CrmSnapshot:
    score = engagement(facts, today=facts.fetched_at.date())
    return CrmSnapshot(
        business_id=client.business_id,
        client_id=client.id,
        provider=facts.provider,
        facts=facts_to_json(facts),
        engagement_score=score.score,
        engagement_factors=score.known,
        created_at=facts.fetched_at,
        **SIMULATED,
    )


def _insight(event: Event, client: Client, facts: CRMFacts) -> Insight:
    request = InsightRequest(
        client_name=client.name,
        category=event.category,
        title=event.title,
        summary=event.summary,
        sentiment=event.sentiment_score,
        relevance=event.relevance_score,
        risk_level=event.risk_level,
        urgency=event.urgency,
        sources=(),
        facts=facts,
        today=facts.fetched_at.date(),
    )
    written = write_by_rules(request)
    return Insight(
        business_id=event.business_id,
        event_id=event.id,
        why_it_matters=written.why_it_matters,
        claims=[asdict(each) for each in written.claims],
        recommended_actions=list(written.recommended_actions),
        urgency=written.urgency,
        urgency_reason=written.urgency_reason,
        provider=written.provider,
        model=written.model,
        prompt_version=written.prompt_version,
        created_at=event.insight_done_at,
    )
