"""What judging a client's rows anew comes to: pure comparison, nothing is written."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from webapp.enums import RawOutcome, TrialKind
from webapp.models.base import new_uuid
from webapp.services.event_choosing import Choice, Choosing
from webapp.services.event_columns import report_columns, verdict_columns
from webapp.services.judged import JudgedItem
from webapp.services.notification_case import ChannelDecision
from webapp.services.raw_rows import RawItem
from webapp.services.sifting import Sifted
from webapp.services.stories import StoryBook
from webapp.services.trials.rows import ClientRows, EventRow, TrialRow
from webapp.services.trials.telling import Telling, newly_told
from webapp.services.trials.verdicts import Difference, as_json, difference, judged

NO_VERDICT = "The classifier gave no usable verdict."
_SAME = Difference(category=False, relevance=False, risk=False, urgency=False)


@dataclass(frozen=True)
class Finding:
    """What one row would become."""

    item_id: uuid.UUID
    kind: TrialKind
    event_id: uuid.UUID | None = None
    difference: Difference = _SAME
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    story: Mapping[str, Any] | None = None
    told: Sequence[ChannelDecision] = ()
    reason: str | None = None


@dataclass(frozen=True)
class _Chosen:
    """What a run would make of some rows; `continues` names the event of the story gone on."""

    choice: Choice
    events: Mapping[uuid.UUID | None, dict[str, Any]]
    continues: Mapping[uuid.UUID, str | None]


@dataclass
class Comparing:
    """Compares verdicts with what is, for one client."""

    client_id: uuid.UUID
    telling: Telling
    most_events: int
    findings: list[Finding] = field(default_factory=list)

    def compare(
        self, rows: ClientRows, sifted: Sifted, verdicts: Mapping[str, JudgedItem]
    ) -> list[Finding]:
        """Return a finding for each row that was judged or needed no judgement."""
        self.findings += [
            Finding(item_id, TrialKind.NO_EVENT, reason=reason)
            for item_id, reason in rows.left_out.items()
        ]
        for row in rows.events:
            verdict = verdicts.get(str(row.raw.id))
            if verdict is not None:
                self.findings.append(self._of_event(row, verdict))
        self._of_others(rows, sifted, verdicts)
        return self.findings

    def _of_event(self, row: EventRow, verdict: JudgedItem) -> Finding:
        after = as_json(verdict_columns(row.raw, verdict))
        found = difference(row.event.verdict, after)
        if not found.is_any:
            return Finding(row.item_id, TrialKind.SAME, row.event.id)
        told = self._told(row.raw, after, row.event.decided)
        return Finding(
            item_id=row.item_id,
            kind=TrialKind.CHANGED,
            event_id=row.event.id,
            difference=found,
            before=row.event.verdict,
            after=after,
            told=told,
        )

    def _of_others(
        self, rows: ClientRows, sifted: Sifted, verdicts: Mapping[str, JudgedItem]
    ) -> None:
        chosen = self._choose(sifted, verdicts)
        folded: dict[uuid.UUID, list[str]] = {}
        for mark in chosen.choice.marks:
            event = chosen.events.get(mark.event_id)
            if event is not None and mark.outcome is not RawOutcome.CREATED:
                folded.setdefault(event["id"], []).append(str(mark.raw_id))
        by_raw = {row.raw.id: row for row in rows.others}
        for mark in chosen.choice.marks:
            row, event = by_raw[mark.raw_id], chosen.events.get(mark.event_id)
            if event is None or mark.outcome is not RawOutcome.CREATED:
                finding = Finding(row.item_id, TrialKind.NO_EVENT, reason=mark.reason)
                self.findings.append(finding)
                continue
            story = {
                "event": str(event["id"]),
                "continues": chosen.continues[event["id"]],
                "change_note": event["change_note"],
                "folds": folded.get(event["id"], []),
            }
            self.findings.append(self._of_new(row, event["verdict"], story))

    def _choose(self, sifted: Sifted, verdicts: Mapping[str, JudgedItem]) -> _Chosen:
        """Choose as a run would, over the stories as they stand, and store nothing."""
        known = [each for each in sifted.candidates if str(each.item.id) in verdicts]
        gists = {each.item.id: each.gist for each in known}
        book = StoryBook(self.client_id)
        book.read(sifted.gists, sifted.names)
        continues: dict[uuid.UUID, str | None] = {}

        def columns(item: RawItem, verdict: JudgedItem) -> dict[str, Any]:
            event_id, story = new_uuid(), book.find(gists[item.id])
            continues[event_id] = str(story.event_id) if story else None
            kept = as_json(verdict_columns(item, verdict))
            return {"id": event_id, **report_columns(item), "verdict": kept}

        choosing = Choosing(book, columns, most=self.most_events)
        choice = choosing.choose(replace(sifted, candidates=known), verdicts)
        return _Chosen(choice, {event["id"]: event for event in choice.events}, continues)

    def _of_new(self, row: TrialRow, after: Mapping[str, Any], story: Mapping[str, Any]) -> Finding:
        return Finding(
            item_id=row.item_id,
            kind=TrialKind.NEW_EVENT,
            before=row.state,
            after=after,
            story=story,
            told=self._told(row.raw, after, {}),
        )

    def _told(
        self, raw: RawItem, after: Mapping[str, Any], past: Mapping[Any, Any]
    ) -> list[ChannelDecision]:
        if self.telling.is_quiet:
            return []
        event = judged(
            after,
            self.client_id,
            provenance=raw.provenance,
            reason=raw.simulation_reason,
            publisher=raw.publisher,
        )
        told = newly_told(self.telling.decide(event), past)
        self.telling.count(told)
        return told
