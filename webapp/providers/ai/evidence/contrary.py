"""Where a claim on the same matter says the contrary of its source, or more than that."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.providers.ai.evidence.matter import bare_words, nearest_clauses, tells
from webapp.providers.ai.evidence.meanings import opposed, stem
from webapp.providers.ai.evidence.polarity import hardens, is_denied, without_denials
from webapp.providers.ai.evidence.reading import clauses_of


class Flaw(StrEnum):
    """Why a claim does not hold."""

    SHORT_QUOTE = "short_quote"
    NOT_IN_SOURCE = "not_in_source"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    DENIAL = "denial"
    OPPOSITE = "opposite"
    CERTAINTY = "certainty"
    CONCLUSION = "conclusion"
    SIDES = "sides"
    OTHER_MATTER = "other_matter"


@dataclass(frozen=True)
class Contrary:
    """What is contrary, and the word that shows it, if one does."""

    flaw: Flaw
    word: str = ""


def contrary(claim: str, quote: str, context: str) -> Contrary | None:
    """Say what of a folded claim is contrary to its quote in the sentence around that, or None.

    Each clause of the claim is held against those of the sentence that say most of it.
    """
    if word := _turned(claim, quote):
        return Contrary(Flaw.OPPOSITE, word)
    for clause in clauses_of(claim):
        if tells(clause) and (found := _clause_contrary(clause, quote, context)):
            return found
    if hardens(claim, nearest_clauses(claim, context)):
        return Contrary(Flaw.CERTAINTY)
    return None


def _clause_contrary(clause: str, quote: str, context: str) -> Contrary | None:
    near = nearest_clauses(clause, context)
    own = bare_words(without_denials(clause))
    known = without_denials(quote), without_denials(" ".join(near))
    word = opposed(own, bare_words(known[0])) or opposed(own, bare_words(known[1]))
    denials = {is_denied(part) != is_denied(clause) for part in near}
    if word is None and denials == {True}:
        return Contrary(Flaw.DENIAL)
    if word is not None and denials == {False}:
        return Contrary(Flaw.OPPOSITE, word)
    return None


def _turned(claim: str, quote: str) -> str | None:
    """Return the word that a claim has in place of its opposite, all denials being alike."""
    if is_denied(claim) != is_denied(quote):
        return None
    mine, theirs = bare_words(claim), bare_words(quote)
    own, known = {stem(word) for word in mine}, {stem(word) for word in theirs}
    return opposed(
        [word for word in mine if stem(word) not in known],
        [word for word in theirs if stem(word) not in own],
    )
