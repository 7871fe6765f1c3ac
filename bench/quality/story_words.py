"""Counts how many headlines a word occurs in: `python -m bench.quality.story_words FOLDER`.

Reads the two MIT-licensed sets (sentfin, twitter_topic) and writes the table that
webapp/services/story_words.py weighs words with: stems and counts, none of the texts.
"""

import html
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.quality.metric import rows
from webapp.services.story_words import folded, stem, stems_of, tokens_of

SETS = (("sentfin/SEntFiN.csv", "Title"), ("twitter_topic/train_data.csv", "text"))
OUTPUT = Path("webapp/services/story_vocabulary/frequencies.tsv")
FEWEST_TEXTS = 4
FEWEST_NAMED = 2
NAME_SHARE = 0.8
SENTENCE_SHARE = 0.5
"""Only headlines with fewer capitalised words than this tell which words are names."""
_NOISE = re.compile(r"https?://\S+")
_MARKED = re.compile(r"[@#$]\w+")


def headlines(folder: Path) -> Iterator[str]:
    """Yield every different headline of both sets."""
    seen = set()
    for name, column in (
        ("sentfin/SEntFiN.csv", "Title"),
        ("twitter_topic/train_data.csv", "text"),
    ):
        for row in rows(folder / name):
            text = folded(_NOISE.sub(" ", html.unescape(row[column])))
            if text not in seen:
                seen.add(text)
                yield text


def capitals(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the stems after the first word of a headline in sentence case, capitalised or not."""
    words = [word for word in tokens_of(_MARKED.sub(" ", text)) if word[0].isalpha()][1:]
    if words and sum(word[0].isupper() for word in words) < SENTENCE_SHARE * len(words):
        yield from ((stem(word), word[0].isupper()) for word in words)


def table(folder: Path) -> str:
    """Return the table: how many texts, then stem, count and an `n` for names."""
    texts, counts, shown = 0, Counter[str](), Counter[tuple[str, bool]]()
    for text in headlines(folder):
        texts += 1
        counts.update(set(stems_of(tokens_of(text))))
        shown.update(capitals(text))
    lines = [f"\t{texts}"]
    for word in sorted(counts):
        big, small = shown[word, True], shown[word, False]
        is_name = big >= FEWEST_NAMED and big >= NAME_SHARE * (big + small) and word[0] != "="
        if (counts[word] >= FEWEST_TEXTS or is_name) and len(word) > 1 and not word.isdigit():
            lines.append(f"{word}\t{counts[word]}\t{'n' if is_name else ''}".rstrip("\t"))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUTPUT.write_text(table(Path(sys.argv[1])), encoding="utf-8")
