"""Whether a text says that something is so, is not so, or only may be so."""

import re
from collections.abc import Iterable

from webapp.providers.ai.evidence.word_lists import word_groups


def _either(kind: str) -> str:
    """Return the pattern of any phrase of a kind."""
    phrases = word_groups("certainty.txt")[kind]
    return "|".join(
        re.escape(phrase).replace("_", " ").replace(r"\*", r"\w*") for phrase in phrases
    )


def _any_of(*patterns: str, more: str = "") -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b{more}", re.IGNORECASE)


_NOT = _any_of(_either("not"), r"\w+n't")
_NO_DENIAL = re.compile(r"\bnot (?=only|just|merely)|\bno\. ?(?=\d)", re.IGNORECASE)
_DENIES = _any_of(
    _either("denying"),
    rf"(?:{_either('declining')}) (?:{_either('declined')})",
    rf"(?:{_either('dismissing')}) (?:\w+ ){{0,3}}?(?:{_either('dismissed')})",
)
_NO_LONGER = re.compile(r"\bno longer\b", re.IGNORECASE)
_COULD_NOT = re.compile(r"\bcould(?: not|n't)\b", re.IGNORECASE)
_QUESTION = r"|\?"
_STRONG_MAYBE = _any_of(_either("strong_maybe"))
_MAYBE = _any_of(_either("strong_maybe"), _either("maybe"), more=_QUESTION)
_GUESS = _any_of(_either("guess"))
_OPEN = _any_of(_either("guess"), _either("strong_maybe"), _either("open"), more=_QUESTION)
_CAUSE, _CAUSE_TOLD = _any_of(_either("cause")), _any_of(_either("cause_told"))


def is_denied(clause: str) -> bool:
    """Tell whether a folded clause says that something is not so; two denials cancel out."""
    text = _NO_DENIAL.sub("", _NO_LONGER.sub("not", clause))
    return bool(_NOT.search(text)) != bool(_DENIES.search(text))


def without_denials(plain: str) -> str:
    """Return a folded text without the verbs that deny, which are nobody's opposite."""
    return _DENIES.sub(" ", plain)


def guesses(claim: str, known: Iterable[str]) -> bool:
    """Tell whether a folded claim concludes or supposes where its sources state."""
    texts = tuple(known)
    if _GUESS.search(claim) and not any(_OPEN.search(text) for text in texts):
        return True
    return bool(_CAUSE.search(claim)) and not any(_CAUSE_TOLD.search(text) for text in texts)


def hardens(claim: str, clauses: Iterable[str]) -> bool:
    """Tell whether a folded claim states what its source's clauses only hold possible."""
    texts = tuple(_COULD_NOT.sub("cannot", text) for text in clauses)
    return any(_STRONG_MAYBE.search(text) for text in texts) and not _MAYBE.search(claim)
