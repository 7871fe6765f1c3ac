"""What a digest's mail says: its events by client, read from the database and told in words."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from webapp.enums import NotificationFrequency, Provenance
from webapp.extensions import db
from webapp.models import Event, Insight
from webapp.services.email_text import counted, local_time, one_line
from webapp.services.update_words import told_title

MAX_EVENTS = 20
"""Events written out in one mail; the rest is counted and linked to."""
MAX_WHY = 220


@dataclass(frozen=True)
class DigestLine:
    """One event of a digest."""

    event_id: uuid.UUID
    group: str
    tone: str
    urgency: str
    title: str
    why: str
    details: str
    is_simulated: bool


@dataclass(frozen=True)
class DigestClient:
    """One client of a digest with its events."""

    name: str
    lines: tuple[DigestLine, ...]


@dataclass(frozen=True)
class DigestMail:
    """Everything that the templates of `email/digest` show."""

    title: str
    span: str
    preheader: str
    clients: tuple[DigestClient, ...]
    more: int
    total: int
    quiet: tuple[str, ...]
    quiet_more: int


def load_digest_mail(context: Mapping[str, Any], zone: str) -> DigestMail:
    """Read a digest's events; clients in the order of their most severe event."""
    shown = _in_order([uuid.UUID(each) for each in context["event_ids"]])
    events = shown[:MAX_EVENTS]
    insights = _insights([event.id for event in events])
    order = {client: place for place, client in enumerate(_unique(e.client_id for e in events))}
    events.sort(key=lambda event: order[event.client_id])
    clients = tuple(
        DigestClient(
            name=one_line(next(iter(part)).client.name, 120),
            lines=tuple(_line(event, insights.get(event.id), zone) for event in part),
        )
        for part in (list(each) for _, each in groupby(events, key=lambda e: e.client_id))
    )
    quiet = tuple(str(name) for name in context["quiet"])
    return DigestMail(
        title=str(context.get("title") or _title(str(context["cadence"]))),
        span=_span(context, zone),
        preheader=_preheader(clients, int(context["quiet_total"])),
        clients=clients,
        more=max(0, len(shown) - MAX_EVENTS),
        total=len(shown),
        quiet=quiet,
        quiet_more=max(0, int(context["quiet_total"]) - len(quiet)),
    )


def _title(cadence: str) -> str:
    if cadence == NotificationFrequency.INSTANT:
        return "From your quiet hours"
    return "Your week" if cadence == NotificationFrequency.WEEKLY else "Your day"


def _span(context: Mapping[str, Any], zone: str) -> str:
    since, until = (
        local_time(datetime.fromisoformat(str(context[name])), zone) for name in ("since", "until")
    )
    return f"{since} to {until} ({zone})"


def _preheader(clients: tuple[DigestClient, ...], quiet: int) -> str:
    if not clients:
        return f"{counted(quiet, 'client')} checked. Nothing that passes your filter."
    first = clients[0]
    return one_line(f"{first.name}: {first.lines[0].why or first.lines[0].title}", 85)


def _unique(ids: Any) -> list[uuid.UUID]:  # noqa: ANN401 -- any iterable of ids
    return list(dict.fromkeys(ids))


def _in_order(ids: list[uuid.UUID]) -> list[Event]:
    """Return the events that are still there and not hidden meanwhile, in the given order."""
    query = select(Event).where(Event.id.in_(ids), Event.hidden_at.is_(None))
    found = {each.id: each for each in db.session.scalars(query)}
    return [found[each] for each in ids if each in found]


def _insights(ids: list[uuid.UUID]) -> dict[uuid.UUID, Insight]:
    statement = select(Insight).where(Insight.event_id.in_(ids))
    return {each.event_id: each for each in db.session.scalars(statement)}


def _line(event: Event, insight: Insight | None, zone: str) -> DigestLine:
    why = insight.why_it_matters if insight else event.risk_reason or event.summary
    at = local_time(event.published_at, zone) if event.published_at else ""
    return DigestLine(
        event_id=event.id,
        group=event.group.value.capitalize(),
        tone=event.group.value,
        urgency=f"{event.urgency.value} urgency",
        title=one_line(told_title(event), 200),
        why=one_line(why, MAX_WHY),
        details=", ".join(part for part in (one_line(event.publisher or "", 80), at) if part),
        is_simulated=event.provenance is Provenance.SIMULATED,
    )
