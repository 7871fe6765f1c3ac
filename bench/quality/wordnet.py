"""Makes the evidence check's lists of words, synonyms, opposites and forms.

Run it as `python -m bench.quality.wordnet FOLDER`. FOLDER holds the database files of WordNet 3.0
(index.verb, data.verb, verb.exc and so on), as Debian's package wordnet-base installs them in
/usr/share/wordnet.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OUTPUT = Path("webapp/providers/ai/wordlists/wordnet")
KINDS = {"verb": ("v", 4), "noun": ("n", 3), "adj": ("a", 2), "adv": ("r", 2)}
"""Each kind's letter, and how many of a word's senses are used, the commonest first.

Senses that nobody met in the texts which WordNet counted are left out."""
DERIVED, OPPOSED = "+", "!"
SAME_SENSES = ("$", "=")
MOST_PARTS = 2


@dataclass(frozen=True)
class Synset:
    """Words that say the same, and what they are tied to by a pointer."""

    words: tuple[str, ...]
    pointers: tuple[tuple[str, str, str, int, int], ...]


def main() -> None:
    """Write the lists anew."""
    folder = Path(sys.argv[1])
    OUTPUT.mkdir(parents=True, exist_ok=True)
    senses = {
        letter: _senses(folder / f"index.{kind}", most) for kind, (letter, most) in KINDS.items()
    }
    groups = sorted({" ".join(sorted(group)) for group in _groups(folder, senses)})
    (OUTPUT / "synonyms.txt").write_text("\n".join(groups) + "\n", encoding="utf-8")
    opposites = sorted(set(_opposites(folder, senses)))
    (OUTPUT / "opposites.txt").write_text("\n".join(opposites) + "\n", encoding="utf-8")
    spoken = {word for places in senses.values() for words in places.values() for word in words}
    alone = sorted(word for word in spoken if word.isalpha() and word.islower())
    (OUTPUT / "words.txt").write_text("\n".join(alone) + "\n", encoding="utf-8")
    (OUTPUT / "forms.txt").write_text("\n".join(_forms(folder)) + "\n", encoding="utf-8")


def _senses(path: Path, most: int) -> dict[str, set[str]]:
    """Return for each place of a synset the words that have it among their common senses."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(" "):
            continue
        parts = line.split()
        word, pointers = parts[0], int(parts[3])
        tagged, places = int(parts[5 + pointers]), parts[6 + pointers :]
        for place in places[: min(tagged, most)]:
            found[place].add(word)
    return found


def _groups(folder: Path, senses: dict[str, dict[str, set[str]]]) -> Iterator[frozenset[str]]:
    synsets = {letter: _synsets(folder / f"data.{kind}") for kind, (letter, _) in KINDS.items()}
    for letter, places in synsets.items():
        for place, synset in places.items():
            yield from _group(synset.words, senses[letter][place])
            for symbol, other, kind, source, target in synset.pointers:
                if symbol == DERIVED:
                    pair = synset.words[source - 1], synsets[kind][other].words[target - 1]
                    if pair[0] in senses[letter][place] and pair[1] in senses[kind][other]:
                        yield from _group(pair, set(pair))
                elif symbol in SAME_SENSES and kind == letter:
                    both = (*synset.words, *synsets[kind][other].words)
                    yield from _group(both, senses[letter][place] | senses[kind][other])


def _opposites(folder: Path, senses: dict[str, dict[str, set[str]]]) -> Iterator[str]:
    """Yield pairs of words that are each other's opposite."""
    for kind, (letter, _) in KINDS.items():
        synsets = _synsets(folder / f"data.{kind}")
        for place, synset in synsets.items():
            for symbol, other, other_kind, source, target in synset.pointers:
                if symbol != OPPOSED or other_kind != letter:
                    continue
                pair = synset.words[source - 1], synsets[other].words[target - 1]
                if pair[0] in senses[letter][place] and pair[1] in senses[letter][other]:
                    yield " / ".join(sorted(pair))


def _group(words: tuple[str, ...], common: set[str]) -> Iterator[frozenset[str]]:
    kept = frozenset(word for word in words if word in common and _is_usable(word))
    if len(kept) > 1:
        yield kept


def _is_usable(word: str) -> bool:
    return word.islower() and word.replace("_", "").isalpha() and word.count("_") < MOST_PARTS


def _synsets(path: Path) -> dict[str, Synset]:
    found = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(" "):
            continue
        parts = line.split(" | ")[0].split()
        count = int(parts[3], 16)
        words = tuple(parts[4 + 2 * number].split("(")[0] for number in range(count))
        start = 4 + 2 * count
        pointers = []
        for number in range(int(parts[start])):
            symbol, place, kind, ends = parts[start + 1 + 4 * number : start + 5 + 4 * number]
            own, target = divmod(int(ends, 16), 256)
            pointers.append((symbol, place, "a" if kind == "s" else kind, own, target))
        found[parts[0]] = Synset(words, tuple(pointers))
    return found


def _forms(folder: Path) -> list[str]:
    """Return each irregular form with its base."""
    forms = {}
    for kind in ("noun", "verb"):
        for line in (folder / f"{kind}.exc").read_text("utf-8").splitlines():
            form, base = line.split()[:2]
            if form.isalpha() and base.isalpha() and form != base:
                forms[form] = base
    return [f"{form} {base}" for form, base in sorted(forms.items())]


if __name__ == "__main__":
    main()
