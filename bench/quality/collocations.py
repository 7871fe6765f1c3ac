"""Counts which common words stand together: `python -m bench.quality.collocations FOLDER`.

Reads the two MIT-licensed sets (sentfin, twitter_topic) and writes the pairs by which
webapp/services/company_mentions.py tells "Next week" and "Price Target" from the companies Next
and Target: pairs of words in lower case that are a good part of the first or second word's uses.
"""

import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

from bench.quality.story_words import headlines
from webapp.services.company_lists import is_common, words_of
from webapp.services.story_words import tokens_of

OUTPUT = Path("webapp/services/company_words/collocations.txt")
HEAD = (
    "# Pairs of common words that stand together in lower case, counted in the Twitter Financial\n"
    "# News and SEntFiN headlines (both MIT): a name in such a pair may be no name.\n"
)
FEWEST = 3
SHARE = 0.08
"""Of all uses of a word in lower case, at least so many have the other one beside it."""
JOINING = frozenset({"of", "to"})
"""Small words that some words are mostly followed by: "time to", "wave of"."""
LONGEST_LINE = 100


def pairs(folder: Path) -> list[str]:
    """Return the pairs as `first_second`, sorted."""
    beside, uses = Counter[tuple[str, str]](), Counter[str]()
    for text in headlines(folder):
        words = tokens_of(text)
        uses.update(word for word in words if word.islower())
        beside.update(
            (one, other)
            for one, other in pairwise(words)
            if one.islower() and other.islower() and one.isalpha() and other.isalpha()
        )
    small = words_of("articles") | words_of("small_words")
    return sorted(
        f"{one}_{other}"
        for (one, other), count in beside.items()
        if count >= FEWEST
        and is_common(one)
        and one not in small
        and (other in JOINING or (is_common(other) and other not in small))
        and count >= SHARE * min(uses[one], uses[other])
    )


def table(folder: Path) -> str:
    """Return the file."""
    lines = [""]
    for pair in pairs(folder):
        if len(lines[-1]) + len(pair) >= LONGEST_LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {pair}".strip()
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUTPUT.write_text(table(Path(sys.argv[1])), encoding="utf-8")
