"""What a "wrong company" could teach: another name near ours, the site, the headline."""

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from webapp.enums import ExclusionKind, RawOutcome
from webapp.extensions import db
from webapp.models import Client, Event, EventRawData
from webapp.services import company_lists as lists
from webapp.services.company_names import Identity, identity_of
from webapp.services.company_places import is_title_case
from webapp.services.company_rules import host_of, is_within, stands_in_own_name
from webapp.services.exclusion_effects import Cause, Report, reports_of
from webapp.services.search_targets import exclusions_in_force, target_of

MAX_TERMS = 3
HEADLINE = "only this headline"
MAX_VALUE = 253
_TOKEN = re.compile(r"[^\W_][\w&.'\u2019-]*")
_GAP = re.compile(r"[ \t\u00a0]+")
_LOOK_BACK, _LOOK_AHEAD = 2, 3


@dataclass(frozen=True)
class Proposal:
    """Something that could be excluded, why, and how many visible events that would hide."""

    kind: ExclusionKind
    value: str
    why: str
    hides: int = 0
    is_sure: bool = False
    """Whether it may be learned without asking: a longer name around the client's own."""


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.text.casefold().removesuffix("'s").removesuffix("\u2019s")

    @property
    def is_possessive(self) -> bool:
        return self.text.casefold().endswith(("'s", "\u2019s"))

    @property
    def is_name_like(self) -> bool:
        return not self.text.islower() and self.text.casefold() not in lists.words_of("small_words")


def preferred(proposals: Sequence[Proposal]) -> Proposal | None:
    """Return what is taken where a user chooses nothing: what is sure, else the narrowest."""
    return next((each for each in proposals if each.is_sure), proposals[-1] if proposals else None)


def propose(event: Event, client: Client) -> list[Proposal]:
    """Return what could be excluded because of an event, the best first.

    What would shut out the client itself is never among it.
    """
    identity = identity_of(target_of(client, gdelt_enabled=False))
    reports = reports_of(client.id)
    text = f"{event.title}\n{_snippet(event.id)}"
    longer = list(dict.fromkeys(_longer_names(identity, text)))[:MAX_TERMS]
    others = [each for each in _other_names(identity, event.title) if each not in longer]
    found = [
        Proposal(ExclusionKind.TERM, name, "a longer name around the client's", is_sure=True)
        for name in longer
    ]
    found += [
        Proposal(ExclusionKind.TERM, name, "another name in the headline")
        for name in others[: MAX_TERMS - len(longer)]
    ]
    found += [
        *_site(event, client, reports),
        Proposal(ExclusionKind.TERM, _headline(event.title), HEADLINE),
    ]
    usable = [
        each
        for each in found
        if each.kind is ExclusionKind.DOMAIN or not stands_in_own_name(identity, each.value)
    ]
    in_force = exclusions_in_force(client.id)
    excluded = [each.value for each in in_force if each.kind is ExclusionKind.DOMAIN]
    return [_counted(each, reports, event.id, excluded=excluded) for each in usable]


def _counted(
    proposal: Proposal, reports: Sequence[Report], event_id: uuid.UUID, *, excluded: Sequence[str]
) -> Proposal:
    cause = Cause(proposal.kind, proposal.value)
    visible = (each for each in reports if not each.is_hidden)
    hides = sum(
        each.event_id == event_id or cause.touches(each, excluded=excluded) for each in visible
    )
    return Proposal(proposal.kind, proposal.value, proposal.why, hides, proposal.is_sure)


def _snippet(event_id: uuid.UUID) -> str:
    query = select(EventRawData.snippet).where(
        EventRawData.processed_into_event_id == event_id,
        EventRawData.outcome == RawOutcome.CREATED,
    )
    return db.session.scalars(query.limit(1)).first() or ""


def _headline(title: str) -> str:
    whole = " ".join(title.split())
    return whole if len(whole) <= MAX_VALUE else whole[:MAX_VALUE].rsplit(" ", 1)[0]


