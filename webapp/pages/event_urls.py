"""Addresses of the list of events: the URL is the state of the page."""

import uuid
from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from webapp.enums import CategoryGroup
from webapp.pages.forms import FormErrors, usable_query
from webapp.schemas.events import EventListQuery, EventStatus
from webapp.services.events import EventCounts

LIST = "/events"
STRONG_RELEVANCE = 0.7


def read_filters(args: MultiDict[str, str]) -> tuple[EventListQuery, FormErrors]:
    """Read the page's filters and what is wrong with some; without a status it is the inbox."""
    query, errors = usable_query(EventListQuery, args)
    if "status" not in query.model_fields_set:
        query = query.model_copy(update={"status": EventStatus.INBOX})
    return query, errors


def filters_of(text: str) -> EventListQuery:
    """Read filters back from a query string that a form carried along."""
    return read_filters(MultiDict(parse_qsl(text)))[0]


def query_string(query: EventListQuery, **changes: Any) -> str:  # noqa: ANN401 -- any filter's value
    """Write filters as a query string, with some changed; defaults are left out."""
    values = query.model_dump(mode="json", exclude_defaults=True) | {"status": query.status.value}
    values |= {name: _plain(value) for name, value in changes.items()}
    if values.get("status") == EventStatus.INBOX.value:
        values.pop("status")
    return urlencode({name: value for name, value in values.items() if value not in (None, "", 0)})


def list_url(query: EventListQuery, **changes: Any) -> str:  # noqa: ANN401 -- any filter's value
    """Return the list's address with some filters changed; a changed filter starts at the top."""
    moved = changes if "skip" in changes or "sel" in changes else {**changes, "skip": None}
    text = query_string(query, **moved)
    return f"{LIST}?{text}" if text else LIST


def event_url(event_id: uuid.UUID, query: EventListQuery) -> str:
    """Return an event's own address, which remembers the list that it was opened from."""
    text = query_string(query)
    return f"{LIST}/{event_id}" + (f"?{text}" if text else "")


def chips(query: EventListQuery, counts: EventCounts) -> list[dict[str, Any]]:
    """Return the chips above the list: each switches one filter on or off."""
    unread = query.status is EventStatus.UNREAD
    strong = query.min_relevance is not None
    items: list[dict[str, Any]] = [
        _chip(
            "Unread",
            list_url(query, status=EventStatus.INBOX if unread else EventStatus.UNREAD),
            current=unread,
            count=counts.unread,
        )
    ]
    if counts.assigned or query.assigned_only:
        items.append(
            _chip(
                "My clients",
                list_url(query, assigned_only=None if query.assigned_only else "true"),
                current=query.assigned_only,
                count=counts.assigned,
            )
        )
    if query.needs_action:
        items.append(_chip("Needs action", list_url(query, needs_action=None), current=True))
    items += [
        _group_chip(query, CategoryGroup.RISK, counts.risk, icon="triangle-alert"),
        _group_chip(query, CategoryGroup.EXPANSION, counts.expansion, icon="trending-up"),
        _chip(
            f"Relevance ≥ {(query.min_relevance or STRONG_RELEVANCE) * 100:.0f}",
            list_url(query, min_relevance=None if strong else STRONG_RELEVANCE),
            current=strong,
        ),
    ]
    return items


def _group_chip(
    query: EventListQuery, group: CategoryGroup, count: int, *, icon: str
) -> dict[str, Any]:
    current = query.group is group
    url = list_url(query, group=None if current else group)
    return {**_chip(group.value.capitalize(), url, current=current, count=count), "icon": icon}


def _chip(text: str, href: str, *, current: bool, count: int | None = None) -> dict[str, Any]:
    return {"text": text, "href": href, "current": current, "count": count}


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any filter's value
    return str(value) if isinstance(value, uuid.UUID) else value
