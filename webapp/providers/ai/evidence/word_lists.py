"""The word lists of the evidence check, read once."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

_LISTS = Path(__file__).parent.parent / "wordlists"


def lines_of(name: str) -> Iterator[str]:
    """Yield the lines of a list that are neither empty nor comments."""
    return _lines(_LISTS / "claims" / name)


def wordnet_lines(name: str) -> Iterator[str]:
    """Yield the lines of a list that was made from WordNet."""
    return _lines(_LISTS / "wordnet" / name)


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


@lru_cache(maxsize=16)
def word_groups(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the words of each line of a list, by the name before its colon."""
    lines = (line.partition(":") for line in lines_of(name))
    return {head: tuple(words.split()) for head, colon, words in lines if colon}


def kind_of_words(kind: str) -> frozenset[str]:
    """Return the words of one line of the list of kinds."""
    return frozenset(word_groups("kinds.txt")[kind])
