"""What words mean to the evidence check: their stem, words that say the same, and opposites."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from webapp.providers.ai.evidence.word_lists import lines_of, word_groups, wordnet_lines

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


def load() -> None:
    """Read the word lists now (0.1 s, 8 MB): threads that need one at once would each read it."""
    for read in (_common, _groups, _irregular, _opposites, _small_words):
        read()


def is_small(word: str) -> bool:
    """Tell whether a word says nothing of its own."""
    return word in _small_words() or base_of(word) in _small_words()


@lru_cache(maxsize=4096)
def meanings_of(words: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Return for each word what it can mean: its stem, its groups, and those of phrases it is in.

    The words are bare and in lower case.
    """
    stems = [stem(word) for word in words]
    found = [set(_alone(word)) for word in words]
    for start in range(len(stems)):
        for length in range(2, _LONGEST_PHRASE + 1):
            groups = _groups().get("_".join(stems[start : start + length]))
            for place in range(start, min(start + length, len(stems))) if groups else ():
                found[place] |= set(groups or ())
    return tuple(frozenset(each) for each in found)


@lru_cache(maxsize=20_000)
def _alone(word: str) -> frozenset[str]:
    """Return what a word can mean without those around it."""
    meanings: set[str] = set()
    for one in {stem(word), stem(base_of(word))}:
        meanings |= {one, *_groups().get(one, ())}
    if len(word) > _PREFIX:
        meanings.add(f"{word[:_PREFIX]}-")
    return frozenset(meanings)


def base_of(word: str) -> str:
    """Return the base of an irregular form, any other word as it is."""
    return _irregular().get(word, word)


def is_common(word: str) -> bool:
    """Tell whether a word is one of the language, as far as the lists know."""
    return any(
        form in _common() or stem(form) in _groups() for form in (word, base_of(word), stem(word))
    )


def opposed(claimed: Iterable[str], known: Iterable[str]) -> str | None:
    """Return the word of a claim whose opposite its source says instead, or None.

    Both are words, bare and in lower case.
    """
    mine, theirs = _with_phrases(tuple(claimed)), _with_phrases(tuple(known))
    for word in sorted(mine & _opposites().keys()):
        for one, other in _opposites()[word]:
            if not mine & other and theirs & other and not theirs & one:
                return word
    return None


def opposites_of(words: Iterable[str]) -> frozenset[str]:
    """Return the stems of what is the opposite of any of the words."""
    return _opposites_of(tuple(words))


@lru_cache(maxsize=2048)
def _opposites_of(words: tuple[str, ...]) -> frozenset[str]:
    said = _with_phrases(words)
    pairs = (pair for word in said & _opposites().keys() for pair in _opposites()[word])
    return frozenset(word for _, other in pairs for word in other)


@lru_cache(maxsize=2048)
def _with_phrases(words: tuple[str, ...]) -> frozenset[str]:
    stems = [stem(word) for word in words]
    pairs = (f"{first}_{second}" for first, second in pairwise(stems))
    return frozenset((*stems, *(stem(base_of(word)) for word in words), *pairs))


_Sides = tuple[frozenset[str], frozenset[str]]


@lru_cache(maxsize=1)
def _opposites() -> dict[str, tuple[_Sides, ...]]:
    """Return for each word the lines that it stands in: its own side, then the other one."""
    found: dict[str, list[_Sides]] = {}
    for line in (*lines_of("opposites.txt"), *wordnet_lines("opposites.txt")):
        left, right = (_stemmed(side) for side in line.split("/"))
        for one, other in ((left, right), (right, left)):
            for word in one:
                found.setdefault(word, []).append((one, other))
    return {word: tuple(sides) for word, sides in found.items()}


def _stemmed(side: str) -> frozenset[str]:
    return frozenset(_phrase(word) for word in side.split())


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, words in word_groups("meanings.txt").items():
        for word in words:
            found.setdefault(_phrase(word), set()).add(f"={name}")
    for number, line in enumerate(wordnet_lines("synonyms.txt")):
        for word in line.split():
            found.setdefault(_phrase(word), set()).add(f"~{number}")
    return {word: frozenset(names) for word, names in found.items()}


@lru_cache(maxsize=1)
def _irregular() -> dict[str, str]:
    return dict(line.split() for line in wordnet_lines("forms.txt"))


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Return the words of the language, and the stems of those of our own list."""
    own = (word for words in word_groups("common.txt").values() for word in words)
    return frozenset(
        (*wordnet_lines("words.txt"), *(form for word in own for form in (word, stem(word))))
    )


def _phrase(word: str) -> str:
    return "_".join(stem(part) for part in word.split("_"))


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    return frozenset(word for line in lines_of("small_words.txt") for word in line.split())
