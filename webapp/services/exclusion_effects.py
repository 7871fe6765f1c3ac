"""Which events of a client an exclusion touches: found, hidden, and brought back."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, select, union_all, update

from webapp import clock
from webapp.enums import ExclusionKind, RawOutcome
from webapp.extensions import db
from webapp.models import Client, ClientExclusion, Event, EventRawData, RawDataSighting
from webapp.models.base import rows_changed
from webapp.services.company_rules import (
    excluded_domain,
    excluded_term,
    host_of,
    is_within,
    mentions,
)
from webapp.services.search_targets import exclusions_in_force

LOOK_BACK = timedelta(days=30)
"""How old a rejected row may be to be judged anew: what is older makes no event."""


@dataclass(frozen=True)
class Cause:
    """What is excluded."""

    kind: ExclusionKind
    value: str

    def touches(self, report: "Report", *, excluded: Collection[str] = ()) -> bool:
        """Tell whether nothing is left of an event but what later searches would reject.

        `excluded` are further sites that are excluded: what only a site and such others tell is
        touched, what any other outlet reports too is not.
        """
        if self.kind is ExclusionKind.TERM:
            return mentions(report.text, self.value)
        sites = (self.value, *excluded)
        is_from_here = any(is_within(host, self.value) for host in report.hosts)
        return is_from_here and all(
            any(is_within(host, site) for site in sites) for host in report.hosts
        )

    @property
    def reason(self) -> str:
        """What a raw row says that was rejected because of it."""
        if self.kind is ExclusionKind.DOMAIN:
            return excluded_domain(self.value)
        return excluded_term(self.value)


@dataclass(frozen=True)
class Report:
    """An event's own report, as far as exclusions read it, and the hosts of all its reports."""

    event_id: uuid.UUID
    text: str
    host: str
    hosts: frozenset[str]
    hidden_by_id: uuid.UUID | None
    is_hidden: bool


def reports_of(client_id: uuid.UUID) -> list[Report]:
    """Return the reports behind all events of a client, hidden ones too: two queries."""
    hosts = _hosts_of(client_id)
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
            frozenset({host_of(row.url), *hosts.get(row.id, ())}),
            row.hidden_by_id,
            row.hidden_at is not None,
        )
        for row in db.session.execute(query)
    ]


def _hosts_of(client_id: uuid.UUID) -> dict[uuid.UUID, set[str]]:
    """Return by event which hosts its reports and their sightings came from."""
    event_id = EventRawData.processed_into_event_id
    is_report = and_(
        EventRawData.client_id == client_id,
        event_id.is_not(None),
        EventRawData.outcome.in_((RawOutcome.CREATED, RawOutcome.DUPLICATE)),
    )
    sighted = RawDataSighting.raw_data_id == EventRawData.id
    query = union_all(
        select(event_id, EventRawData.url).where(is_report),
        select(event_id, RawDataSighting.url).join(EventRawData, sighted).where(is_report),
    )
    found: dict[uuid.UUID, set[str]] = {}
    for of_event, url in db.session.execute(query):
        if of_event is not None:
            found.setdefault(of_event, set()).add(host_of(url))
    return found


def hide(exclusion: ClientExclusion, also: uuid.UUID | None = None) -> int:
    """Hide every visible event of the same cause, and one more; returns how many that were."""
    excluded = _sites(exclusions_in_force(exclusion.client_id))
    cause = Cause(exclusion.kind, exclusion.value)
    touched = [
        report.event_id
        for report in reports_of(exclusion.client_id)
        if not report.is_hidden
        and (report.event_id == also or cause.touches(report, excluded=excluded))
    ]
    return _mark_hidden(touched, exclusion.id)


def bring_back(exclusion: ClientExclusion, others: Sequence[ClientExclusion]) -> int:
    """Show what only this exclusion hid; what another one touches stays hidden by that one.

    What repeated a hidden event was rejected with it, so the next run judges that anew.
    """
    return _show_again(exclusion.client_id, {exclusion.id: None}, others)


def show_what_others_report(client_id: uuid.UUID) -> int:
    """Show events that were hidden for their site and that another outlet reports by now."""
    return _show_again(client_id, {}, exclusions_in_force(client_id))


def _show_again(
    client_id: uuid.UUID,
    ended: Mapping[uuid.UUID, uuid.UUID | None],
    in_force: Sequence[ClientExclusion],
) -> int:
    """Show the hidden events of a client that nothing in force touches any more.

    The very event that a user refused stays hidden for as long as its exclusion holds.
    """
    taught = {**ended, **{each.id: each.event_id for each in in_force}}
    free = []
    for report in reports_of(client_id):
        if report.hidden_by_id not in taught or taught[report.hidden_by_id] == report.event_id:
            continue
        other = _first_touching(in_force, report)
        if other is None:
            free.append(report.event_id)
        elif other.id != report.hidden_by_id:
            _mark_hidden([report.event_id], other.id)
    if not free:
        return 0
    _reopen(client_id, EventRawData.processed_into_event_id.in_(free))
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
    exclusions: Sequence[ClientExclusion], report: Report
) -> ClientExclusion | None:
    excluded = _sites(exclusions)
    causes = ((each, Cause(each.kind, each.value)) for each in exclusions)
    return next((each for each, cause in causes if cause.touches(report, excluded=excluded)), None)


def _sites(exclusions: Iterable[ClientExclusion]) -> list[str]:
    return [each.value for each in exclusions if each.kind is ExclusionKind.DOMAIN]


def _mark_hidden(event_ids: Sequence[uuid.UUID], exclusion_id: uuid.UUID) -> int:
    if not event_ids:
        return 0
    values = {"hidden_at": clock.now(), "hidden_by_id": exclusion_id}
    return rows_changed(update(Event).where(Event.id.in_(event_ids)).values(values))
