"""Strict reading of a model's insight: what the material does not carry is dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.enums import Urgency
from webapp.errors import ProviderResponseError
from webapp.providers.ai.grounding import keep_supported, unsupported_amounts
from webapp.providers.ai.parsing import (
    REASON_LIMIT,
    UnusableError,
    choice,
    load_object,
    quoted,
    sentence,
    source_texts,
)
from webapp.providers.ai.prompts import CRM_REF, crm_material
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
            urgency_reason=sentence(answer, "urgency_reason", REASON_LIMIT),
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
    return _Material(texts, refs, corpus)


def crm_lines(request: InsightRequest) -> list[str]:
    """Return each CRM fact as a line that can be quoted ("renewal_on: 2026-03-01")."""
    if request.facts is None:
        return []
    lines = [f"account: {request.facts.account_name}"]
    for name, value in crm_material(request.facts, request).items():
        entries = value if isinstance(value, list) else [value]
        lines += [f"{name}: {_spoken(entry)}" for entry in entries if entry is not None]
    return lines


def _spoken(entry: object) -> str:
    if isinstance(entry, dict):
        return ", ".join(f"{name} {_spoken(value)}" for name, value in entry.items())
    return f"{entry:.0f}" if isinstance(entry, float) and entry.is_integer() else str(entry)


def _why(answer: Mapping[str, Any], material: _Material) -> str:
    kept = keep_supported(sentence(answer, "why_it_matters", WHY_LIMIT), material.corpus)
    if not kept:
        raise UnusableError("why_it_matters states names or amounts that no source holds")
    return kept


def _claims(entries: object, material: _Material) -> tuple[InsightClaim, ...]:
    """Return the claims whose quote stands in the source that they name."""
    if not isinstance(entries, list):
        raise UnusableError("claims is not a list")
    found = (_claim(entry, material) for entry in entries[: 2 * MAX_CLAIMS])
    return tuple(claim for claim in found if claim)[:MAX_CLAIMS]


def _claim(entry: object, material: _Material) -> InsightClaim | None:
    if not isinstance(entry, dict):
        return None
    ref = entry.get("source_ref")
    if not isinstance(ref, str) or ref not in material.texts:
        return None
    quote = quoted(entry.get("quote"), material.texts[ref])
    try:
        text = sentence(entry, "text", CLAIM_LIMIT)
    except UnusableError:
        return None
    if quote is None or not keep_supported(text, material.corpus):
        return None
    return InsightClaim(text=text, quote=quote, source_ref=material.refs[ref])


def _actions(entries: object, material: _Material) -> tuple[str, ...]:
    if not isinstance(entries, list):
        raise UnusableError("recommended_actions is not a list")
    kept = []
    for entry in entries[: 2 * MAX_ACTIONS]:
        text = sentence({"action": entry}, "action", ACTION_LIMIT)
        if not unsupported_amounts(text, material.corpus):
            kept.append(text)
    if not kept:
        raise UnusableError("no recommended action is left")
    return tuple(kept[:MAX_ACTIONS])
