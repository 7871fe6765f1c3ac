"""What words mean to the evidence check: their stem, words that say the same, and opposites."""

from collections.abc import Iterable
from functools import lru_cache

from webapp.providers.ai.evidence.word_lists import lines_of, word_groups

_SHORTEST = 3
_ENDINGS = ("ing", "ed", "d", "es", "s", "ly")
_PREFIX = 6
"""Words of more letters that begin alike are of one family: "restructure", "restructuring"."""
_DOUBLED = "bdfgmnprt"
_LONGEST_PHRASE = 4


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return what the regular forms of a word have in common."""
    if not word.isalpha():
        return word
    if word.endswith(("ies", "ied")) and len(word) > _SHORTEST + 1:
        return word[:-3] + "i"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            if ending == "s" and word.endswith(("ss", "us", "is")):
                break
            if ending == "d" and not word.endswith("ed"):
                continue
            word = word[: -len(ending)]
            break
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] in _DOUBLED:
        word = word[:-1]
    if len(word) > _SHORTEST:
        word = word.removesuffix("e")
    return word[:-1] + "i" if word.endswith("y") and len(word) > _SHORTEST else word


def is_small(word: str) -> bool:
    """Tell whether a word says nothing of its own."""
    return word in _small_words()


@lru_cache(maxsize=4096)
def meanings_of(words: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Return for each word what it can mean: its stem, its groups, and those of phrases it is in.

    The words are bare and in lower case.
    """
    stems = [stem(word) for word in words]
    found = [{one, *_groups().get(one, ())} for one in stems]
    for word, meanings in zip(words, found, strict=True):
        if len(word) > _PREFIX:
            meanings.add(f"{word[:_PREFIX]}-")
    for start in range(len(stems)):
        for length in range(2, _LONGEST_PHRASE + 1):
            groups = _groups().get("_".join(stems[start : start + length]))
            for place in range(start, min(start + length, len(stems))) if groups else ():
                found[place] |= set(groups or ())
    return tuple(frozenset(each) for each in found)


def opposed(claimed: Iterable[str], known: Iterable[str]) -> str | None:
    """Return the word of a claim whose opposite its source says instead, or None.

    Both are words, bare and in lower case.
    """
    mine, theirs = _with_phrases(tuple(claimed)), _with_phrases(tuple(known))
    for one, other in _opposites():
        said = mine & one
        if said and not mine & other and theirs & other and not theirs & one:
            return min(said)
    return None


def opposites_of(words: Iterable[str]) -> frozenset[str]:
    """Return the stems of what is the opposite of any of the words."""
    said = _with_phrases(tuple(words))
    return frozenset(word for one, other in _opposites() if said & one for word in other)


def _with_phrases(words: tuple[str, ...]) -> frozenset[str]:
    stems = [stem(word) for word in words]
    pairs = ("_".join(stems[place : place + 2]) for place in range(len(stems) - 1))
    return frozenset((*stems, *pairs))


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    sides = [line.split("/") for line in lines_of("opposites.txt")]
    pairs = [(_stemmed(left), _stemmed(right)) for left, right in sides]
    return (*pairs, *((right, left) for left, right in pairs))


def _stemmed(side: str) -> frozenset[str]:
    return frozenset(_phrase(word) for word in side.split())


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, words in word_groups("meanings.txt").items():
        for word in words:
            found.setdefault(_phrase(word), set()).add(f"={name}")
    return {word: frozenset(names) for word, names in found.items()}


def _phrase(word: str) -> str:
    return "_".join(stem(part) for part in word.split("_"))


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    return frozenset(word for line in lines_of("small_words.txt") for word in line.split())
