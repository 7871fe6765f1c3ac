"""Strict reading of a model's insight: what the material does not carry is dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.enums import Urgency
from webapp.errors import ProviderResponseError
from webapp.providers.ai.crm_lines import crm_lines
from webapp.providers.ai.evidence.check import check_claim, unsupported_facts
from webapp.providers.ai.grounding import keep_supported
from webapp.providers.ai.parsing import (
    QUOTE_LIMIT,
    REASON_LIMIT,
    UnusableError,
    choice,
    load_object,
    sentence,
    source_texts,
)
from webapp.providers.ai.prompts import CRM_REF
from webapp.providers.ai.text import is_plain
from webapp.providers.base import ClassifyItem, InsightClaim, InsightRequest

WHY_LIMIT = 1500
CLAIM_LIMIT = 500
ACTION_LIMIT = 300
MAX_CLAIMS = 5
MAX_ACTIONS = 4


@dataclass(frozen=True)
class InsightParts:
    """What of an insight came from the model and holds."""

    why_it_matters: str
    claims: tuple[InsightClaim, ...]
    recommended_actions: tuple[str, ...]
    urgency: Urgency
    urgency_reason: str


@dataclass(frozen=True)
class _Material:
    """What may be quoted, by ref, and every word of it."""

    texts: Mapping[str, tuple[str, ...]]
    refs: Mapping[str, str]
    corpus: tuple[str, ...]
    names: tuple[str, ...]


def parse_insight(
    text: str, request: InsightRequest, by_ref: Mapping[str, ClassifyItem]
) -> InsightParts:
    """Return the parts of the insight; raises ProviderResponseError saying what is unusable."""
    answer = load_object(text)
    material = _material(request, by_ref)
    try:
        return InsightParts(
            why_it_matters=_why(answer, material),
            claims=_claims(answer.get("claims"), material),
            recommended_actions=_actions(answer.get("recommended_actions"), material),
            urgency=choice(answer, "urgency", tuple(Urgency)),
            urgency_reason=_urgency_reason(answer, material),
        )
    except UnusableError as error:
        raise ProviderResponseError(f"The insight cannot be used: {error}.") from None


def _material(request: InsightRequest, by_ref: Mapping[str, ClassifyItem]) -> _Material:
    texts = {ref: source_texts(item) for ref, item in by_ref.items()}
    refs = {ref: item.ref for ref, item in by_ref.items()}
    crm = tuple(crm_lines(request))
    if crm:
        texts[CRM_REF], refs[CRM_REF] = crm, CRM_REF
    spoken = (request.title, request.summary, request.client_name, request.today.isoformat())
    corpus = (*spoken, *(line for lines in texts.values() for line in lines))
    return _Material(texts, refs, corpus, (request.client_name,))


def _why(answer: Mapping[str, Any], material: _Material) -> str:
    written = sentence(answer, "why_it_matters", WHY_LIMIT, names=material.names)
    kept = keep_supported(written, material.corpus)
    if not kept:
        raise UnusableError("why_it_matters states names or amounts that no source holds")
    return kept


def _urgency_reason(answer: Mapping[str, Any], material: _Material) -> str:
    written = sentence(answer, "urgency_reason", REASON_LIMIT, names=material.names)
    kept = keep_supported(written, material.corpus)
    if not kept:
        raise UnusableError("urgency_reason states names or amounts that no source holds")
    return kept


def _claims(entries: object, material: _Material) -> tuple[InsightClaim, ...]:
    """Return the claims that their quotes carry; an insight without one rests on nothing."""
    if not isinstance(entries, list):
        raise UnusableError("claims is not a list")
    found = (_claim(entry, material) for entry in entries[: 2 * MAX_CLAIMS])
    kept = tuple(claim for claim in found if claim)[:MAX_CLAIMS]
    if not kept:
        raise UnusableError("no claim is carried by a quote of four words or more from its source")
    return kept


def _claim(entry: object, material: _Material) -> InsightClaim | None:
    if not isinstance(entry, dict):
        return None
    ref, quote = entry.get("source_ref"), entry.get("quote")
    if not isinstance(ref, str) or ref not in material.texts:
        return None
    if not isinstance(quote, str) or len(quote) > QUOTE_LIMIT:
        return None
    try:
        text = sentence(entry, "text", CLAIM_LIMIT, names=material.names)
    except UnusableError:
        return None
    verdict = check_claim(text, quote, material.texts[ref])
    if verdict.quote is None or not is_plain(verdict.quote):
        return None
    return InsightClaim(text=text, quote=verdict.quote, source_ref=material.refs[ref])


def _actions(entries: object, material: _Material) -> tuple[str, ...]:
    if not isinstance(entries, list):
        raise UnusableError("recommended_actions is not a list")
    kept = []
    for entry in entries[: 2 * MAX_ACTIONS]:
        text = sentence({"action": entry}, "action", ACTION_LIMIT, names=material.names)
        if not unsupported_facts(text, material.corpus, is_advice=True):
            kept.append(text)
    if not kept:
        raise UnusableError("no recommended action is left")
    return tuple(kept[:MAX_ACTIONS])
