"""A client's standing in its CRM as it is kept, and the events that a change of it makes.

The standing is read, compared and written in the transaction that writes the events, under the
client's lock: a second run, a retry or another worker finds it changed and tells nothing again.
"""

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from webapp import clock
from webapp.enums import (
    AIName,
    Category,
    ClientTier,
    CRMName,
    EvidenceField,
    Provenance,
    ReporterName,
    SimulationReason,
)
from webapp.models import CrmStanding, Story
from webapp.models.base import insert_or_ignore, new_uuid, run, table_of
from webapp.providers.base import Classification, CRMFacts
from webapp.services.calibrated import calibrated
from webapp.services.champions import Champion
from webapp.services.crm import CrmAnswer
from webapp.services.crm_signals import CrmSignal, Standing, compare, is_too_old
from webapp.services.event_columns import NOTE_LENGTH, judgement_columns
from webapp.services.gists import origin_of
from webapp.services.judged import JudgedBatch, JudgedItem
from webapp.services.provider_names import label_of
from webapp.services.run_context import RunContext

CRM_RULES = "crm-rules-1"
_TITLE_LENGTH = 500
_TABLE = table_of(CrmStanding)
_KEPT = select(_TABLE.c.id, _TABLE.c.standing, _TABLE.c.told, _TABLE.c.story_id).where(
    _TABLE.c.client_id == bindparam("client"), _TABLE.c.origin == bindparam("kept_origin")
)
_UPDATE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("kept_id"))
    .values({name: bindparam(name) for name in ("standing", "told", "story_id", "updated_at")})
)


@dataclass(frozen=True)
class Watched:
    """Whose CRM facts are looked at."""

    client_id: uuid.UUID
    name: str
    tier: ClientTier | None


def crm_book(watched: Watched, answer: CrmAnswer, *, has_live_sources: bool) -> "CrmBook | None":
    """Return the book of a client whose CRM facts may make an event, else None."""
    facts = answer.facts
    if facts is None or not may_tell(answer, has_live_sources=has_live_sources):
        return None
    return CrmBook(watched, answer, facts)


def may_tell(answer: CrmAnswer, *, has_live_sources: bool) -> bool:
    """Tell whether facts may make an event: only what the CRM says now, or what is all invented.

    What stands in for a CRM that failed tells nobody anything, and invented facts never stand
    beside real news.
    """
    if answer.facts is None or is_too_old(answer.facts, clock.now().date()):
        return False
    if answer.provenance is Provenance.SIMULATED:
        is_asked_for = answer.simulation_reason is SimulationReason.FORCED
        is_all_there_is = answer.simulation_reason is SimulationReason.UNCONFIGURED
        return is_asked_for or (is_all_there_is and not has_live_sources)
    return answer.provenance is Provenance.LIVE


