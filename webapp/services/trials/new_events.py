"""New events of a trial: made from rows that made none, if all is as it was shown."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from webapp import clock
from webapp.enums import RawOutcome
from webapp.extensions import db
from webapp.models import EventRawData, ReprocessTrialItem
from webapp.models.base import new_uuid, rows_changed
from webapp.providers.base import SearchTarget
from webapp.services.event_columns import NOTE_LENGTH, report_columns
from webapp.services.event_creation import insert_events
from webapp.services.gists import Gist, gist_of, names_told
from webapp.services.known_stories import KnownStory
from webapp.services.raw_rows import raw_item_of
from webapp.services.stories import StoryBook
from webapp.services.trials.rows import state_of
from webapp.services.trials.verdicts import as_columns

ROW_CHANGED = "The row was judged by somebody else since the trial."
STORY_MOVED = "Its story was told or went on since the trial."


@dataclass
class Made:
    """The events that were made, and why others were not."""

    events: list[tuple[ReprocessTrialItem, uuid.UUID]] = field(default_factory=list)
    skipped: dict[uuid.UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Planned:
    """An event to insert, and the rows that it takes."""

    item: ReprocessTrialItem
    columns: dict[str, Any]
    raw: EventRawData
    folds: Sequence[uuid.UUID]


class NewEvents:
    """Makes events inside the caller's transaction, under the client's lock."""

    def begin(self, target: SearchTarget) -> "Book":
        """Lock a client's stories and return them, for everything that is to be written of it."""
        return Book(target)

    def make(
        self, book: "Book", items: Sequence[ReprocessTrialItem], *, business_id: uuid.UUID
    ) -> Made:
        """Make the event of each item whose row and story are as they were shown."""
        made = Made()
        raws = _rows(items)
        book.read(list(raws.values()))
        planned: list[_Planned] = []
        for item in items:
            raw = raws.get(item.raw_data_id) if item.raw_data_id else None
            if raw is None or state_of(raw) != item.before:
                made.skipped[item.id] = ROW_CHANGED
                continue
            columns = book.plan(item, raw)
            if columns is None:
                made.skipped[item.id] = STORY_MOVED
                continue
            folds = [uuid.UUID(each) for each in (item.story or {}).get("folds", ())]
            planned.append(_Planned(item, {"business_id": business_id, **columns}, raw, folds))
        book.store(business_id)
        insert_events([each.columns for each in planned])
        for each in planned:
            _take_rows(each)
            made.events.append((each.item, each.columns["id"]))
        return made


class Book:
    """A client's stories, in which the shown event of a story is known by the real one's id."""

    def __init__(self, target: SearchTarget) -> None:
        self._client_id = uuid.UUID(target.client_id)
        self._names = names_told(target)
        self._stories = StoryBook(self._client_id)
        self._real: dict[str, uuid.UUID] = {}
        self._stories.lock()

    def read(self, raws: Sequence[EventRawData]) -> None:
        """Read the stories that these rows could belong to."""
        gists = [self._gist(raw) for raw in raws]
        if gists:
            self._stories.read(gists, self._names)

    def plan(self, item: ReprocessTrialItem, raw: EventRawData) -> dict[str, Any] | None:
        """Return the columns of an item's event; None where its story is not as it was shown."""
        shown: Mapping[str, Any] = item.story or {}
        gist = self._gist(raw)
        story = self._stories.find(gist)
        change = story.change_in(gist) if story else None
        note = change[:NOTE_LENGTH] if change else None
        if not self._is_as_shown(shown, story, note):
            return None
        event_id, source = new_uuid(), raw_item_of(raw)
        self._real[shown["event"]] = event_id
        if story is None:
            story_id = self._stories.begin(event_id=event_id, title=source.title, gist=gist)
        else:
            story_id = self._stories.go_on(story, event_id=event_id, gist=gist)
        return {
            "id": event_id,
            "client_id": self._client_id,
            "job_run_id": None,
            **report_columns(source),
            **as_columns(item.after or {}),
            "story_id": story_id,
            "change_note": note,
        }

    def store(self, business_id: uuid.UUID) -> None:
        """Store what was added to the stories, before the events that name them."""
        self._stories.store(business_id=business_id)

    def _is_as_shown(
        self, shown: Mapping[str, Any], story: KnownStory | None, note: str | None
    ) -> bool:
        continues = shown["continues"]
        if story is None or continues is None:
            return story is None and continues is None
        wanted = self._real.get(continues) or uuid.UUID(continues)
        return story.event_id == wanted and note is not None and note == shown["change_note"]

    def _gist(self, raw: EventRawData) -> Gist:
        return gist_of(raw_item_of(raw), self._names)


def _rows(items: Sequence[ReprocessTrialItem]) -> dict[uuid.UUID, EventRawData]:
    """Read the rows of some items, and let nobody else judge them until the end."""
    wanted = [item.raw_data_id for item in items if item.raw_data_id is not None]
    if not wanted:
        return {}
    query = (
        select(EventRawData)
        .where(EventRawData.id.in_(wanted), EventRawData.processed_into_event_id.is_(None))
        .order_by(EventRawData.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {raw.id: raw for raw in db.session.scalars(query)}


def _take_rows(planned: _Planned) -> None:
    """Mark the row that an event was made from, and those that tell the same."""
    event_id, note = planned.columns["id"], planned.columns["change_note"]
    _mark([planned.raw.id], RawOutcome.CREATED, event_id, note)
    title = planned.columns["title"][:200]
    _mark(planned.folds, RawOutcome.DUPLICATE, event_id, f"reports the same as “{title}”")


def _mark(
    raw_ids: Sequence[uuid.UUID], outcome: RawOutcome, event_id: uuid.UUID, reason: str | None
) -> None:
    if not raw_ids:
        return
    rows_changed(
        update(EventRawData)
        .where(EventRawData.id.in_(raw_ids), EventRawData.processed_into_event_id.is_(None))
        .values(
            is_processed=True,
            collect_only=False,
            outcome=outcome,
            outcome_reason=reason[:300] if reason else None,
            processed_into_event_id=event_id,
            processed_at=clock.now(),
        )
    )
