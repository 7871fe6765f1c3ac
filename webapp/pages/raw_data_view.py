"""What the pages of raw data draw: words for each state, and links that keep the filters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.schemas.raw_data import REPEATABLE, RawDataListQuery, RawState

Link = Callable[..., str]


@dataclass(frozen=True)
class StateWords:
    """One state: its tag, its look, and what it means."""

    text: str
    tone: str
    icon: str
    meaning: str


STATES: dict[RawState, StateWords] = {
    RawState.CREATED: StateWords("Became an event", "ok", "radar", "It was told as an event."),
    RawState.DUPLICATE: StateWords(
        "Known already", "", "copy", "It reports what an event tells already, as a further source."
    ),
    RawState.WRONG_COMPANY: StateWords(
        "Other company", "warn", "building-2", "It is not about this client, or not surely enough."
    ),
    RawState.IRRELEVANT: StateWords(
        "Not relevant", "", "filter", "It is about this client, but says nothing that matters."
    ),
    RawState.OLD: StateWords("Too old", "", "history", "It was published too long ago to be news."),
    RawState.DEFERRED: StateWords(
        "Put off",
        "info",
        "clock",
        "Its run had enough that mattered more. The next run of this client judges it again.",
    ),
    RawState.ERROR: StateWords("Could not be judged", "danger", "circle-x", "Judging it failed."),
    RawState.WAITING: StateWords(
        "Waiting", "info", "clock", "The next run of this client judges it."
    ),
    RawState.COLLECTED: StateWords(
        "Only collected",
        "",
        "database",
        "A schedule that only searches stored it. Nobody has judged it yet.",
    ),
}
"""In the order of the chips."""
OUTCOMES: dict[RawState, str] = {
    RawState.CREATED: "became events",
    RawState.DUPLICATE: "known already",
    RawState.WRONG_COMPANY: "about another company",
    RawState.IRRELEVANT: "not relevant",
    RawState.OLD: "too old",
    RawState.DEFERRED: "put off to the next run",
    RawState.ERROR: "could not be judged",
    RawState.WAITING: "waiting for the next run",
    RawState.COLLECTED: "only collected",
}
"""The same within a sentence: `4 known already`."""
_IN_FORM = frozenset({"client_id", "source", "provenance", "start_date", "end_date"})
_BEYOND = frozenset({"client_id", "state", "skip", "limit"})


def links(query: RawDataListQuery) -> Link:
    """Return a function that writes the list's address with some filters changed."""
    current = query.model_dump(mode="json", exclude_defaults=True, exclude={"skip"})

    def link(**changes: Any) -> str:  # noqa: ANN401 -- any filter's value
        values = {**current, **changes}
        return url_for("raw_data.index", **{k: v for k, v in values.items() if v not in (None, 0)})

    return link


def is_filtered(query: RawDataListQuery) -> bool:
    """Tell whether any filter narrows the list."""
    return bool(query.model_dump(exclude_defaults=True, exclude={"skip", "limit"}))


def carried(query: RawDataListQuery) -> dict[str, dict[str, str]]:
    """Return what the search field (`kept`) and the form of filters (`hidden`) carry along."""
    given = query.model_dump(mode="json", exclude_defaults=True, exclude={"skip"})
    texts = {
        name: str(value).lower() if value is True else str(value) for name, value in given.items()
    }
    return {
        "kept": {name: text for name, text in texts.items() if name != "q"},
        "hidden": {name: text for name, text in texts.items() if name not in _IN_FORM},
    }


def chips(
    query: RawDataListQuery, counts: Mapping[RawState, int], link: Link
) -> list[dict[str, Any]]:
    """Return one chip for each state that there is or that is chosen, and one for all."""
    everything = {"text": "All", "href": link(state=None), "current": query.state is None}
    shown = [each for each in STATES if counts.get(each) or each is query.state]
    return [
        everything | {"count": sum(counts.values())},
        *(
            {
                "text": STATES[each].text,
                "href": link(state=each.value),
                "current": each is query.state,
                "count": counts.get(each, 0),
            }
            for each in shown
        ),
    ]


@dataclass(frozen=True)
class Offer:
    """Rows of the list that could be judged once more, as one button says it."""

    text: str
    explanation: str
    fields: dict[str, str]


def offer(query: RawDataListQuery, counts: Mapping[RawState, int]) -> Offer | None:
    """Return what the list offers to judge: collected rows, or a state that was chosen.

    A reprocessing knows clients and states; under other filters it would take more than is shown.
    """
    if query.model_dump(exclude_defaults=True, exclude=set(_BEYOND)):
        return None
    fields = {} if query.client_id is None else {"client_id": str(query.client_id)}
    collected = counts.get(RawState.COLLECTED, 0)
    if query.state in (None, RawState.COLLECTED) and collected:
        return Offer(
            "Judge what was collected",
            f"{collected:,} collected and not judged. What matters becomes events, and people are "
            "told of it.",
            fields,
        )
    if query.state and query.state.value in REPEATABLE and counts.get(query.state):
        return Offer(
            "Judge these again",
            f"All {counts[query.state]:,} are judged once more. What matters now becomes events, "
            "and people are told of it.",
            {**fields, "outcomes": query.state.value},
        )
    return None
