"""Who does what to whom: a claim may not swap the sides of what its source tells."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from webapp.providers.ai.evidence.figures import Kind, figure_text, figures_in
from webapp.providers.ai.evidence.meanings import stem
from webapp.providers.ai.evidence.names import names_in
from webapp.providers.ai.evidence.reading import Word, words_of
from webapp.providers.ai.evidence.word_lists import kind_of_words, word_groups

_BEFORE_VERB = kind_of_words("before_verb")
_PASSIVE_BEFORE = kind_of_words("passive")
_PARTICIPLE = re.compile(
    r"(?:ed|ought|old|aken|osen|iven|orn|ued|ung|awn|own|id|ade|on|ost|led|en)$", re.IGNORECASE
)
_PART_END = re.compile(
    r"[;:?!|()]|,(?!\d)|\.(?=\s|$)|\s-+\s|\b(?:but|while|whereas|although|though|despite|after|"
    r"before|because|as|which|who|whose|where|when|amid|following|since|that|said|says|told|"
    r"according)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r",\s(?:an?|the|its|whose|which|who|once|formerly|known|maker|owner)\s[^,]*(?:,|$)",
    re.IGNORECASE,
)
_OF_NOUN = re.compile(
    r"\b(?:of|by|with|over|for|from|against|at|in)\s*(?:the\s|its\s)?$", re.IGNORECASE
)
_PLACE = re.compile(r"\b(?:in|at|near|on)\s(?:the\s)?$", re.IGNORECASE)
_JOINED = re.compile(r"(?:,|\band|&)\s*(?:the\s)?$", re.IGNORECASE)
_ADVERB = re.compile(r"ly$")
_MANY = 2

_Runs = list[tuple[int, frozenset[str]]]
"""Names, those of several words as one, with their places."""


@dataclass(frozen=True)
class _Deed:
    """A verb, and the names on each side of it."""

    verb: str
    meanings: frozenset[str]
    doers: frozenset[str]
    others: frozenset[str]


def swaps_sides(claim: str, known: str) -> bool:
    """Tell whether a folded claim has one do what, in the folded source, another one does."""
    deeds = _deeds(known)
    for mine in _deeds(claim):
        told = [deed for deed in deeds if deed.verb == mine.verb]
        told = told or [deed for deed in deeds if deed.meanings & mine.meanings]
        if told and not any(_agree(mine, deed) for deed in told):
            return True
    return False


def swaps_figures(claim: str, known: str) -> bool:
    """Tell whether a folded claim gives one party the figure that its source gives another."""
    owners = _owners(known)
    if len({owner for owner, _ in owners}) < _MANY:
        return False
    for owner, figure in _owners(claim):
        told = {name for name, known_figure in owners if known_figure == figure}
        kinds = {known_figure[0] for name, known_figure in owners if name & owner}
        if told and not any(name & owner for name in told) and figure[0] in kinds:
            return True
    return False


def _owners(plain: str) -> list[tuple[frozenset[str], tuple[Kind, float]]]:
    """Return each figure of a text with the name that stands before it, else behind it."""
    text = figure_text(plain)
    runs = _runs(text)
    found: list[tuple[frozenset[str], tuple[Kind, float]]] = []
    for figure in figures_in(plain):
        before = [run for start, run in runs if start < figure.at]
        behind = [run for start, run in runs if start > figure.at]
        if figure.kind is not Kind.YEAR and (before or behind):
            found.append((before[-1] if before else behind[0], (figure.kind, figure.value)))
    return found


def _runs(text: str) -> _Runs:
    """Return the names of a text, those of several words as one, with their places."""
    runs: _Runs = []
    end = -1
    for word in names_in(text):
        if runs and word.start - end <= 1:
            start, run = runs[-1]
            runs[-1] = (start, run | {word.bare})
        else:
            runs.append((word.start, frozenset((word.bare,))))
        end = word.start + len(word.text)
    return runs


def _agree(mine: _Deed, told: _Deed) -> bool:
    """Tell whether no name stands on the wrong side; a side without names says nothing."""
    if (mine.doers & told.others) - told.doers or (mine.others & told.doers) - told.others:
        return False
    return not (mine.doers and told.doers) or bool(mine.doers & told.doers)


@lru_cache(maxsize=1024)
def _deeds(plain: str) -> tuple[_Deed, ...]:
    text = _ASIDE.sub(lambda found: " " * len(found[0]), plain)
    return tuple(deed for part in _PART_END.split(text) if part for deed in _deeds_of(part))


def _deeds_of(part: str) -> Iterator[_Deed]:
    words = words_of(part)
    runs = _runs(part)
    if not runs:
        return
    stems = tuple(stem(word.bare) for word in words)
    for place, word in enumerate(words):
        meanings = _verb_groups(stems[place : place + 2])
        if meanings and place and _is_verb(word, words[place - 1]):
            yield _deed(part, words, place, meanings, runs)


def _is_verb(word: Word, previous: Word) -> bool:
    return not word.is_capital and (
        previous.is_capital
        or previous.bare in _BEFORE_VERB
        or _ADVERB.search(previous.bare) is not None
    )


def _deed(
    part: str, words: Sequence[Word], place: int, meanings: frozenset[str], runs: _Runs
) -> _Deed:
    verb = words[place]
    before = _subjects(part, [run for run in runs if run[0] < verb.start])
    by = next((at for at in range(place + 1, len(words)) if words[at].bare == "by"), None)
    helped = any(word.bare in _PASSIVE_BEFORE for word in words[max(place - 2, 0) : place])
    is_by_next = by is not None and by - place <= _MANY
    if _PARTICIPLE.search(verb.text) and (helped or is_by_next):
        doers = [run for start, run in runs if by is not None and start > words[by].start][:1]
        return _Deed(stem(verb.bare), meanings, _names(doers), before)
    after = [run for start, run in runs if start > verb.start and not _PLACE.search(part[:start])]
    return _Deed(stem(verb.bare), meanings, before, _names(after))


def _subjects(part: str, runs: _Runs) -> frozenset[str]:
    """Return the last name before a verb and those joined to it: not that of "rival of X"."""
    own = [run for run in runs if not _OF_NOUN.search(part[: run[0]])] or runs
    kept = own[-1:]
    for run in reversed(own[:-1]):
        if not _JOINED.search(part[run[0] : kept[0][0]]):
            break
        kept = [run, *kept]
    return _names(names for _, names in kept)


def _names(runs: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(name for run in runs for name in run)


def _verb_groups(stems: tuple[str, ...]) -> frozenset[str]:
    pair = "_".join(stems)
    return _verbs().get(pair, frozenset()) | _verbs().get(stems[0], frozenset())


@lru_cache(maxsize=1)
def _verbs() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, words in word_groups("deeds.txt").items():
        for word in words:
            key = "_".join(stem(part) for part in word.split("_"))
            found[key] = found.get(key, frozenset()) | {name}
    return found
