"""Which judged rows become events: each finds its story, the best few are told, the rest waits."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.enums import RawOutcome
from webapp.services.calibrated import relevance_before_feedback
from webapp.services.event_columns import NOTE_LENGTH
from webapp.services.gists import Gist
from webapp.services.judged import JudgedItem
from webapp.services.known_stories import KnownStory
from webapp.services.raw_rows import Mark, RawItem
from webapp.services.sifting import Candidate, Repeat, Sifted
from webapp.services.stories import StoryBook
from webapp.taxonomy import severity_of

MIN_RELEVANCE = 0.3
"""Below this nothing becomes an event: a passing mention."""
AWAITS_BUDGET = "waits until the AI budget has room"

Columns = Callable[[RawItem, JudgedItem], dict[str, Any]]


@dataclass(frozen=True)
class Ranked:
    """A candidate with its verdict."""

    candidate: Candidate
    judged: JudgedItem

    @property
    def is_relevant(self) -> bool:
        """Whether it is about the client and matters at all, whatever the team's feedback says.

        What became no event could never be found useful again.
        """
        verdict = self.judged.verdict
        return verdict.about_client and relevance_before_feedback(verdict) >= MIN_RELEVANCE

    @property
    def rank(self) -> tuple[float, int, str]:
        """Best last, for sorting: relevance, then severity, then a stable tie-break."""
        verdict = self.judged.verdict
        return verdict.relevance, severity_of(verdict.category).rank, str(self.candidate.item.id)


@dataclass
class Choice:
    """The events to insert and what becomes of every row."""

    events: list[dict[str, Any]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    deferred: int = 0

    @property
    def duplicates(self) -> int:
        """How many rows told nothing that is not told otherwise."""
        return sum(each.outcome is RawOutcome.DUPLICATE for each in self.marks)


class Choosing:
    """Decides over one client's judged rows, against its stories as they stand now.

    Sifting looked at the stories before the models were asked; another worker may have told one
    of these meanwhile. So each is looked up again here, where nobody else can write.
    """

    def __init__(self, book: StoryBook, columns: Columns, *, most: int) -> None:
        self._book = book
        self._columns = columns
        self._most = most
        self._choice = Choice()

    def choose(self, sifted: Sifted, judged: Mapping[str, JudgedItem]) -> Choice:
        """Return the best few as events; the others as marks with their reasons."""
        ranked = []
        for candidate in sifted.candidates:
            verdict = judged.get(str(candidate.item.id))
            if verdict is None:
                self._put_off(candidate)
            else:
                ranked.append(Ranked(candidate, verdict))
        for rejection in sifted.rejections:
            self._mark((rejection.raw_id,), rejection.outcome, rejection.reason)
        for repeat in sifted.repeats:
            self._take_repeat(repeat)
        for each in sorted(ranked, key=lambda one: one.rank, reverse=True):
            if each.is_relevant:
                self._take(each)
            else:
                relevance = relevance_before_feedback(each.judged.verdict)
                reason = f"relevance {relevance:.2f} or a passing mention"
                self._mark(each.candidate.raw_ids, RawOutcome.IRRELEVANT, reason)
        return self._choice

    def _put_off(self, candidate: Candidate) -> None:
        """Leave reports open that nobody could be paid to judge."""
        self._choice.deferred += 1
        self._choice.marks += [
            Mark(raw_id, RawOutcome.DEFERRED, reason=AWAITS_BUDGET, awaits_budget=True)
            for raw_id in candidate.raw_ids
        ]

    def _take_repeat(self, repeat: Repeat) -> None:
        story = self._book.find(repeat.gist)
        # A story that went away meanwhile leaves its reports open for the next run
        if story is not None:
            self._fold(repeat.raw_ids, story, repeat.gist)

    def _take(self, ranked: Ranked) -> None:
        candidate = ranked.candidate
        story = self._book.find(candidate.gist)
        change = story.change_in(candidate.gist) if story else None
        if story is not None and change is None:
            self._fold(candidate.raw_ids, story, candidate.gist)
        elif len(self._choice.events) < self._most:
            self._tell(ranked, story, change)
        else:
            self._choice.deferred += 1
            reason = f"not among the {self._most} best of this run"
            self._mark(candidate.raw_ids, RawOutcome.DEFERRED, reason)

    def _tell(self, ranked: Ranked, story: KnownStory | None, change: str | None) -> None:
        candidate, told = ranked.candidate, ranked.candidate.gist
        event = self._columns(candidate.item, ranked.judged)
        event_id = event["id"]
        if story is None:
            story_id = self._book.begin(event_id=event_id, title=event["title"], gist=told)
        else:
            story_id = self._book.go_on(story, event_id=event_id, gist=told)
        event |= {"story_id": story_id, "change_note": change[:NOTE_LENGTH] if change else None}
        self._choice.events.append(event)
        self._mark((candidate.item.id,), RawOutcome.CREATED, change, event_id)
        reason = f"reports the same as “{event['title'][:200]}”"
        self._mark(candidate.duplicates, RawOutcome.DUPLICATE, reason, event_id)

    def _fold(self, raw_ids: Sequence[uuid.UUID], story: KnownStory, told: Gist) -> None:
        outcome, words = RawOutcome.DUPLICATE, "tells nothing new of"
        if not story.is_refused:
            self._book.repeat(story, told)
        else:
            # What it tells is not learned: it would be no news once the user takes that back
            self._book.see(story)
            outcome, words = RawOutcome.WRONG_COMPANY, "a user said “wrong company” of"
        self._mark(raw_ids, outcome, f"{words} “{story.title[:200]}”", story.event_id)

    def _mark(
        self,
        raw_ids: Sequence[uuid.UUID],
        outcome: RawOutcome,
        reason: str | None,
        event_id: uuid.UUID | None = None,
    ) -> None:
        self._choice.marks += [Mark(raw_id, outcome, event_id, reason) for raw_id in raw_ids]
