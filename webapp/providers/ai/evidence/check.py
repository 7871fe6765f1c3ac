"""Whether a claim is carried by its quote, and its quote by the source."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from webapp.providers.ai.evidence.dates import missing_dates, without_dates, years_in
from webapp.providers.ai.evidence.figures import (
    Figure,
    Kind,
    figures_in,
    is_currency,
    missing_figures,
)
from webapp.providers.ai.evidence.meanings import (
    is_small,
    meanings_of,
    opposed,
    opposites_of,
    stem,
)
from webapp.providers.ai.evidence.names import missing_names, names_in
from webapp.providers.ai.evidence.polarity import guesses, hardens, is_denied
from webapp.providers.ai.evidence.quotes import Found, locate, sentences_of
from webapp.providers.ai.evidence.reading import Word, clauses_of, folded, words_of
from webapp.providers.ai.evidence.roles import swaps_figures, swaps_sides
from webapp.providers.ai.evidence.spelled_numbers import NUMBER_WORDS
from webapp.providers.ai.evidence.word_lists import kind_of_words

MIN_QUOTE_WORDS = 4
_HELPERS = kind_of_words("helping")
_AFTER_VERB = kind_of_words("after_verb")
_LARGE = 100
MIN_COVERED = 0.5
"""The share of a claim's own words that its quote has to say, in these or other words."""


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
class Verdict:
    """The quote in its source's own spelling where the claim holds, else what is wrong with it."""

    quote: str | None = None
    flaw: Flaw | None = None
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the claim may be shown."""
        return self.flaw is None


def check_claim(text: str, quote: object, sources: Iterable[str]) -> Verdict:
    """Tell whether a claim holds: its quote stands in a source and itself carries all it says.

    A quote has at least four words. It may differ from the source in spaces, case and the shape
    of quotation marks; every number, date and name of the claim must stand in it, and it must
    say so, not its contrary, and not only that it may be.
    """
    if not isinstance(quote, str):
        return Verdict(flaw=Flaw.NOT_IN_SOURCE)
    found = next((hit for source in sources if (hit := locate(quote, source))), None)
    if found is None:
        return Verdict(flaw=Flaw.NOT_IN_SOURCE)
    if len(found.quote.split()) < MIN_QUOTE_WORDS:
        return Verdict(flaw=Flaw.SHORT_QUOTE)
    flaw, detail = _flaw(folded(text), found)
    return Verdict(None if flaw else found.quote, flaw, detail)


def unsupported_facts(text: str, sources: Iterable[str], *, is_advice: bool = False) -> list[str]:
    """Return the numbers, dates and names of a text that no source holds, in words.

    A word that begins a sentence counts as a name only where it stands like one. Advice may set
    days and small numbers of its own: "call twice within 48 hours".
    """
    claim, known = folded(text), tuple(folded(source) for source in sources)
    missing = _missing_numbers(claim, known)
    names = missing_names(claim, known, lenient=True)
    if is_advice:
        return [*(each.text for each in missing if _is_large(each)), *names]
    return [*(each.text for each in missing), *missing_dates(claim, known), *names]


def _is_large(figure: Figure) -> bool:
    if figure.kind is Kind.COUNT:
        return figure.value >= _LARGE
    return figure.kind in {Kind.MONEY, Kind.SHARE, Kind.POINTS}


def contradicts(text: str, sources: Iterable[str]) -> bool:
    """Tell whether a sentence says the contrary of the source's sentence on the same matter."""
    claim = without_dates(folded(text))
    told = [part for source in sources for part in sentences_of(without_dates(folded(source)))]
    near = [part for part in told if not _uncovered(claim, part)]
    return bool(near) and all(_contrary(claim, part, part) for part in near)


def _flaw(claim: str, found: Found) -> tuple[Flaw | None, str]:
    quote, context = folded(found.quote), folded(found.sentence)
    if missing := _missing_numbers(claim, (quote,)):
        return Flaw.NUMBER, missing[0].text
    if dates := missing_dates(claim, (quote,)):
        return Flaw.DATE, dates[0]
    if names := missing_names(claim, (quote,)):
        return Flaw.NAME, names[0]
    return _misreading(claim, quote, context)


def _missing_numbers(claim: str, known: Sequence[str]) -> list[Figure]:
    years = frozenset(year for text in known for year in years_in(text))
    pool = [figure for text in known for figure in figures_in(text)]
    claimed = [
        figure
        for figure in figures_in(claim)
        if not (figure.kind is Kind.YEAR and int(figure.value) in years)
    ]
    return missing_figures(claimed, pool, " ".join(known))


def _misreading(claim: str, quote: str, context: str) -> tuple[Flaw | None, str]:
    """Say where the words of a claim, all numbers and names in place, tell something else."""
    claim, quote, context = map(without_dates, (claim, quote, context))
    if guesses(claim, (quote,)):
        return Flaw.CONCLUSION, ""
    if uncovered := _uncovered(claim, quote):
        return Flaw.OTHER_MATTER, uncovered
    return _contrary(claim, quote, context) or (None, "")


def _contrary(claim: str, quote: str, context: str) -> tuple[Flaw, str] | None:
    """Say where a claim on the same matter tells the contrary, more, or it of another one."""
    clauses = _nearest_clauses(claim, context)
    word = opposed(_bare(claim), _bare(quote)) or opposed(_bare(claim), _bare(" ".join(clauses)))
    denials = {is_denied(clause) != is_denied(claim) for clause in clauses}
    if word is None and denials == {True}:
        return Flaw.DENIAL, ""
    if word is not None and denials == {False}:
        return Flaw.OPPOSITE, word
    if hardens(claim, clauses):
        return Flaw.CERTAINTY, ""
    if swaps_sides(claim, context) or swaps_figures(claim, quote):
        return Flaw.SIDES, ""
    return None


def _uncovered(claim: str, quote: str) -> str:
    """Return the words of a claim that its quote does not say, if they are too many, else ""."""
    known: set[str] = set()
    for meanings in meanings_of(_bare(quote)):
        known |= meanings
    known |= opposites_of(_bare(quote))
    telling = _telling(claim)
    strange = [word.bare for word, meanings in telling if not meanings & known]
    head = _head(claim, [word for word, _ in telling])
    if head is not None and head.bare in strange:
        return head.bare
    return " ".join(strange) if len(strange) > (1 - MIN_COVERED) * len(telling) else ""


def _telling(claim: str) -> list[tuple[Word, frozenset[str]]]:
    """Return the words of a claim that say something of their own, with their meanings."""
    named = {word.start for word in names_in(claim)}
    pairs = zip(words_of(claim), meanings_of(_bare(claim)), strict=True)
    return [(word, meanings) for word, meanings in pairs if _tells(word, named)]


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


def _nearest_clauses(claim: str, context: str) -> list[str]:
    """Return the clauses of the source that say most of what the claim says, its verb above all."""
    telling = _telling(claim)
    head = _head(claim, [word for word, _ in telling])
    wanted = [(meanings, 3 if word == head else 2) for word, meanings in telling]
    wanted += [(frozenset((stem(name.bare),)), 1) for name in names_in(claim)]
    scores = []
    clauses = clauses_of(context) or (context,)
    for clause in clauses:
        said: set[str] = set()
        words = _bare(clause)
        said = said.union(*meanings_of(words), opposites_of(words))
        scores.append(sum(weight for meanings, weight in wanted if meanings & said))
    best = max(scores)
    return [clause for clause, score in zip(clauses, scores, strict=True) if score == best]


def _bare(plain: str) -> tuple[str, ...]:
    return tuple(word.bare for word in words_of(plain))