def _site(event: Event, client: Client, reports: Sequence[Report]) -> Iterator[Proposal]:
    """Propose the publisher's site unless it is the client's or brought other events, too."""
    host = host_of(event.url).removeprefix("www.")
    own = (client.domain or "").casefold()
    if "." not in host or (own and (is_within(own, host) or is_within(host, own))):
        return
    from_there = Counter(each.host.removeprefix("www.") for each in reports if not each.is_hidden)
    is_only_one = from_there[host] <= 1
    why = "the publisher's site" + ("" if is_only_one else ", which brought other events too")
    yield Proposal(ExclusionKind.DOMAIN, host, why)


def _longer_names(identity: Identity, text: str) -> Iterator[str]:
    """Yield names of others that contain one of the client's: "Delta Dental" for Delta."""
    words = _words(text)
    shouts = is_title_case(text)
    for name in identity.names:
        for match in name.pattern.finditer(text):
            first = next((i for i, word in enumerate(words) if word.end > match.start()), None)
            last = next((i for i, w in enumerate(words) if w.end >= match.end()), None)
            if first is None or last is None or match[0].islower():
                continue
            yield from _grown(identity, text, words, first=first, last=last, shouts=shouts)


def _grown(
    identity: Identity, text: str, words: Sequence[_Word], *, first: int, last: int, shouts: bool
) -> Iterator[str]:
    start, end = first, last
    while (
        end + 1 < len(words)
        and end - last < _LOOK_AHEAD
        and _joins(text, words[end], words[end + 1])
    ):
        if words[end].is_possessive or not _is_part(identity, words[end + 1], shouts=shouts):
            break
        end += 1
    while start > 0 and first - start < _LOOK_BACK and _joins(text, words[start - 1], words[start]):
        if not _is_part(identity, words[start - 1], shouts=shouts) or start - 1 == 0:
            break
        start -= 1
    if (start, end) != (first, last):
        yield " ".join(word.text for word in words[start : end + 1])


def _words(text: str) -> list[_Word]:
    found = _TOKEN.finditer(text)
    return [_Word(each[0].rstrip(".,'\u2019-"), each.start(), each.end()) for each in found]


def _joins(text: str, one: _Word, other: _Word) -> bool:
    return _GAP.fullmatch(text[one.start + len(one.text) : other.start]) is not None


def _is_part(identity: Identity, word: _Word, *, shouts: bool) -> bool:
    low = word.text.casefold()
    if not word.is_name_like or low in identity.own_words or word.is_possessive:
        return False
    if low in lists.words_of("designators"):
        return True
    if low in lists.verbs() or low in lists.words_of("company_nouns") or lists.is_place(low):
        return False
    return not shouts


def _other_names(identity: Identity, title: str) -> list[str]:
    """Return other names in a headline that is not all in capitals: "Persona", "Arcwell"."""
    if is_title_case(title):
        return []
    found: list[str] = []
    run: list[_Word] = []
    words = _words(title)
    for word in [*words, _Word("", len(title), len(title))]:
        joined = not run or _joins(title, run[-1], word)
        if word.is_name_like and word.text and joined and not word.text[0].isdigit():
            run.append(word)
            continue
        found += _usable(identity, run)
        run = [word] if word.text and word.is_name_like and not word.text[0].isdigit() else []
    return list(dict.fromkeys(found))


def _usable(identity: Identity, run: Sequence[_Word]) -> list[str]:
    words = [word for word in run if word.key not in identity.own_words]
    if not words or len(words) != len(run):
        return []
    is_plain = len(words) == 1 and (words[0].start == 0 or _is_plain(words[0].key))
    return [] if is_plain else [" ".join(word.text for word in words)]


def _is_plain(word: str) -> bool:
    return lists.is_common(word) or word in lists.words_of("company_nouns") or lists.is_place(word)
