"""Sentences of an article, word for word: its summary and its evidence."""

import re
from collections.abc import Iterator

from webapp.providers.ai.text import readable, visible
from webapp.providers.ai.wording import name_pattern

MIN_WORDS = 4
MAX_QUOTE = 300
MAX_SUMMARY = 300
_END = re.compile(r"(?<=[.!?])[\"'\u201d\u2019]?\s+(?=[\"'\u201c\u2018A-Z0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:Inc|Corp|Co|Ltd|Mr|Mrs|Ms|Dr|St|No|vs|U\.S|U\.K)|\b[A-Z])\.$")

_LONGEST_ABBREVIATION = 6


def sentences(text: str) -> list[str]:
    """Split a text into sentences, each exactly as it stands there."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        ending = text[max(start, match.start() - _LONGEST_ABBREVIATION) : match.start()]
        if _ABBREVIATION.search(ending):
            continue
        found.append(text[start : match.start()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def summary_of(title: str, snippet: str, names: tuple[str, ...]) -> str:
    """Return one sentence that says what happened: the snippet's on the client, else the title."""
    for sentence in sentences(readable(snippet)):
        if len(sentence.split()) >= MIN_WORDS and _names(sentence, names):
            return _closed(visible(sentence, MAX_SUMMARY))
    return _closed(visible(readable(title), MAX_SUMMARY))


def evidence_of(title: str, snippet: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return up to two quotes of four words or more, as they stand in title and snippet."""
    told = sentences(snippet)
    on_client = [sentence for sentence in told if _names(sentence, names)]
    candidates = [title.strip(), *(on_client or told)]
    return tuple(dict.fromkeys(_quotable(candidates)))[:2]


def _quotable(candidates: list[str]) -> Iterator[str]:
    for text in candidates:
        quote = text if len(text) <= MAX_QUOTE else text[:MAX_QUOTE].rsplit(None, 1)[0]
        if len(quote.split()) >= MIN_WORDS:
            yield quote


def _names(sentence: str, names: tuple[str, ...]) -> bool:
    pattern = name_pattern(names)
    return pattern is not None and pattern.search(sentence) is not None


def _closed(sentence: str) -> str:
    text = sentence.rstrip(" .\u2026,;:-")
    return text if text.endswith(("!", "?", '"', "\u201d")) or not text else f"{text}."
