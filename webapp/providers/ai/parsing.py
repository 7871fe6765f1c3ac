"""Strict reading of a model's JSON: a value that is not right is unusable, never bent."""

import json
import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from webapp.enums import RiskLevel, Urgency
from webapp.errors import ProviderResponseError
from webapp.providers.ai.grounding import find_quote, has_quotable, keep_supported
from webapp.providers.ai.prompts import MODEL_CATEGORIES
from webapp.providers.ai.text import is_plain, plain, readable, visible
from webapp.providers.base import Classification, ClassifyItem, ClassifyRequest

MAX_ANSWER_CHARACTERS = 1_000_000
REASON_LIMIT = 400
SUMMARY_LIMIT = 600
QUOTE_LIMIT = 500
MAX_QUOTES = 3
MAX_RISK_QUOTES = 2

_Enum = TypeVar("_Enum", bound=StrEnum)


class UnusableError(ValueError):
    """One field of an answer is not what it has to be."""


def load_object(text: str) -> dict[str, Any]:
    """Return the one JSON object in an answer; prose around it is forgiven.

    Raises ProviderResponseError for anything else: no object, a key twice, NaN, a megabyte.
    """
    if len(text) > MAX_ANSWER_CHARACTERS:
        raise ProviderResponseError("The answer was longer than one million characters.")
    try:
        value = _loads(text)
    except json.JSONDecodeError:
        start, end = text.find("{"), text.rfind("}")
        if not 0 <= start < end:
            raise ProviderResponseError("The answer held no JSON object.") from None
        value = _loads_or_refuse(text[start : end + 1])
    except (ValueError, RecursionError) as error:
        raise ProviderResponseError(_why(error)) from None
    if not isinstance(value, dict):
        raise ProviderResponseError("The answer was JSON but not an object.")
    return value


def _loads(text: str) -> Any:  # noqa: ANN401 -- any JSON
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)


def _loads_or_refuse(text: str) -> Any:  # noqa: ANN401 -- any JSON
    try:
        return _loads(text)
    except (ValueError, RecursionError) as error:
        raise ProviderResponseError(_why(error)) from None


def _why(error: Exception) -> str:
    if isinstance(error, UnusableError):
        return f"The answer was not valid JSON: {error}."
    if isinstance(error, json.JSONDecodeError):
        return f"The answer was not valid JSON at character {error.pos}."
    return "The answer was not valid JSON: nested too deeply or a number too long."


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnusableError("the same key twice in one object")
    return found


def _refuse_constant(name: str) -> float:
    raise UnusableError(f"{name} is not a number that JSON knows")


def parse_verdicts(
    text: str, request: ClassifyRequest, by_ref: Mapping[str, ClassifyItem]
) -> tuple[Classification, ...]:
    """Return the usable verdicts, at most one an article.

    Raises ProviderResponseError when not one verdict can be used, saying why.
    """
    entries = load_object(text).get("verdicts")
    if not isinstance(entries, list):
        raise ProviderResponseError('The answer had no list "verdicts".')
    found: dict[str, list[Classification]] = {}
    problems = []
    for entry in entries[: 2 * len(by_ref)]:
        try:
            ref, verdict = _verdict(entry, request, by_ref)
        except UnusableError as error:
            problems.append(str(error))
        else:
            found.setdefault(ref, []).append(verdict)
    usable = tuple(verdicts[0] for verdicts in found.values() if len(verdicts) == 1)
    if by_ref and not usable:
        raise ProviderResponseError(_no_verdict(problems))
    return usable


def _no_verdict(problems: list[str]) -> str:
    reason = problems[0] if problems else "every ref was missing or given twice"
    return f"The answer held no usable verdict: {reason}."


def _verdict(
    entry: object, request: ClassifyRequest, by_ref: Mapping[str, ClassifyItem]
) -> tuple[str, Classification]:
    if not isinstance(entry, dict):
        raise UnusableError("a verdict is not an object")
    ref = entry.get("ref")
    item = by_ref.get(ref) if isinstance(ref, str) else None
    if not isinstance(ref, str) or item is None:
        raise UnusableError("ref names no article")
    return ref, Classification(
        ref=item.ref,
        category=choice(entry, "category", MODEL_CATEGORIES),
        relevance=number(entry, "relevance", low=0.0),
        sentiment=number(entry, "sentiment", low=-1.0),
        **_risk(entry, item, request),
        urgency=choice(entry, "urgency", tuple(Urgency)),
        urgency_reason=_reason(entry, "urgency_reason", item, request),
        summary=_summary(entry, item, request),
        evidence=_evidence(entry, item),
        about_client=_flag(entry, "about_client"),
    )


