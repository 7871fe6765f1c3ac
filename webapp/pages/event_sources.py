"""The sources of an event as its page numbers them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.enums import RawOutcome
from webapp.services.event_claims import SourcedClaim, sourced_claims
from webapp.services.events import EventDetail, EventSource

SHOWN_AT_ONCE = 5
"""Sources beyond these wait behind a click."""
MAX_QUOTE = 240


@dataclass(frozen=True)
class Source:
    """One numbered report. `role` says how it came to be a source, `about` why it is the client."""

    number: int
    title: str
    url: str
    publisher: str | None
    via: str
    quote: str
    at: datetime | None
    found_at: datetime
    role: str
    about: str
    raw_id: uuid.UUID


def numbered(found: EventDetail) -> list[Source]:
    """Give each report a number: the raw rows, and each further sighting of them."""
    lines: list[Source] = []
    quotes = [str(each["quote"]) for each in found.event.evidence if each.get("quote")]
    for source in found.sources:
        lines.append(_report(source, len(lines) + 1, quotes))
        lines += _sightings(source, len(lines) + 1)
    return lines


def claims_of(found: EventDetail, sources: Sequence[Source]) -> list[SourcedClaim]:
    """Return the claims of the event's insight, numbered by the sources as they are shown."""
    claims = found.insight.claims if found.insight else []
    return sourced_claims(claims, [str(source.raw_id) for source in sources])


def _report(source: EventSource, number: int, quotes: Sequence[str]) -> Source:
    raw = source.raw
    text = f"{raw.title} {raw.snippet}"
    telling = (each for each in quotes if each in text and each != raw.title)
    is_first = raw.outcome is RawOutcome.CREATED
    return Source(
        number,
        raw.title,
        raw.url,
        raw.publisher,
        raw.source_api.value,
        next(telling, raw.snippet[:MAX_QUOTE]),
        raw.published_at,
        raw.created_at,
        role="" if is_first or number == 1 else "Reports the same",
        about="; ".join(raw.match_reasons or ()),
        raw_id=raw.id,
    )


def _sightings(source: EventSource, number: int) -> list[Source]:
    return [
        Source(
            place,
            source.raw.title,
            seen.url,
            seen.publisher,
            seen.source_api.value,
            "",
            source.raw.published_at,
            seen.created_at,
            role=f"The same text as source {number - 1}",
            about="",
            raw_id=source.raw.id,
        )
        for place, seen in enumerate(source.sightings, start=number)
    ]
