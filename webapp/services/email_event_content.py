"""What an event's mail says: read from the database, told in words, ready for the templates."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webapp import clock
from webapp.enums import AIName, Provenance, Urgency
from webapp.extensions import db
from webapp.models import Client, Event, EventRawData, Insight, RawDataSighting
from webapp.services.email_text import (
    PROVENANCE_WORDS,
    headline,
    local_time,
    money,
    one_line,
    renewal,
    safe_url,
    sentiment,
)
from webapp.services.event_claims import is_of_crm, sourced_claims

MAX_ACTIONS = 3
MAX_SOURCES = 5
MAX_CLAIMS = 4
MAX_QUOTE = 280
MAX_WHY = 1200
PREHEADER_LENGTH = 85


@dataclass(frozen=True)
class MailSource:
    """One numbered source: `url` is None where a link would not be safe."""

    number: int
    title: str
    url: str | None
    details: str
    quote: str | None


@dataclass(frozen=True)
class MailClaim:
    """A claim and its quote; `place` is the number of its source in the mail, or "CRM"."""

    text: str
    quote: str
    place: str


@dataclass(frozen=True)
class EventMail:
    """Everything that the templates of `email/event` show."""

    group: str
    tone: str
    headline: str
    title: str
    urgency: str
    byline: str
    client_line: str
    facts: tuple[tuple[str, str], ...]
    why_it_matters: str
    written_by: str
    actions: tuple[str, ...]
    claims: tuple[MailClaim, ...]
    sources: tuple[MailSource, ...]
    provenance: str
    is_simulated: bool
    preheader: str
    change: str | None = None
    """For an event that continues a story: what is new."""


def subject_words(event: Event) -> dict[str, Any]:
    """Return what the subject template needs; known as soon as the event is."""
    mark = "Update: " if event.change_note else ""
    return {
        "group": event.group.value.capitalize(),
        "headline": mark + headline(one_line(event.client.name), one_line(event.title)),
        "is_simulated": event.provenance is Provenance.SIMULATED,
    }


def load_event_mail(event: Event, zone: str) -> EventMail:
    """Read insight and sources of an event; times are told in the reader's `zone`."""
    insight = db.session.scalar(select(Insight).where(Insight.event_id == event.id))
    why = _why(event, insight)
    found = _found(event)
    published = [local_time(event.published_at, zone)] if event.published_at else []
    return EventMail(
        **subject_words(event),
        tone=event.group.value,
        title=one_line(event.title, 300),
        urgency=_urgency(insight.urgency if insight else event.urgency),
        byline=", ".join([*([event.publisher] if event.publisher else []), *published]),
        client_line=_client_line(event.client),
        facts=_facts(event),
        why_it_matters=why,
        written_by=_author(insight),
        actions=_actions(insight),
        claims=tuple(_claims(insight, found)),
        sources=tuple(_sources(event, insight, found, zone=zone)),
        provenance=PROVENANCE_WORDS[event.provenance],
        preheader=one_line(event.change_note or why, PREHEADER_LENGTH),
        change=one_line(event.change_note, MAX_QUOTE) if event.change_note else None,
    )


def _urgency(level: Urgency) -> str:
    return f"{level.value} urgency"


def _why(event: Event, insight: Insight | None) -> str:
    """Return the insight's words, else the rules' own reason for the event."""
    if insight is not None:
        return one_line(insight.why_it_matters, MAX_WHY)
    words = [event.summary, event.risk_reason or event.urgency_reason]
    return one_line(" ".join(word for word in words if word) or event.title, MAX_WHY)


def _author(insight: Insight | None) -> str:
    if insight is None or insight.provider is AIName.RULES:
        return "Written by Beacon's rules"
    return f"Written by AI ({one_line(insight.model, 60)}); check it against the sources"


def _actions(insight: Insight | None) -> tuple[str, ...]:
    if insight is None:
        return ()
    return tuple(one_line(each, 240) for each in insight.recommended_actions[:MAX_ACTIONS])


