"""The demo's events, each with its raw row, its story and, where it matters, its insight."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import taxonomy
from webapp.enums import (
    AIName,
    CategoryGroup,
    EvidenceField,
    RawOutcome,
    RiskLevel,
    Severity,
    SourceName,
    Urgency,
)
from webapp.models import Client, Event, EventRawData, Insight, JobRun
from webapp.models import Story as StoryRow
from webapp.services.canonical import canonical_url, content_hash
from webapp.services.company_match import match_company
from webapp.services.demo.advice import ADVICE
from webapp.services.demo.noise import SIMULATED, sent
from webapp.services.demo.reports import UPDATES
from webapp.services.demo.stories import INSIGHT_FROM, Story
from webapp.services.search_targets import target_of

_URGENT_FROM, _SOON_FROM = 0.85, 0.7
_MODEL = "rules"
_PROMPT = "demo-1"
_PAPERS = ("Newswire", "Trade Weekly", "Morning Ledger", "Market Notes")


def write_event(session: Session, story: Story, client: Client, run: JobRun) -> Event:
    """Store one event as the pipeline would have, at the time of its run."""
    at = run.started_at or run.created_at
    earlier, note = UPDATES.get(story.title, ("", None))
    happened = _known(session, client, earlier) or _new_story(session, story, client, at)
    happened.last_seen_at = at
    event = _event(story, client, run, happened, at)
    event.change_note = note
    session.add(event)
    session.flush()
    raw = _raw_row(event, story, client)
    session.add(raw)
    session.flush()
    fields = [EvidenceField.CATEGORY]
    if event.risk_level is not RiskLevel.NONE:
        fields.append(EvidenceField.RISK)
    event.evidence = [{"quote": story.title, "fields": fields, "raw_data_id": str(raw.id)}]
    if story.relevance >= INSIGHT_FROM:
        event.insight_done_at = at + timedelta(seconds=1)
        session.add(_insight(event, client, raw))
    return event


def _known(session: Session, client: Client, title: str) -> StoryRow | None:
    """Return the story that an earlier event of the client began."""
    wanted = StoryRow.client_id == client.id, StoryRow.title == title
    return session.scalar(select(StoryRow).where(*wanted)) if title else None


def _new_story(session: Session, story: Story, client: Client, at: datetime) -> StoryRow:
    made = StoryRow(
        business_id=client.business_id,
        client_id=client.id,
        title=story.title,
        words=sorted({word.lower().strip(".,'") for word in story.title.split()}),
        last_seen_at=at,
        created_at=at,
    )
    session.add(made)
    session.flush()
    return made


def _event(story: Story, client: Client, run: JobRun, happened: StoryRow, at: datetime) -> Event:
    group = taxonomy.main_group(story.category, story.sentiment)
    severity = taxonomy.severity_of(story.category)
    slug = "-".join(story.title.lower().replace("'", "").split())
    return Event(
        business_id=client.business_id,
        client_id=client.id,
        story_id=happened.id,
        job_run_id=run.id,
        content_hash=content_hash(story.title, story.text),
        title=story.title,
        summary=story.text,
        url=f"https://news.example.com/{slug}",
        publisher=_PAPERS[len(story.title) % len(_PAPERS)],
        source_api=SourceName.MOCK,
        published_at=at - timedelta(hours=3 + len(story.title) % 9),
        category=story.category,
        group=group,
        severity=severity,
        relevance_score=story.relevance,
        relevance_factors={"names the client": 0.5, "kind of news": round(story.relevance / 2, 2)},
        sentiment_score=story.sentiment,
        risk_level=_risk(group, severity),
        risk_reason=f"By its kind: {story.category.value.replace('_', ' ')}",
        urgency=_urgency(story.relevance),
        urgency_reason="Follows from relevance and severity",
        classified_by=AIName.RULES,
        model=_MODEL,
        prompt_version=_PROMPT,
        created_at=at,
        **SIMULATED,
    )


def _raw_row(event: Event, story: Story, client: Client) -> EventRawData:
    target = target_of(client, gdelt_enabled=False)
    match = match_company(target, title=story.title, snippet=story.text, url=event.url)
    outlet, published = event.publisher or "", event.published_at or event.created_at
    return EventRawData(
        business_id=event.business_id,
        client_id=event.client_id,
        job_run_id=event.job_run_id,
        source_api=SourceName.MOCK,
        raw_content=sent(story.title, story.text, url=event.url, outlet=outlet, at=published),
        content_hash=event.content_hash,
        canonical_url=canonical_url(event.url),
        url=event.url,
        title=story.title,
        snippet=story.text,
        publisher=event.publisher,
        language="en",
        query=client.name,
        match_score=match.score,
        match_reasons=list(match.reasons),
        published_at=event.published_at,
        fetched_at=event.created_at,
        created_at=event.created_at,
        is_processed=True,
        outcome=RawOutcome.CREATED,
        processed_into_event_id=event.id,
        processed_at=event.created_at,
        **SIMULATED,
    )


def _insight(event: Event, client: Client, raw: EventRawData) -> Insight:
    advice = ADVICE[event.group]
    return Insight(
        business_id=event.business_id,
        event_id=event.id,
        why_it_matters=advice.why.format(client=client.name),
        claims=[{"text": event.summary, "quote": event.title, "source_ref": str(raw.id)}],
        recommended_actions=[action.format(client=client.name) for action in advice.actions],
        urgency=event.urgency,
        urgency_reason=event.urgency_reason,
        provider=AIName.RULES,
        model=_MODEL,
        prompt_version=_PROMPT,
        created_at=event.insight_done_at,
    )


def _risk(group: CategoryGroup, severity: Severity) -> RiskLevel:
    if group is CategoryGroup.RISK:
        return RiskLevel(severity.value)
    return RiskLevel.MEDIUM if group is CategoryGroup.RELATIONSHIP else RiskLevel.NONE


def _urgency(relevance: float) -> Urgency:
    if relevance >= _URGENT_FROM:
        return Urgency.HIGH
    return Urgency.MEDIUM if relevance >= _SOON_FROM else Urgency.LOW
