"""News of somebody leaving who is a champion by the CRM: then it is a champion that moved.

No model is shown who our contacts are, so none can know; this looks at its verdicts afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from webapp.enums import Category, RiskLevel, Urgency
from webapp.services.champions import Champion, departure_told
from webapp.services.judged import JudgedItem
from webapp.services.sifting import Candidate

_MAY_BE = frozenset({Category.LEADERSHIP_CHANGE, Category.CHAMPION_MOVED, Category.OTHER})
_LEAST = 0.8
"""What the leaving of a champion counts at least."""
_DIGITS = 6


@dataclass(frozen=True)
class ChampionNews:
    """The verdicts with what the CRM adds, and who leaves by the report with a content hash."""

    judged: Mapping[str, JudgedItem]
    leaving: Mapping[str, Champion]

    def told_by(self, events: Iterable[Mapping[str, Any]]) -> list[Champion]:
        """Return who leaves by these new events."""
        hashes = [str(each["content_hash"]) for each in events]
        return [self.leaving[each] for each in hashes if each in self.leaving]


def with_champions(
    judged: Mapping[str, JudgedItem],
    candidates: Iterable[Candidate],
    *,
    persons: Sequence[Champion],
    origin: str,
    own_names: Sequence[str],
) -> ChampionNews:
    """Make reports of a champion's leaving what they are; reports of another origin stay."""
    changed: dict[str, JudgedItem] = {}
    leaving: dict[str, Champion] = {}
    for candidate in candidates if persons else ():
        item, found = candidate.item, judged.get(str(candidate.item.id))
        if found is None or candidate.gist.origin != origin:
            continue
        if found.verdict.category not in _MAY_BE or not found.verdict.about_client:
            continue
        for person in persons:
            told = departure_told(f"{item.title}\n{item.snippet}", person, own_names)
            if told is not None:
                changed[str(item.id)] = _moved(found, person, told)
                leaving[item.content_hash] = person
                break
    return ChampionNews({**judged, **changed}, leaving)


def _moved(item: JudgedItem, person: Champion, told: str) -> JudgedItem:
    verdict = item.verdict
    more = round(max(0.0, _LEAST - verdict.relevance), _DIGITS)
    # A mere judgement has no parts to add to
    factors = {**verdict.factors, "champion": more} if verdict.factors and more else verdict.factors
    quotes = tuple(dict.fromkeys((told, *verdict.evidence)))
    return replace(
        item,
        severity=None,
        verdict=replace(
            verdict,
            category=Category.CHAMPION_MOVED,
            relevance=round(verdict.relevance + more, _DIGITS),
            factors=factors,
            risk_level=_at_least_high(verdict.risk_level),
            risk_reason=f"{person.told} is marked as {person.role} in the CRM.",
            urgency=Urgency.HIGH,
            urgency_reason=f"Without a {person.role} nobody inside speaks for the renewal.",
            evidence=quotes,
            risk_evidence=(told,),
        ),
    )


def _at_least_high(level: str) -> str:
    return level if level == RiskLevel.CRITICAL else RiskLevel.HIGH.value
