"""Whether a found text is about the client at all: a score from 0 to 1, with the reasons."""

import html
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.providers.base import SearchTarget
from webapp.services.company_mentions import read_mention
from webapp.services.company_names import Identity, Name, identity_of
from webapp.services.company_places import Mention, Place, is_title_case
from webapp.services.company_rules import ruled_out, sure_signs
from webapp.services.company_spelling import folded

BAR = 0.5
"""Above this score a text is taken to be about the client."""
MAX_REASONS = 4
_MAX_READ = 3000
_MAX_MENTIONS = 8
_WORDS = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"https?://\S+")
_OTHERS_NAME = -3.0
_SNIPPET_ONLY = -0.4
_MARKUP = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True)
class CompanyMatch:
    """The verdict with its score, and the reasons in plain words, most telling first."""

    is_match: bool
    score: float
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The reasons in one line."""
        return "; ".join(self.reasons)


def match_company(target: SearchTarget, *, title: str, snippet: str, url: str) -> CompanyMatch:
    """Tell how surely a text is about the client: by its names, numbers and own site.

    What a user excluded or requires decides alone; else every mention is weighed in its
    context. A passing mention is still the right company, with a lower score.
    """
    identity = identity_of(target)
    headline, body = _clean(title), _clean(snippet)
    refusal = ruled_out(target, f"{headline}\n{body}", url)
    if refusal is not None:
        return CompanyMatch(is_match=False, score=0.0, reasons=(refusal,))
    signs = list(sure_signs(identity, f"{headline}\n{body}", url))
    in_title, in_body = _mentions(identity, headline), _mentions(identity, body)
    return _verdict(signs, in_title, in_body, context=_context(identity, f"{headline} {body}"))


def _verdict(
    signs: Sequence[Mention],
    in_title: Sequence[Mention],
    in_body: Sequence[Mention],
    *,
    context: Mention | None,
) -> CompanyMatch:
    best, named_at = _best(in_title, in_body)
    if best is None and not signs:
        return CompanyMatch(is_match=False, score=0.0, reasons=("does not name the client",))
    found = [*signs, *([best] if best else [])]
    extra = [context] if context and best else []
    total = max(each.weight for each in found) + sum(each.weight for each in extra)
    score = round(1 / (1 + math.exp(-total)), 3)
    is_match = score > BAR
    told = [each for each in (*found, *extra) if (each.weight > 0) == is_match] or found
    told.sort(key=lambda each: -abs(each.weight))
    reasons = [each.reason for each in told if each.reason]
    if is_match and named_at == "snippet":
        reasons.append("passing mention: only the text names it, not the title")
    return CompanyMatch(is_match, score, tuple(dict.fromkeys(reasons))[:MAX_REASONS])


def _best(in_title: Sequence[Mention], in_body: Sequence[Mention]) -> tuple[Mention | None, str]:
    """Choose what decides: a title that names another company outweighs its short form below."""
    title = max(in_title, key=lambda each: each.weight, default=None)
    body = max(in_body, key=lambda each: each.weight, default=None)
    if title and (body is None or title.weight >= body.weight or title.weight <= _OTHERS_NAME):
        return title, "title"
    if (
        body
        and min(each.weight for each in in_body) <= _OTHERS_NAME
        and body.weight < -_OTHERS_NAME
    ):
        return min(in_body, key=lambda each: each.weight), "snippet"
    if body:
        return Mention(body.weight + _SNIPPET_ONLY, body.reason), "snippet"
    return None, ""


def _mentions(identity: Identity, text: str) -> list[Mention]:
    """Weigh every mention of every name; a shorter name inside a longer one is not read twice."""
    taken: list[tuple[int, int]] = []
    found: list[Mention] = []
    shouts = is_title_case(text)
    for name in identity.names:
        for match in name.pattern.finditer(text):
            if len(found) >= _MAX_MENTIONS:
                return found
            if any(start <= match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            place = Place(
                text,
                match.start(),
                match.end(),
                identity.own_words,
                name.is_common,
                shouts,
                has_ticker=bool(identity.ticker),
                is_written_small=name.text.islower() or text.islower(),
            )
            found.append(_read(name, place))
    return found


def _read(name: Name, place: Place) -> Mention:
    read = read_mention(place) if name.is_one_word else _read_long(name, place)
    if name.is_product and read.weight > 0:
        return Mention(read.weight - 0.7, f"names the product \u201c{name.text}\u201d")
    return read


def _read_long(name: Name, place: Place) -> Mention:
    if name.is_common and place.form.islower():
        return Mention(-1.0, "words of the language, not the company")
    read = read_mention(place)
    if read.weight <= _OTHERS_NAME:
        return read
    return Mention(max(read.weight, 3.0), f"names \u201c{name.text}\u201d")


def _context(identity: Identity, text: str) -> Mention | None:
    """Count words of the client's line of business."""
    shared = sorted(identity.context & set(_WORDS.findall(text.casefold())))
    if not shared:
        return None
    return Mention(0.8, f"speaks of the client's business (\u201c{shared[0]}\u201d)")


def _clean(text: str) -> str:
    return folded(_ADDRESS.sub(" ", _MARKUP.sub(" ", html.unescape(text[:_MAX_READ]))))
