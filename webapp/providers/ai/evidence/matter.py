"""Whether a quote speaks of the matter of a claim at all, and in which of its clauses."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from webapp.providers.ai.evidence.figures import is_currency
from webapp.providers.ai.evidence.meanings import is_small, meanings_of, opposites_of, stem
from webapp.providers.ai.evidence.names import names_in
from webapp.providers.ai.evidence.reading import Word, clauses_of, words_of
from webapp.providers.ai.evidence.spelled_numbers import NUMBER_WORDS
from webapp.providers.ai.evidence.word_lists import kind_of_words

_MOST_STRANGE, _MOST_STRANGE_ANCHORED = 0.5, 0.67
"""The share of a claim's own words that its quote need not say, in these or other words."""
_FEW = 0.25
_LONG_NAME = 25
"""Names that begin farther apart than so many characters are not one name."""
_HELPERS = kind_of_words("helping")
_AFTER_VERB = kind_of_words("after_verb")
_VERB_WEIGHT, _WORD_WEIGHT, _NAME_WEIGHT = 3.0, 2.0, 1.0
_LATER = 0.01
"""Of clauses that say as much, that which says the earlier words of the claim is the nearer."""


def uncovered(claim: str, quote: str, *, is_anchored: bool = False) -> str:
    """Return the words of a claim that its quote does not say, if they are too many, else "".

    `is_anchored` says that a figure or date ties both together; then other words may tell it.
    """
    known = _said_by(quote)
    telling = telling_words(claim)
    strange = [word.bare for word, meanings in telling if not meanings & known]
    share = len(strange) / len(telling) if telling else 0.0
    if is_anchored:
        return " ".join(strange) if share > _MOST_STRANGE_ANCHORED else ""
    head = _head(claim, [word for word, _ in telling])
    if head is not None and head.bare in strange and share > _FEW:
        return head.bare
    too_many = share > _MOST_STRANGE or (share == _MOST_STRANGE and not _names_parties(claim))
    return " ".join(strange) if too_many else ""


@lru_cache(maxsize=2048)
def _said_by(quote: str) -> frozenset[str]:
    """Return what the words of a quote can mean, and their opposites.

    Each sentence of a source is held against every claim about it.
    """
    words = bare_words(quote)
    return opposites_of(words).union(*meanings_of(words))


def _names_parties(claim: str) -> bool:
    """Tell whether a claim names more than one party, so that its words matter less."""
    names = names_in(claim)
    return bool(names) and names[-1].start - names[0].start > _LONG_NAME


def tells(clause: str) -> bool:
    """Tell whether a clause states anything of its own."""
    if telling_words(clause):
        return True
    return bool(names_in(clause)) and any(word in _HELPERS for word in bare_words(clause))


@lru_cache(maxsize=2048)
def telling_words(claim: str) -> tuple[tuple[Word, frozenset[str]], ...]:
    """Return the words of a claim that say something of their own, with their meanings."""
    named = {word.start for word in names_in(claim)}
    pairs = zip(words_of(claim), meanings_of(bare_words(claim)), strict=True)
    return tuple((word, meanings) for word, meanings in pairs if _tells(word, named))


def _tells(word: Word, named: AbstractSet[int]) -> bool:
    if word.start in named or not word.bare.isalpha() or is_small(word.bare):
        return False
    return not is_currency(word.bare) and word.bare not in NUMBER_WORDS


def _head(claim: str, telling: Sequence[Word]) -> Word | None:
    """Return the verb that a claim is made with, None where it cannot be told."""
    words = words_of(claim)
    helpers = [place for place, word in enumerate(words) if word.bare in _HELPERS]
    if helpers:
        start = words[helpers[0]].start
        end = next((w.start for w in words[helpers[0] :] if w.bare in _AFTER_VERB), len(claim))
    else:
        named = [word.start for word in names_in(claim)]
        if not named or named[0] != words[0].start:
            return None
        start, end = named[0], len(claim)
    return next((word for word in telling if start < word.start < end), None)


def nearest_clauses(claim: str, context: str) -> list[str]:
    """Return the clauses of the source that say most of what the claim says, its verb above all."""
    telling = telling_words(claim)
    head = _head(claim, [word for word, _ in telling])
    wanted = [
        (meanings, _VERB_WEIGHT if word == head else _WORD_WEIGHT - _LATER * place)
        for place, (word, meanings) in enumerate(telling)
    ]
    wanted += [(frozenset((stem(name.bare),)), _NAME_WEIGHT) for name in names_in(claim)]
    scores = []
    clauses = clauses_of(context) or (context,)
    for clause in clauses:
        said: set[str] = set()
        words = bare_words(clause)
        said = said.union(*meanings_of(words), opposites_of(words))
        scores.append(sum(weight for meanings, weight in wanted if meanings & said))
    best = max(scores)
    return [clause for clause, score in zip(clauses, scores, strict=True) if score == best]


@lru_cache(maxsize=2048)
def bare_words(plain: str) -> tuple[str, ...]:
    """Return the words of a folded text, bare and in lower case."""
    return tuple(word.bare for word in words_of(plain))
