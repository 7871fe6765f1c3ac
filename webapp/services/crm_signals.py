"""What changed in a client's CRM that people should hear of: it turned at risk, a champion left.

Pure: facts are held against how the client stood when that was last told. Each change is told
once. While a risk is open its reasons add up: one that comes to it is an update, one that goes
and comes again is none. Once the risk is over, the next one is a new one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from webapp.enums import Category, RiskLevel, RiskSignal, Urgency
from webapp.providers.ai.crm_lines import fact_lines
from webapp.providers.base import CRMFacts
from webapp.services.champions import Champion, Departure, champions_of, departures, is_absent
from webapp.services.crm_scores import RiskReason, assess_risk

TOO_OLD = timedelta(days=90)
"""What is older says nothing of today: nobody is told of it."""
MAX_BRIEF = 3
_RENEWALS = frozenset({RiskSignal.RENEWAL_DUE, RiskSignal.RENEWAL_OVERDUE})
_PROOF: dict[RiskSignal, tuple[str, ...]] = {
    RiskSignal.BAD_HEALTH: ("Health of the account",),
    RiskSignal.RENEWAL_DUE: ("Date of the renewal",),
    RiskSignal.RENEWAL_OVERDUE: ("Date of the renewal",),
    RiskSignal.SILENCE: ("Date of the last contact",),
    RiskSignal.URGENT_CASES: ("Support cases that are open", "Open case in support"),
    RiskSignal.MANY_CASES: ("Support cases that are open", "Open case in support"),
}
"""The facts behind each reason, by how their lines begin."""
_AT_RISK, _FURTHER, _BAD_HEALTH, _CHAMPION = 0.75, 0.05, 0.1, 0.9


@dataclass(frozen=True)
class Standing:
    """How a client stood when it was last told: nothing is known before the first look."""

    account: str = ""
    at_risk: bool = False
    told: frozenset[RiskSignal] = frozenset()
    champions: tuple[Champion, ...] = ()
    departed: tuple[Champion, ...] = ()
    """Who was told to have left and is still listed."""

    def to_json(self) -> dict[str, Any]:
        """Return what a row keeps."""
        kept: dict[str, Any] = _STANDING.dump_python(self, mode="json")
        return {**kept, "told": sorted(kept["told"])}

    @classmethod
    def from_json(cls, values: object) -> Self:
        """Read what a row keeps; what cannot be read counts as never looked at."""
        try:
            return _STANDING.validate_python(values)  # type: ignore[return-value]  # it is our own
        except ValidationError:
            return cls()

    def still_with(self, persons: Sequence[Champion]) -> "Standing":
        """Return the standing while it waits to be told that these people left."""
        champions = (*self.champions, *persons)
        departed = tuple(each for each in self.departed if each not in persons)
        return replace(self, champions=champions, departed=departed)

    def without(self, person: Champion) -> "Standing":
        """Return the standing after it was told that a person left."""
        champions = tuple(each for each in self.champions if not each.is_same(person))
        return replace(self, champions=champions, departed=(*self.departed, person))


_STANDING = TypeAdapter(Standing)


@dataclass(frozen=True)
class CrmSignal:
    """One change to tell, as an event says it."""

    category: Category
    title: str
    summary: str
    reason: str
    quotes: tuple[str, ...]
    risk_level: RiskLevel
    urgency: Urgency
    urgency_reason: str
    relevance: float
    sentiment: float
    factors: dict[str, float] = field(default_factory=dict)
    person: Champion | None = None
    """Who left."""
    change_note: str | None = None
    """What came to a risk that is open."""


def compare(
    before: Standing, facts: CRMFacts, *, client_name: str, crm: str, today: date
) -> tuple[list[CrmSignal], Standing]:
    """Return what to tell of these facts, the risk first, and how the client stands then.

    People are compared within one account only: another account has other contacts.
    """
    account = f"{facts.provider}:{facts.account_id}"
    is_same = account == before.account
    known = before if is_same else replace(before, account=account, champions=(), departed=())
    gone = list(departures(known.champions, facts, crm=crm))
    risk, after = _risk(known, facts, client_name, today)
    signals = risk + [_moved(each, client_name) for each in gone]
    return signals, _people(after, facts, [each.person for each in gone])


def is_too_old(facts: CRMFacts, today: date) -> bool:
    """Tell whether facts are too old to tell anybody of."""
    return today - facts.fetched_at.date() > TOO_OLD


def _people(after: Standing, facts: CRMFacts, gone: Sequence[Champion]) -> Standing:
    departed = [each for each in (*after.departed, *gone) if not is_absent(each, facts)]
    marked = [each for each in champions_of(facts) if not _is_among(each, departed)]
    listed = facts.contacts
    kept = [
        each
        for each in after.champions
        if not _is_among(each, [*marked, *gone]) and not any(each.is_same(one) for one in listed)
    ]
    return replace(after, champions=(*marked, *kept), departed=tuple(departed))


def _is_among(person: Champion, others: Iterable[Champion]) -> bool:
    return any(person.is_same(each) for each in others)


def _risk(
    before: Standing, facts: CRMFacts, client_name: str, today: date
) -> tuple[list[CrmSignal], Standing]:
    found = assess_risk(facts, today=today)
    if not found.at_risk:
        return [], replace(before, at_risk=False, told=frozenset())
    new = [each for each in found.reasons if each.signal not in before.told]
    after = replace(
        before, at_risk=True, told=before.told | {each.signal for each in found.reasons}
    )
    if before.at_risk and not new:
        return [], after
    signal = _at_risk(
        found.reasons, new, client_name=client_name, quotes=_quotes(found.reasons, facts, today)
    )
    return [_as_update(signal, new, client_name) if before.at_risk else signal], after


def _brief(client_name: str, verb: str, reasons: Sequence[RiskReason]) -> str:
    return f"{client_name} {verb}: {', '.join(each.brief for each in reasons[:MAX_BRIEF])}"


def _as_update(signal: CrmSignal, new: Sequence[RiskReason], client_name: str) -> CrmSignal:
    title = _brief(client_name, "is at greater risk", new)
    return replace(signal, title=title, change_note=" ".join(each.text for each in new))


def _at_risk(
    reasons: Sequence[RiskReason],
    new: Sequence[RiskReason],
    *,
    client_name: str,
    quotes: tuple[str, ...],
) -> CrmSignal:
    renewal = next((each for each in reasons if each.signal in _RENEWALS), None)
    is_bad = any(each.signal is RiskSignal.BAD_HEALTH for each in reasons)
    why = " ".join(each.text for each in reasons)
    factors = {"at_risk": _AT_RISK, "further_reasons": _FURTHER * (len(reasons) - 1)}
    factors |= {"bad_health": _BAD_HEALTH} if is_bad else {}
    return CrmSignal(
        category=Category.CHURN_SIGNAL,
        title=_brief(client_name, "is at risk", reasons),
        summary=why,
        reason=why,
        quotes=quotes,
        risk_level=RiskLevel.CRITICAL if is_bad and renewal else RiskLevel.HIGH,
        urgency=Urgency.HIGH if renewal or is_bad else Urgency.MEDIUM,
        urgency_reason=(renewal or new[0]).text,
        relevance=round(min(1.0, sum(factors.values())), 3),
        sentiment=-0.6,
        factors=factors,
    )


def _quotes(reasons: Sequence[RiskReason], facts: CRMFacts, today: date) -> tuple[str, ...]:
    wanted = [label for each in reasons for label in _PROOF[each.signal]]
    lines = fact_lines(facts, today)
    return tuple(line for label in dict.fromkeys(wanted) for line in lines if _is(line, label))


def _is(line: str, label: str) -> bool:
    return line.partition(":")[0] == label


def _moved(gone: Departure, client_name: str) -> CrmSignal:
    person = gone.person
    return CrmSignal(
        category=Category.CHAMPION_MOVED,
        title=f"{person.name}, {person.role} at {client_name}, seems to have left",
        summary=f"{gone.told}. {person.name} was marked as {person.role} of {client_name}.",
        reason=f"{gone.told}, whom it had marked as {person.role}.",
        quotes=gone.proof,
        risk_level=RiskLevel.HIGH,
        urgency=Urgency.HIGH,
        urgency_reason=f"Without a {person.role} nobody inside speaks for the renewal.",
        relevance=_CHAMPION,
        sentiment=-0.5,
        factors={"champion": _CHAMPION},
        person=person,
    )
