"""The word lists by which a company is told from a word, a person or another company."""

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "company_words"
_DOUBLES = "bdgmnprt"
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ly")


def load() -> None:
    """Read every list now."""
    for path in _FOLDER.glob("*.txt"):
        words_of(path.stem)
    verbs()


@lru_cache(maxsize=32)
def words_of(name: str) -> frozenset[str]:
    """Return the words of a list, lower case; lines that begin with # are remarks."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def verbs() -> frozenset[str]:
    """Return verbs of headlines in the forms that follow a name: plans, planned, plan."""
    return frozenset(form for base in words_of("verbs") for form in _forms(base))


def is_common(word: str) -> bool:
    """Tell whether a word is one of the language, in any form."""
    low, known = word.casefold(), _common_words()
    if low in known:
        return True
    return any(low.endswith(end) and low.removesuffix(end) in known for end in _SUFFIXES)


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    return words_of("common") | words_of("everyday") | words_of("agents")


def is_place(word: str) -> bool:
    """Tell whether a word is a country or region that companies put beside their name."""
    return word.casefold().strip(".") in words_of("places")


def _forms(base: str) -> set[str]:
    stem = base.removesuffix("e")
    forms = {base, base + "s", stem + "ed", stem + "ing"}
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        forms |= {base[:-1] + "ies", base[:-1] + "ied"}
    if base.endswith(("s", "x", "ch", "sh")):
        forms.add(base + "es")
    if base[-1] in _DOUBLES:
        forms |= {base + base[-1] + "ed", base + base[-1] + "ing"}
    return forms
