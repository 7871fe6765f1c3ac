"""Writes the found items that made no event, and what "wrong company" taught about one that did."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.enums import (
    ExclusionKind,
    FeedbackVerdict,
    Provenance,
    RawOutcome,
    SimulationReason,
    SourceName,
)
from webapp.models import (
    Client,
    ClientExclusion,
    Event,
    EventFeedback,
    EventRawData,
    JobRun,
    JobRunClient,
    Notification,
    RawDataSighting,
    User,
)
from webapp.services.canonical import canonical_url, content_hash
from webapp.services.company_match import match_company
from webapp.services.demo.reports import GYMS, REPORTS, WRONG_NAME, Report
from webapp.services.search_targets import target_of

SIMULATED = {
    "provenance": Provenance.SIMULATED,
    "simulation_reason": SimulationReason.FORCED,
}
_LATER = timedelta(minutes=40)
_SAID_AFTER = timedelta(hours=3)


def address(outlet: str, title: str) -> str:
    """Return where an outlet printed something."""
    slug = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
    return f"https://{outlet.lower().replace(' ', '-')}.example.com/{slug}"


def sent(title: str, text: str, *, url: str, outlet: str, at: datetime) -> str:
    """Return the JSON that the simulated source sent."""
    item = {"title": title, "snippet": text, "link": url, "source": outlet}
    return json.dumps({**item, "date": at.isoformat(), "simulated": True})


def write_reports(
    session: Session,
    clients: Sequence[Client],
    events: Sequence[Event],
    runs: Mapping[int, JobRun],
) -> None:
    """Store each report as the run of its day found it."""
    by_title = {event.title: event for event in events}
    for report in REPORTS:
        run = runs[report.days]
        row = _row(report, clients[report.client], run, by_title.get(report.story))
        session.add(row)
        session.flush()
        session.add_all(_sighting(row, outlet) for outlet in report.same_text)
        of_client = session.get_one(JobRunClient, (run.id, row.client_id))
        for figures in (run, of_client):
            figures.results += 1
            figures.raw_rows += 1


def _row(report: Report, client: Client, run: JobRun, event: Event | None) -> EventRawData:
    at = (run.started_at or run.created_at) + timedelta(seconds=1)
    url = address(report.outlet, report.title)
    target = target_of(client, gdelt_enabled=False)
    if report.outcome is RawOutcome.WRONG_COMPANY:
        target = replace(target, must_not_terms=(WRONG_NAME,))
    match = match_company(target, title=report.title, snippet=report.text, url=url)
    published = at - 3 * _LATER if report.outcome is not RawOutcome.OLD else at - timedelta(days=90)
    return EventRawData(
        business_id=client.business_id,
        client_id=client.id,
        job_run_id=run.id,
        source_api=SourceName.MOCK,
        raw_content=sent(report.title, report.text, url=url, outlet=report.outlet, at=published),
        content_hash=content_hash(report.title, report.text),
        canonical_url=canonical_url(url),
        url=url,
        title=report.title,
        snippet=report.text,
        publisher=report.outlet,
        language="en",
        published_at=published,
        query=client.name,
        fetched_at=at,
        created_at=at,
        is_processed=True,
        outcome=report.outcome,
        outcome_reason=report.reason or match.reason,
        match_score=match.score,
        match_reasons=list(match.reasons),
        processed_into_event_id=event.id if event else None,
        processed_at=at,
        **SIMULATED,
    )


def _sighting(row: EventRawData, outlet: str) -> RawDataSighting:
    url = address(outlet, row.title)
    at = row.published_at or row.created_at
    return RawDataSighting(
        business_id=row.business_id,
        raw_data_id=row.id,
        source_api=SourceName.MOCK,
        url=url,
        publisher=outlet,
        raw_content=sent(row.title, row.snippet, url=url, outlet=outlet, at=at),
        created_at=row.created_at,
    )


def teach(session: Session, events: Sequence[Event], user: User) -> None:
    """Let a user have said of one event that it is about another company, which hid it."""
    event = next(each for each in events if each.title == GYMS)
    at = event.created_at + _SAID_AFTER
    exclusion = ClientExclusion(
        business_id=event.business_id,
        client_id=event.client_id,
        kind=ExclusionKind.TERM,
        value=WRONG_NAME,
        event_id=event.id,
        created_by_user_id=user.id,
        created_at=at,
    )
    session.add(exclusion)
    session.flush()
    event.hidden_at, event.hidden_by_id = at, exclusion.id
    session.add(
        EventFeedback(
            business_id=event.business_id,
            event_id=event.id,
            user_id=user.id,
            verdict=FeedbackVerdict.WRONG_COMPANY,
            created_at=at,
            updated_at=at,
        )
    )
    told = update(Notification).where(Notification.event_id == event.id)
    session.execute(told.values(read_at=at).execution_options(synchronize_session=False))
