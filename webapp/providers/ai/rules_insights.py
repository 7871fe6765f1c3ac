"""Insights by rules: what an event means for this very account, from the playbook and the CRM."""

from collections.abc import Iterator
from datetime import date

from webapp.enums import AIName, CategoryGroup, RiskLevel, Urgency
from webapp.providers.ai.crm_lines import crm_lines
from webapp.providers.ai.prompts import CRM_REF
from webapp.providers.ai.rules_playbook import PLAYBOOK
from webapp.providers.ai.rules_quotes import evidence_of
from webapp.providers.base import CRMFacts, InsightAnswer, InsightClaim, InsightRequest, Usage
from webapp.taxonomy import groups_of

RULES_VERSION = "rules-1"
MAX_ACTIONS = 4
MAX_SOURCE_CLAIMS = 3
RENEWAL_NEAR_DAYS = 90
_PRESSING_PRIORITIES = frozenset({"high", "critical", "urgent", "p1"})


def write_by_rules(request: InsightRequest) -> InsightAnswer:
    """Return why the event matters for this account, what to do, and the quotes behind it."""
    play = PLAYBOOK[request.category]
    told = [request.summary or request.title, play.meaning, *_crm_sentences(request)]
    urgency, reason = _urgency(request)
    return InsightAnswer(
        why_it_matters=" ".join(_closed(sentence) for sentence in told if sentence),
        claims=(*_source_claims(request), *_crm_claims(request)),
        recommended_actions=_actions(request),
        urgency=urgency,
        urgency_reason=reason,
        provider=AIName.RULES,
        model=RULES_VERSION,
        prompt_version=RULES_VERSION,
        usage=Usage(calls=0),
    )


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def money(amount: float, currency: str | None) -> str:
    """Return an amount as it is said ("USD 184,000"); a currency that nobody states is none."""
    return f"{currency} {amount:,.0f}" if currency else f"{amount:,.0f}"


def day(value: date) -> str:
    """Return a date as it is said ("4 January 2027")."""
    return f"{value.day} {value:%B %Y}"


def _crm_sentences(request: InsightRequest) -> Iterator[str]:
    facts = request.facts
    if facts is None:
        return
    worth = f"The account is worth {money(facts.arr, facts.currency)} a year" if facts.arr else ""
    days = _days_to_renewal(facts, request.today)
    if facts.renewal_on and days is not None:
        due = f"is due for renewal on {day(facts.renewal_on)}, in {days} days"
        yield f"{worth} and {due}." if worth else f"The account {due}."
    elif worth:
        yield f"{worth}."
    if facts.open_cases:
        count = len(facts.open_cases)
        yield "One support case is open." if count == 1 else f"{count} support cases are open."


def _days_to_renewal(facts: CRMFacts, today: date) -> int | None:
    if facts.renewal_on is None or facts.renewal_on < today:
        return None
    return (facts.renewal_on - today).days


def _actions(request: InsightRequest) -> tuple[str, ...]:
    """Return two to four steps: the category's, and what the CRM adds for this account."""
    first, second, third = PLAYBOOK[request.category].steps
    steps = [first, *_crm_steps(request), second, third]
    return tuple(dict.fromkeys(steps))[:MAX_ACTIONS]


def _crm_steps(request: InsightRequest) -> Iterator[str]:
    facts = request.facts
    if facts is None:
        return
    days = _days_to_renewal(facts, request.today)
    if facts.renewal_on and days is not None and days <= RENEWAL_NEAR_DAYS:
        verb = "Bring forward" if _is_danger(request) else "Prepare"
        yield f"{verb} the talk on the renewal of {day(facts.renewal_on)}"
    pressing = [
        case
        for case in facts.open_cases
        if (case.priority or "").casefold() in _PRESSING_PRIORITIES
    ]
    if pressing and _is_danger(request):
        yield f"Get the open case \u201c{pressing[0].subject}\u201d solved before you call"


def _is_danger(request: InsightRequest) -> bool:
    groups = groups_of(request.category, request.sentiment)
    return bool(groups & {CategoryGroup.RISK, CategoryGroup.RELATIONSHIP})


def _urgency(request: InsightRequest) -> tuple[Urgency, str]:
    facts = request.facts
    days = _days_to_renewal(facts, request.today) if facts else None
    if days is not None and days <= RENEWAL_NEAR_DAYS and _is_danger(request):
        return Urgency.HIGH, f"The renewal is {days} days away."
    if request.urgency is Urgency.HIGH:
        return Urgency.HIGH, "The danger is high and the news is recent."
    if request.urgency is Urgency.MEDIUM or request.risk_level != RiskLevel.NONE:
        return Urgency.MEDIUM, "It can change the account within weeks."
    return Urgency.LOW, "It can wait for the next regular talk."


def _source_claims(request: InsightRequest) -> Iterator[InsightClaim]:
    """Yield the leading quote of each source, as a claim of its own words."""
    for source in request.sources[:MAX_SOURCE_CLAIMS]:
        quotes = evidence_of(source.title, source.snippet, (request.client_name,))
        if quotes:
            yield InsightClaim(_closed(quotes[-1]), quotes[-1], source.ref)


def _crm_claims(request: InsightRequest) -> Iterator[InsightClaim]:
    facts = request.facts
    if facts is None:
        return
    lines = {line.partition(":")[0]: line for line in crm_lines(request)}
    revenue = "Annual recurring revenue (ARR) of the account"
    if facts.renewal_on and _days_to_renewal(facts, request.today) is not None:
        text = f"The renewal is due on {day(facts.renewal_on)}."
        yield InsightClaim(text, lines["Date of the renewal"], CRM_REF)
    if facts.arr:
        text = f"The account is worth {money(facts.arr, facts.currency)} a year."
        yield InsightClaim(text, lines[revenue], CRM_REF)