class CrmBook:
    """One client's standing: read, compared with what the CRM says now, and stored."""

    def __init__(self, watched: Watched, answer: CrmAnswer, facts: CRMFacts) -> None:
        self._watched = watched
        self._answer = answer
        self._facts = facts
        self.origin = origin_of(answer.provenance, answer.simulation_reason)
        self._id = new_uuid()
        self._is_new = True
        self._before = self._after = Standing()
        self._told = 0
        self._story_id: uuid.UUID | None = None
        self._signals: list[CrmSignal] = []
        self._stories: list[dict[str, Any]] = []

    def read(self) -> None:
        """Read how the client stood, and compare: one query."""
        wanted = {"client": self._watched.client_id, "kept_origin": self.origin}
        row = run(_KEPT, wanted).first()
        if row is not None:
            self._id, self._told, self._story_id = row.id, row.told, row.story_id
            self._is_new = False
            self._before = Standing.from_json(row.standing)
        self._signals, self._after = compare(
            self._before,
            self._facts,
            client_name=self._watched.name,
            crm=_label(self._facts),
            today=clock.now().date(),
        )

    @property
    def has_changed(self) -> bool:
        """Whether something is to be written; whoever writes locks the client and reads again."""
        return self._is_new or self._before != self._after

    @property
    def changes(self) -> int:
        """How many changes there are to tell."""
        return len(self._signals)

    @property
    def persons(self) -> tuple[Champion, ...]:
        """The champions of whose leaving news may tell."""
        return (*self._before.champions, *self._after.champions)

    def events(self, context: RunContext, *, most: int) -> list[dict[str, Any]]:
        """Return the columns of the events to insert; their stories are stored by `store`."""
        waiting = [each.person for each in self._signals[most:] if each.person is not None]
        self._after = self._after.still_with(waiting)
        self._signals = self._signals[:most]
        return [self._event(context, signal) for signal in self._signals]

    def leave_to_news(self, leaving: Collection[Champion]) -> None:
        """Note that news told of these people, so that nothing more is told of them."""
        for person in leaving:
            self._after = self._after.without(person)
        self._signals = [
            each
            for each in self._signals
            if each.person is None or not any(each.person.is_same(one) for one in leaving)
        ]

    def store(self, *, business_id: uuid.UUID) -> None:
        """Store the standing, and the stories of its events before these."""
        insert_or_ignore(Story, self._stories, conflict=["id"])
        if not self.has_changed:
            return
        kept = {
            "standing": self._after.to_json(),
            "told": self._told,
            "story_id": self._story_id if self._after.at_risk else None,
            "updated_at": clock.now(),
        }
        if not self._is_new:
            run(_UPDATE, {"kept_id": self._id, **kept})
            return
        owner = {"client_id": self._watched.client_id, "business_id": business_id}
        row = {"id": self._id, "origin": self.origin, "created_at": clock.now(), **owner, **kept}
        insert_or_ignore(CrmStanding, [row], conflict=["client_id", "origin"])

    def _event(self, context: RunContext, signal: CrmSignal) -> dict[str, Any]:
        self._told += 1
        number = f"crm\0{self._id}\0{self._told}"
        ref = str(self._id)
        batch = JudgedBatch({ref: judged_signal(signal)})
        judged = calibrated(batch, context.shifts, self._watched.tier).items[ref]
        return {
            "id": new_uuid(),
            "business_id": context.business_id,
            "client_id": self._watched.client_id,
            "job_run_id": context.run_id,
            "story_id": self._story_of(context.business_id, signal),
            "content_hash": hashlib.sha256(number.encode()).hexdigest(),
            "provenance": self._answer.provenance,
            "simulation_reason": self._answer.simulation_reason,
            **signal_columns(signal, self._facts),
            **judgement_columns(judged),
        }

    def _story_of(self, business_id: uuid.UUID, signal: CrmSignal) -> uuid.UUID:
        """Return the story of the open risk that a signal goes on with, else a new one."""
        is_risk = signal.category is Category.CHURN_SIGNAL
        if is_risk and signal.change_note and self._story_id is not None:
            return self._story_id
        story_id = new_uuid()
        row = {
            "id": story_id,
            "business_id": business_id,
            "client_id": self._watched.client_id,
            "title": signal.title[:_TITLE_LENGTH],
            "words": [],
            "facts": {},
            "last_seen_at": clock.now(),
        }
        self._stories.append(row)
        if is_risk:
            self._story_id = story_id
        return story_id


def signal_columns(signal: CrmSignal, facts: CRMFacts) -> dict[str, Any]:
    """Return what an event takes over from the CRM: its words, its source, its evidence."""
    url = facts.account_url or ""
    name = label_of(facts.provider)
    return {
        "title": signal.title[:_TITLE_LENGTH],
        "url": url,
        "publisher": name,
        "source_api": ReporterName.CRM,
        "published_at": facts.fetched_at,
        "change_note": signal.change_note and signal.change_note[:NOTE_LENGTH],
        "evidence": [
            {
                "quote": quote,
                "fields": [EvidenceField.CATEGORY, EvidenceField.RISK],
                "raw_data_id": None,
                "url": url,
                "publisher": name,
            }
            for quote in signal.quotes
        ],
    }


def judged_signal(signal: CrmSignal) -> JudgedItem:
    """Return a change as a verdict of fixed rules."""
    verdict = Classification(
        ref="",
        category=signal.category,
        relevance=signal.relevance,
        sentiment=signal.sentiment,
        risk_level=signal.risk_level.value,
        risk_reason=signal.reason,
        urgency=signal.urgency,
        urgency_reason=signal.urgency_reason,
        summary=signal.summary,
        evidence=signal.quotes,
        risk_evidence=signal.quotes,
        factors=signal.factors,
    )
    return JudgedItem(verdict, AIName.RULES, CRM_RULES, CRM_RULES, by_fallback=False)


def _label(facts: CRMFacts) -> str:
    """Return what the CRM is called in a sentence."""
    if facts.provider is CRMName.CSV:
        return "The imported file"
    return "The simulated CRM" if facts.provider is CRMName.MOCK else label_of(facts.provider)
