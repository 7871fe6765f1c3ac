"""Whether a claim is carried by its quote, and its quote by the source."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from webapp.providers.ai.evidence.contrary import Flaw, contrary
from webapp.providers.ai.evidence.dates import missing_dates, without_dates, years_in
from webapp.providers.ai.evidence.figures import Figure, Kind, figures_in, missing_figures
from webapp.providers.ai.evidence.matter import uncovered
from webapp.providers.ai.evidence.names import missing_names
from webapp.providers.ai.evidence.polarity import guesses
from webapp.providers.ai.evidence.quotes import Found, locate, sentences_of
from webapp.providers.ai.evidence.reading import folded
from webapp.providers.ai.evidence.roles import swaps_figures, swaps_sides

MIN_QUOTE_WORDS = 4
_LARGE = 100


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
    near = [part for part in told if not uncovered(claim, part)]
    return bool(near) and all(_is_contrary(claim, part) for part in near)


def _is_contrary(claim: str, part: str) -> bool:
    return swaps_sides(claim, part) or contrary(claim, part, part) is not None


def _flaw(claim: str, found: Found) -> tuple[Flaw | None, str]:
    quote, context = folded(found.quote), folded(found.sentence)
    if missing := _missing_numbers(claim, (quote,)):
        return Flaw.NUMBER, missing[0].text
    if dates := missing_dates(claim, (quote,)):
        return Flaw.DATE, dates[0]
    if names := missing_names(claim, (quote,)):
        return Flaw.NAME, names[0]
    return _misreading(claim, quote, context)


def _missing_numbers(claim: str, known: tuple[str, ...]) -> list[Figure]:
    figures = figures_in(claim)
    if not figures:
        return []
    years, pool, whole = _numbers_in(known)
    claimed = [
        figure
        for figure in figures
        if not (figure.kind is Kind.YEAR and int(figure.value) in years)
    ]
    return missing_figures(claimed, pool, whole)


@lru_cache(maxsize=256)
def _numbers_in(known: tuple[str, ...]) -> tuple[frozenset[int], tuple[Figure, ...], str]:
    """Return the years and figures of sources, and their whole text; read once for all claims."""
    years = frozenset(year for text in known for year in years_in(text))
    return years, tuple(figure for text in known for figure in figures_in(text)), " ".join(known)


def _misreading(claim: str, quote: str, context: str) -> tuple[Flaw | None, str]:
    """Say where the words of a claim, all numbers and names in place, tell something else."""
    is_anchored = without_dates(claim) != claim or bool(figures_in(claim))
    claim, quote, context = map(without_dates, (claim, quote, context))
    if guesses(claim, (quote,)):
        return Flaw.CONCLUSION, ""
    if strange := uncovered(claim, quote, is_anchored=is_anchored):
        return Flaw.OTHER_MATTER, strange
    if swaps_sides(claim, context) or swaps_figures(claim, quote):
        return Flaw.SIDES, ""
    found = contrary(claim, quote, context)
    return (found.flaw, found.word) if found else (None, "")