def number(entry: Mapping[str, Any], name: str, *, low: float, high: float = 1.0) -> float:
    """Return a finite number within the range, ends included."""
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableError(f"{name} is not a number")
    if not low <= value <= high or not math.isfinite(value):
        raise UnusableError(f"{name} is not between {low} and {high}")
    return float(value)


def choice(entry: Mapping[str, Any], name: str, allowed: Iterable[_Enum]) -> _Enum:
    """Return the member of a closed vocabulary that the field names."""
    value = entry.get(name)
    for member in allowed:
        if isinstance(value, str) and member.value == value:
            return member
    raise UnusableError(f"{name} is not one of the values asked for")


def sentence(entry: Mapping[str, Any], name: str, limit: int, *, names: Iterable[str] = ()) -> str:
    """Return plain, non-empty text of at most `limit` characters; `names` keep their dots."""
    value = entry.get(name)
    if not isinstance(value, str) or len(value) > 2 * limit:
        raise UnusableError(f"{name} is not a short text")
    cleaned = plain(value, names)
    if not cleaned or len(cleaned) > limit:
        raise UnusableError(f"{name} is empty or longer than {limit} characters")
    return cleaned


def _flag(entry: Mapping[str, Any], name: str) -> bool:
    value = entry.get(name)
    if not isinstance(value, bool):
        raise UnusableError(f"{name} is neither true nor false")
    return value


def source_texts(item: ClassifyItem) -> tuple[str, ...]:
    """Return what of an article may be quoted."""
    return tuple(text for text in (readable(item.title), readable(item.snippet)) if text)


def _summary(entry: Mapping[str, Any], item: ClassifyItem, request: ClassifyRequest) -> str:
    """Return the sentences that the article carries, else its title."""
    written = sentence(entry, "summary", SUMMARY_LIMIT, names=_names(request))
    kept = keep_supported(written, _known(item, request))
    return kept or visible(readable(item.title), SUMMARY_LIMIT) or written


def _risk(entry: Mapping[str, Any], item: ClassifyItem, request: ClassifyRequest) -> dict[str, Any]:
    """Return the risk with its reason and quotes; without quotes where they do not carry it.

    The rules' risk then takes its place: the other fields of the verdict stand on their own.
    """
    level = choice(entry, "risk_level", tuple(RiskLevel))
    reason = sentence(entry, "risk_reason", REASON_LIMIT, names=_names(request))
    quotes = _quotes(entry, "risk_evidence", item)[:MAX_RISK_QUOTES]
    known = _known(item, request) if level is RiskLevel.NONE else (*quotes, *_names(request))
    kept = keep_supported(reason, known)
    carried = quotes if kept and level is not RiskLevel.NONE else ()
    return {"risk_level": level.value, "risk_reason": kept, "risk_evidence": carried}


def _reason(
    entry: Mapping[str, Any], name: str, item: ClassifyItem, request: ClassifyRequest
) -> str:
    """Return the sentences of a reason that the article carries; there has to be one."""
    written = sentence(entry, name, REASON_LIMIT, names=_names(request))
    kept = keep_supported(written, _known(item, request))
    if not kept:
        raise UnusableError(f"{name} states what the article does not hold")
    return kept


def _known(item: ClassifyItem, request: ClassifyRequest) -> tuple[str, ...]:
    return (*source_texts(item), *_names(request))


def _names(request: ClassifyRequest) -> tuple[str, ...]:
    return (request.client_name, *request.client_aliases)


def _evidence(entry: Mapping[str, Any], item: ClassifyItem) -> tuple[str, ...]:
    """Return the quotes that carry the category.

    A verdict without one rests on nothing and is unusable, unless there is nothing to quote.
    """
    kept = _quotes(entry, "evidence", item)
    if not kept and has_quotable(source_texts(item)):
        raise UnusableError("evidence has no quote of four words or more from the article")
    return kept


def _quotes(entry: Mapping[str, Any], name: str, item: ClassifyItem) -> tuple[str, ...]:
    """Return what of a list of quotes the article really holds, in its own spelling."""
    quotes = entry.get(name, [])
    if not isinstance(quotes, list):
        raise UnusableError(f"{name} is not a list")
    texts = source_texts(item)
    found = (quoted(quote, texts) for quote in quotes[: 3 * MAX_QUOTES])
    return tuple(dict.fromkeys(quote for quote in found if quote))[:MAX_QUOTES]


def quoted(quote: object, texts: Iterable[str]) -> str | None:
    """Return the quote as one of the texts spells it, or None if none holds it.

    A stretch of an article that holds a link or markup is no quote to show to anybody.
    """
    if not isinstance(quote, str) or len(quote) > QUOTE_LIMIT:
        return None
    found = find_quote(quote, texts)
    return found if found and is_plain(found) else None