def _client_line(client: Client) -> str:
    parts = [client.tier.value.replace("_", " ").capitalize()] if client.tier else []
    if client.arr:
        parts.append(f"{money(client.arr, client.currency)} ARR")
    if client.renewal_on:
        parts.append(renewal(client.renewal_on, clock.now().date()))
    return " · ".join([one_line(client.name), *parts])


def _facts(event: Event) -> tuple[tuple[str, str], ...]:
    return (
        ("Relevance", f"{event.relevance_score * 100:.0f} of 100"),
        ("Sentiment", sentiment(event.sentiment_score)),
        ("Risk", event.risk_level.value.capitalize()),
    )


@dataclass(frozen=True)
class _Found:
    """A report as it was found; `ref` is its raw row's id, "" for a further sighting."""

    ref: str
    title: str
    url: str
    publisher: str | None
    at: datetime | None


def _found(event: Event) -> list[_Found]:
    """Return the reports of an event in the order in which the mail numbers them."""
    rows = _raw_rows(event.id)
    found = [_Found(str(r.id), r.title, r.url, r.publisher, r.published_at) for r in rows]
    found += [
        _Found("", r.title, s.url, s.publisher, r.published_at) for r, s in _sightings(event.id)
    ]
    title = f"CRM: {event.publisher}" if is_of_crm(event) else event.title
    publisher = None if is_of_crm(event) else event.publisher
    own = _Found("", title, event.url, publisher, event.published_at)
    return found[:MAX_SOURCES] or [own]


def _sources(
    event: Event, insight: Insight | None, found: Sequence[_Found], *, zone: str
) -> Iterable[MailSource]:
    quotes = _quotes(event, insight)
    for number, each in enumerate(found, start=1):
        first = quotes.get("") if number == 1 else None
        yield MailSource(
            number=number,
            title=one_line(each.title, 200),
            url=safe_url(each.url),
            details=_details(each.publisher, each.at, zone),
            quote=quotes.get(each.ref) or quotes.get(each.url) or first,
        )


def _claims(insight: Insight | None, found: Sequence[_Found]) -> Iterable[MailClaim]:
    refs = [each.ref or None for each in found]
    for claim in sourced_claims(insight.claims if insight else [], refs)[:MAX_CLAIMS]:
        place = "CRM" if claim.is_crm else str(claim.number or "")
        if place:
            yield MailClaim(
                one_line(claim.text, MAX_QUOTE), one_line(claim.quote, MAX_QUOTE), place
            )


def _details(publisher: str | None, at: datetime | None, zone: str) -> str:
    return ", ".join(
        [*([one_line(publisher, 80)] if publisher else []), *([local_time(at, zone)] if at else [])]
    )


def _quotes(event: Event, insight: Insight | None) -> dict[str, str]:
    """Return the first quote of each source, by its reference or address; "" is unassigned."""
    quotes: dict[str, str] = {}
    for each in [*(insight.claims if insight else []), *event.evidence]:
        text = one_line(str(each.get("quote") or each.get("text") or ""), MAX_QUOTE)
        place = str(each.get("source_ref") or each.get("url") or "")
        if text and place != "crm":
            quotes.setdefault(place, text)
    return quotes


def _raw_rows(event_id: uuid.UUID) -> list[EventRawData]:
    statement = (
        select(EventRawData)
        .where(EventRawData.processed_into_event_id == event_id)
        .order_by(EventRawData.created_at, EventRawData.id)
        .limit(MAX_SOURCES)
    )
    return list(db.session.scalars(statement))


def _sightings(event_id: uuid.UUID) -> list[tuple[EventRawData, RawDataSighting]]:
    statement = (
        select(EventRawData, RawDataSighting)
        .join(RawDataSighting, RawDataSighting.raw_data_id == EventRawData.id)
        .where(EventRawData.processed_into_event_id == event_id)
        .order_by(RawDataSighting.created_at, RawDataSighting.id)
        .limit(MAX_SOURCES)
    )
    return [(row, sighting) for row, sighting in db.session.execute(statement)]
