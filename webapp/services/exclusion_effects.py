"""Which events of a client an exclusion touches: found, hidden, and brought back."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, select, update

from webapp import clock
from webapp.enums import ExclusionKind, RawOutcome
from webapp.extensions import db
from webapp.models import Client, ClientExclusion, Event, EventRawData
from webapp.models.base import rows_changed
from webapp.services.company_rules import (
    excluded_domain,
    excluded_term,
    host_of,
    is_within,
    mentions,
)

LOOK_BACK = timedelta(days=30)
"""How old a rejected row may be to be judged anew: what is older makes no event."""


@dataclass(frozen=True)
class Cause:
    """What is excluded."""

    kind: ExclusionKind
    value: str

    def touches(self, report: "Report") -> bool:
        """Tell whether a later search would reject the report because of it."""
        if self.kind is ExclusionKind.DOMAIN:
            return is_within(report.host, self.value)
        return mentions(report.text, self.value)

    @property
    def reason(self) -> str:
        """What a raw row says that was rejected because of it."""
        if self.kind is ExclusionKind.DOMAIN:
            return excluded_domain(self.value)
        return excluded_term(self.value)


@dataclass(frozen=True)
class Report:
    """An event's own report, as far as exclusions read it."""

    event_id: uuid.UUID
    text: str
    host: str
    hidden_by_id: uuid.UUID | None
    is_hidden: bool


def reports_of(client_id: uuid.UUID) -> list[Report]:
    """Return the reports behind all events of a client, hidden ones too: one query."""
    made_from = and_(
        EventRawData.processed_into_event_id == Event.id,
        EventRawData.outcome == RawOutcome.CREATED,
    )
    query = (
        select(
            Event.id,
            Event.title,
            Event.url,
            Event.hidden_at,
            Event.hidden_by_id,
            EventRawData.snippet,
        )
        .outerjoin(EventRawData, made_from)
        .where(Event.client_id == client_id)
    )
    return [
        Report(
            row.id,
            f"{row.title}\n{row.snippet or ''}",
            host_of(row.url),
            row.hidden_by_id,
            row.hidden_at is not None,
        )
        for row in db.session.execute(query)
    ]


def hide(exclusion: ClientExclusion, also: uuid.UUID | None = None) -> int:
    """Hide every visible event of the same cause, and one more; returns how many that were."""
    cause = Cause(exclusion.kind, exclusion.value)
    touched = [
        report.event_id
        for report in reports_of(exclusion.client_id)
        if not report.is_hidden and (report.event_id == also or cause.touches(report))
    ]
    return _mark_hidden(touched, exclusion.id)


def bring_back(exclusion: ClientExclusion, others: Sequence[ClientExclusion]) -> int:
    """Show what only this exclusion hid; what another one touches stays hidden by that one.

    What repeated a hidden event was rejected with it, so the next run judges that anew.
    """
    own = [each for each in reports_of(exclusion.client_id) if each.hidden_by_id == exclusion.id]
    free = []
    for report in own:
        other = _first_touching(others, report)
        if other is None:
            free.append(report.event_id)
        else:
            _mark_hidden([report.event_id], other.id)
    if not free:
        return 0
    _reopen(exclusion.client_id, EventRawData.processed_into_event_id.in_(free))
    shown = {"hidden_at": None, "hidden_by_id": None}
    return rows_changed(update(Event).where(Event.id.in_(free)).values(shown))


def reopen_rejected(exclusion: ClientExclusion) -> int:
    """Let the next run judge the raw rows that were rejected because of an exclusion."""
    return _reopen(exclusion.client_id, EventRawData.outcome_reason == _reason_of(exclusion))


def reopen_mistaken(client: Client, exclusions: Sequence[ClientExclusion]) -> int:
    """Let the next run judge what was recently taken for another company's; return how much.

    For a client that is now known by something else. What users excluded stays rejected: by the
    exclusions in force, by a term that the client must not be found with, and, as a row with an
    event is, because it repeats an event that was said to be another company's.
    """
    excluded = {_reason_of(each) for each in exclusions}
    excluded |= {excluded_term(term)[:300] for term in client.must_not_terms}
    return _reopen(
        client.id,
        EventRawData.created_at >= clock.now() - LOOK_BACK,
        EventRawData.processed_into_event_id.is_(None),
        func.coalesce(EventRawData.outcome_reason, "").not_in(excluded),
    )


def _reopen(client_id: uuid.UUID, *which: ColumnElement[bool]) -> int:
    """Open some of a client's rows of the wrong company to the next run."""
    return rows_changed(
        update(EventRawData)
        .where(
            EventRawData.client_id == client_id,
            EventRawData.outcome == RawOutcome.WRONG_COMPANY,
            *which,
        )
        .values(
            is_processed=False,
            outcome=None,
            outcome_reason=None,
            processed_into_event_id=None,
            processed_at=None,
        )
    )


def _reason_of(exclusion: ClientExclusion) -> str:
    return Cause(exclusion.kind, exclusion.value).reason[:300]


def _first_touching(
    exclusions: Iterable[ClientExclusion], report: Report
) -> ClientExclusion | None:
    return next((each for each in exclusions if Cause(each.kind, each.value).touches(report)), None)


def _mark_hidden(event_ids: Sequence[uuid.UUID], exclusion_id: uuid.UUID) -> int:
    if not event_ids:
        return 0
    values = {"hidden_at": clock.now(), "hidden_by_id": exclusion_id}
    return rows_changed(update(Event).where(Event.id.in_(event_ids)).values(values))
