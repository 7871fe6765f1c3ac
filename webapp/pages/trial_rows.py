"""What the page of a trial shows of its rows: each from what to what, and the filters above."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.enums import TrialKind
from webapp.pages.formatting import plural
from webapp.schemas.base import Schema
from webapp.services.trials.queries import Counts, ItemView


class TrialShow(StrEnum):
    """Which rows are looked at."""

    DIFFERENCES = "differences"
    NEW = "new"
    CHANGED = "changed"
    TOLD = "told"
    SKIPPED = "skipped"
    SAME = "same"
    NO_EVENT = "no_event"
    FAILED = "failed"


class TrialFilter(Schema):
    """The filter of the address."""

    show: TrialShow = TrialShow.DIFFERENCES

    @property
    def asked(self) -> dict[str, Any]:
        """What the filter asks of the rows."""
        return _ASKED[self.show]


_ASKED: Mapping[TrialShow, dict[str, Any]] = {
    TrialShow.DIFFERENCES: {},
    TrialShow.NEW: {"kind": TrialKind.NEW_EVENT},
    TrialShow.CHANGED: {"kind": TrialKind.CHANGED},
    TrialShow.TOLD: {"told": True},
    TrialShow.SKIPPED: {"skipped": True},
    TrialShow.SAME: {"kind": TrialKind.SAME},
    TrialShow.NO_EVENT: {"kind": TrialKind.NO_EVENT},
    TrialShow.FAILED: {"kind": TrialKind.FAILED},
}
_CHANNELS = {"in_app": "in the app", "email": "by e-mail", "chat": "in their chat"}


@dataclass(frozen=True)
class TrialRowView:
    """One row, with whom it would be told over which channels."""

    item: Any
    client_name: str
    told: Sequence[tuple[str, str]]


def rows_of(items: Sequence[ItemView]) -> list[TrialRowView]:
    """Return the rows of a page."""
    return [TrialRowView(each.item, each.client_name, _told(each.item.told)) for each in items]


def filters(
    counts: Counts, shown: TrialShow, address: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Return the chips above the rows, those only that have rows."""
    choices = (
        (TrialShow.DIFFERENCES, "Differences", counts.differences),
        (TrialShow.NEW, "New events", counts.new_events),
        (TrialShow.CHANGED, "Judged otherwise", counts.changed),
        (TrialShow.TOLD, "To be told", counts.told),
        (TrialShow.SKIPPED, "Left out", counts.skipped),
        (TrialShow.SAME, "The same", counts.same),
        (TrialShow.NO_EVENT, "No event", counts.no_event),
        (TrialShow.FAILED, "Failed", counts.failed),
    )
    return [
        {"text": text, "href": address(show.value), "current": show is shown, "count": count}
        for show, text, count in choices
        if count or show in (TrialShow.DIFFERENCES, shown)
    ]


def differences(counts: Counts) -> str:
    """Say in a sentence what adoption would do."""
    parts = []
    if counts.changed:
        kinds = (
            (counts.category_moved, "category"),
            (counts.relevance_moved, "relevance"),
            (counts.risk_moved, "risk"),
        )
        of = ", ".join(f"{count} in {kind}" for count, kind in kinds if count)
        of = f" ({of})" if of else ""
        parts.append(f"{plural(counts.changed, 'event')} judged otherwise{of}")
    if counts.new_events:
        parts.append(plural(counts.new_events, "new event"))
    return " and ".join(parts) or "no difference"


def _told(told: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    by_user: dict[str, list[str]] = {}
    for each in told:
        channel = _CHANNELS[each["channel"]]
        if each["verdict"] == "digest":
            channel = "in the digest"
        by_user.setdefault(each["user_name"], []).append(channel)
    return [(name, " and ".join(channels)) for name, channels in by_user.items()]
