"""What the templates of the events pages are given."""

import uuid
from collections.abc import Sequence
from typing import Any

from webapp import clock
from webapp.container import services
from webapp.enums import Category
from webapp.errors import NotFoundError
from webapp.pages import event_sources, event_urls
from webapp.pages.relevance_parts import parts_of
from webapp.pages.verdict_grounds import grounds_of
from webapp.schemas.events import EventListQuery, EventSort, EventStatus
from webapp.services.access import Actor, Permission
from webapp.services.event_revisions import revisions_of
from webapp.services.event_rows import EventRow
from webapp.services.events import Decision, EventDetail

_VIEWS = (
    (EventStatus.INBOX, "Inbox"),
    (EventStatus.STARRED, "Starred"),
    (EventStatus.SNOOZED, "Snoozed"),
    (EventStatus.DONE, "Done"),
    (EventStatus.ALL, "All"),
)
SORTS = (
    (EventSort.NEWEST, "Newest first"),
    (EventSort.OLDEST, "Oldest first"),
    (EventSort.RELEVANCE, "Most relevant first"),
    (EventSort.SEVERITY, "Most severe first"),
    (EventSort.PRESSING, "Most pressing first"),
)


def list_context(
    actor: Actor, query: EventListQuery, *, selected: uuid.UUID | None
) -> dict[str, Any]:
    """Return the list with its filters, and the selected event, else the first, beside it."""
    events = services().events
    rows, total = events.list(actor, query)
    counts = events.counts(actor)
    chosen = _choose(actor, rows, selected, query)
    return {
        "rows": rows,
        "total": total,
        "query": query,
        "counts": counts,
        "chips": event_urls.chips(query, counts),
        "views": _views(query),
        "sorts": SORTS,
        "selected_id": chosen["event"].id if chosen else None,
        "is_filtered": _is_filtered(query),
        "from_query": event_urls.query_string(query),
        "list_url": event_urls.list_url,
        "event_url": event_urls.event_url,
        "page_url": lambda skip: event_urls.list_url(query, skip=skip),
        "view": "pane",
        **(chosen or {"event": None}),
    }


def detail_context(
    actor: Actor, event_id: uuid.UUID, query: EventListQuery, *, view: str
) -> dict[str, Any]:
    """Return one event with everything that its page shows."""
    found = services().events.detail(actor, event_id)
    mine = [each for each in found.decisions if each.row.user_id == actor.user_id]
    others = [each for each in found.decisions if each.row.user_id != actor.user_id]
    sources = event_sources.numbered(found)
    return {
        "event": found.event,
        "row": found.row,
        "state": found.state,
        "insight": found.insight,
        "sources": sources,
        "claims": event_sources.claims_of(found, sources),
        "shown_at_once": event_sources.SHOWN_AT_ONCE,
        "chapters": found.chapters,
        "owners": found.owners,
        "feedback": found.feedback,
        "feedback_categories": list(Category),
        "relevance_parts": parts_of(found.event),
        "verdict_grounds": grounds_of(found.event, sources),
        "revisions": revisions_of(actor, event_id),
        "ticked": found.state.actions_done if found.state else [],
        "is_snoozed": _is_snoozed(found),
        "my_decisions": mine,
        "other_decisions": _by_user(others),
        "is_held_back": any(each.row.is_held_back for each in mine),
        "may_give_feedback": actor.can(Permission.GIVE_FEEDBACK),
        "may_generate": actor.can(Permission.GENERATE_INSIGHTS),
        "insight_threshold": services().settings.insight_threshold,
        "query": query,
        "from_query": event_urls.query_string(query),
        "list_url": event_urls.list_url,
        "event_url": event_urls.event_url,
        "view": view,
    }


def _choose(
    actor: Actor, rows: Sequence[EventRow], selected: uuid.UUID | None, query: EventListQuery
) -> dict[str, Any] | None:
    if selected is not None:
        try:
            return detail_context(actor, selected, query, view="pane")
        except NotFoundError:
            selected = None
    return detail_context(actor, rows[0].event.id, query, view="pane") if rows else None


def _views(query: EventListQuery) -> list[tuple[str, str, bool]]:
    current = EventStatus.INBOX if query.status is EventStatus.UNREAD else query.status
    return [
        (event_urls.list_url(query, status=status), text, status is current)
        for status, text in _VIEWS
    ]


def _is_filtered(query: EventListQuery) -> bool:
    plain = {"skip", "limit", "sort", "status"}
    return bool(query.model_dump(exclude_defaults=True, exclude=plain)) or (
        query.status is EventStatus.UNREAD
    )


def _is_snoozed(found: EventDetail) -> bool:
    until = found.state.snoozed_until if found.state else None
    return until is not None and until > clock.now()


def _by_user(decisions: Sequence[Decision]) -> list[tuple[str, list[Decision]]]:
    grouped: dict[int, tuple[str, list[Decision]]] = {}
    for each in decisions:
        grouped.setdefault(each.row.user_id, (each.user_name, []))[1].append(each)
    return list(grouped.values())
