"""The stories of one client: where a report belongs, and what its stories become.

A story is one happening, whoever reports it. It is recognised for as long as reports of it come
in, and two weeks longer. Its first event tells it; a further event tells only what changed.
"""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select, update

from webapp import clock
from webapp.enums import Provenance
from webapp.extensions import db
from webapp.models import Client, Event, Story
from webapp.models.base import insert_or_ignore, new_uuid, rows_changed
from webapp.services.gists import REAL, Gist
from webapp.services.known_stories import KnownStory, read_stories
from webapp.services.raw_rows import made_way
from webapp.services.same_story import story_among

_TITLE_LENGTH = 500
_UPDATE = (
    update(Story.__table__)  # type: ignore[arg-type]  # a table, whatever its stub says
    .where(Story.__table__.c.id == bindparam("story_id"))
    .values(facts=bindparam("facts"), last_seen_at=bindparam("last_seen_at"))
)


class StoryBook:
    """A client's stories as they stand. What is told is noted here and stored in the end.

    Who writes locks the client first and reads then, all in one transaction: what somebody else
    told meanwhile is seen, and nobody tells the same at the same time.
    """

    def __init__(self, client_id: uuid.UUID) -> None:
        self._client_id = client_id
        self._stories: list[KnownStory] = []
        self._new: dict[uuid.UUID, KnownStory] = {}
        self._repeated: dict[uuid.UUID, KnownStory] = {}
        self._adopted: dict[uuid.UUID, uuid.UUID] = {}
        self._outdone: frozenset[str] = frozenset()

    def lock(self) -> None:
        """Keep every other worker from this client's stories until the transaction ends.

        SQLite needs no lock: it lets one transaction write at a time.
        """
        if db.session.get_bind().dialect.name != "sqlite":
            query = select(Client.id).where(Client.id == self._client_id)
            db.session.execute(query.with_for_update(key_share=True))

    def read(self, gists: Collection[Gist], names: Sequence[str]) -> None:
        """Read the stories that these reports could belong to: one query."""
        self._stories = read_stories(self._client_id, gists, names)

    def find(self, gist: Gist) -> KnownStory | None:
        """Return the story that a report belongs to: by its words, its gist, its address.

        What is real never belongs to what was invented, not even with the very words.
        """
        for story in self._stories:
            if not (same := story.gist.hashes & gist.hashes):
                continue
            if gist.origin != REAL or story.gist.origin == REAL:
                return story
            self._outdone |= same
        near = [each for each in self._stories if each.gist.origin == gist.origin]
        place = story_among(gist.profile, [each.gist.profile_for(gist) for each in near])
        if place is not None:
            return near[place]
        return next((each for each in near if set(each.gist.urls) & set(gist.urls)), None)

    def begin(self, *, event_id: uuid.UUID, title: str, gist: Gist) -> uuid.UUID:
        """Note a new story with its first event; return the story's id."""
        story_id = new_uuid()
        story = KnownStory(story_id, event_id, title, gist)
        self._stories.append(story)
        self._new[story_id] = story
        return story_id

    def go_on(self, story: KnownStory, *, event_id: uuid.UUID, gist: Gist) -> uuid.UUID:
        """Note a further event of a story; return the story's id."""
        story_id = story.story_id
        if story_id is None:
            story_id = story.story_id = new_uuid()
            self._new[story_id] = story
            self._adopted[story.event_id] = story_id
        story.event_id = event_id
        self.repeat(story, gist)
        return story_id

    def repeat(self, story: KnownStory, gist: Gist) -> None:
        """Note that a story was reported once more."""
        story.gist = story.gist.with_more(gist)
        self.see(story)

    def see(self, story: KnownStory) -> None:
        """Note that a story is still reported, whatever the report told."""
        if story.story_id is not None and story.story_id not in self._new:
            self._repeated[story.story_id] = story

    def store(self, *, business_id: uuid.UUID) -> None:
        """Store new stories and what was added to known ones, before the events that name them."""
        now = clock.now()
        self._make_way()
        rows = [
            {
                "id": story_id,
                "business_id": business_id,
                "client_id": self._client_id,
                "title": story.title[:_TITLE_LENGTH],
                "words": story.gist.profile.words,
                "facts": story.gist.to_json(),
                "last_seen_at": now,
            }
            for story_id, story in self._new.items()
        ]
        insert_or_ignore(Story, rows, conflict=["id"])
        for event_id, story_id in self._adopted.items():
            rows_changed(update(Event).where(Event.id == event_id).values(story_id=story_id))
        changes = [
            {"story_id": story_id, "facts": story.gist.to_json(), "last_seen_at": now}
            for story_id, story in self._repeated.items()
        ]
        if changes:
            db.session.connection().execute(_UPDATE, changes)

    def _make_way(self) -> None:
        """Let a real event have the words of an invented one, which stays and keeps its story."""
        if not self._outdone:
            return
        invented = select(Event.id).where(
            Event.client_id == self._client_id,
            Event.content_hash.in_(self._outdone),
            Event.provenance == Provenance.SIMULATED,
        )
        for event_id in db.session.scalars(invented).all():
            freed = update(Event).where(Event.id == event_id)
            rows_changed(freed.values(content_hash=made_way(event_id)))
