"""A headline as significant words: folded, stemmed, and said in one word where many mean it."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

_WORD = re.compile(r"[^\W_]+(?:[.&'\u2019-][^\W_]+)*")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_JOINTS = re.compile(r"[-.]")
_VOCABULARY = Path(__file__).parent / "story_vocabulary"
_TAIL = re.compile(r"(?:'s|'|s')$")
_LEAD = re.compile(
    r"^(?:(?:UPDATE|WRAPUP) \d+|BRIEF|EXCLUSIVE|RPT|CORRECTED|BREAKING|Dow Jones Newswires|"
    r"[\w.]+\.(?:com|net|org|ca|co\.\w+))\s*[-:|\u2013\u2014]\s*",
    re.IGNORECASE,
)
_PUBLISHER = re.compile(r"^(?P<head>.{20,}?)\s+[-\u2013\u2014|]\s+(?P<tail>[^|\u2013\u2014]+)$")
_SMALL = frozenset(("of", "the", "and", "via"))
_LONGEST_NAME = 4
_SHORTEST_STEM = 3
_ENDINGS = ("ing", "ers", "er", "ed", "es", "s")


def load() -> None:
    """Read the lists now."""
    for read in (concepts, stop_words, frequencies, known_names):
        read()


def folded(text: str) -> str:
    """Return a text without accents and typographic variants, in its own capitals."""
    plain = text.replace("\u2019", "'").replace("\u2018", "'").replace("#39;", "'")
    if plain.isascii():
        return plain
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(mark for mark in plain if not unicodedata.combining(mark))


def bare_headline(title: str) -> str:
    """Return a folded headline without "UPDATE 1-" before it and a publisher's name after it."""
    text = _LEAD.sub("", title.strip(" :"))
    match = _PUBLISHER.match(text)
    while match and _is_name(match["tail"]):
        text = match["head"]
        match = _PUBLISHER.match(text)
    return text


def _is_name(text: str) -> bool:
    words = [word for word in text.split() if word[:1].isalpha() and word.lower() not in _SMALL]
    return len(words) <= _LONGEST_NAME and all(word[0].isupper() for word in words)


def tokens_of(text: str) -> list[str]:
    """Return the words of a folded text in their order and capitals, dotted ones closed up."""
    found: list[str] = []
    for match in _WORD.finditer(text):
        word = match[0]
        if word.isalnum():
            found.append(word)
            continue
        if _DOTTED.fullmatch(word):
            word = word.replace(".", "")
        found.extend(part for part in _JOINTS.split(word) if part)
    return found


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return what the forms of a word have in common, or the one word for all that mean it."""
    word = _TAIL.sub("", word.lower())
    known = concepts()
    if word in known:
        return known[word]
    base = _base(word)
    return known.get(base, base)


def stems_of(tokens: Sequence[str]) -> list[str]:
    """Return the significant stems of tokens in their order; two words may make one."""
    known, lowered = concepts(), [token.lower() for token in tokens]
    found, place = [], 0
    while place < len(lowered):
        pair = " ".join(lowered[place : place + 2])
        if pair in known:
            found.append(known[pair])
            place += 2
            continue
        if not is_stop_word(lowered[place]):
            found.append(stem(lowered[place]))
        place += 1
    return found


def is_stop_word(word: str) -> bool:
    """Tell whether a word says nothing of what happened."""
    return word.lower() in stop_words()


def _base(word: str) -> str:
    if not word.isalpha():
        return word
    if word.endswith(("ies", "ied")) and len(word) > _SHORTEST_STEM + 2:
        return word[:-3] + "y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word


@lru_cache(maxsize=1)
def concepts() -> dict[str, str]:
    """Return for each word and stem of the list the one word that stands for all in its line."""
    found: dict[str, str] = {}
    for name, words in word_groups("concepts.txt").items():
        for word in words:
            found[word.replace("_", " ")] = f"={name}"
            found.setdefault(_base(word), f"={name}")
    return found


def word_groups(name: str) -> dict[str, list[str]]:
    """Return the words of each line of a list, by the name before its colon."""
    lines = (line.partition(":") for line in _lines(name) if not line.startswith("#"))
    return {name: words.split() for name, colon, words in lines if colon}


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Return the words that are passed over."""
    lines = _lines("stop_words.txt")
    return frozenset(word for line in lines if line[:1] != "#" for word in line.split())


@lru_cache(maxsize=1)
def frequencies() -> dict[str, float]:
    """Return the share of headlines that a stem occurs in, for stems that many have."""
    rows = [line.split("\t") for line in _lines("frequencies.tsv")]
    texts = int(rows[0][1])
    return {row[0]: int(row[1]) / texts for row in rows[1:]}


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """Return the stems of frequent words that are names of persons, places or companies."""
    return frozenset(row.split("\t")[0] for row in _lines("frequencies.tsv") if row.endswith("\tn"))


def _lines(name: str) -> list[str]:
    return (_VOCABULARY / name).read_text("utf-8").splitlines()
