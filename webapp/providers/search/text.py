"""Words and links of strangers made fit to store: no markup, no control characters, a bound."""

import re
from html import unescape
from urllib.parse import urlsplit

_MAX_URL = 2_000
_MAX_MARKUP = 20_000
_SPACE = re.compile(r"\s+")
# Control characters, invisible direction marks, and halves of surrogate pairs, which no
# database takes. Zero-width joiners stay: words of some languages need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]*>")
_SILENT_TAG = re.compile(r"<(script|style|template|noscript)\b[^<>]*>", re.IGNORECASE)


def tidy(value: object, *, limit: int) -> str:
    """Return plain text on one line, at most `limit` characters; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    line = _SPACE.sub(" ", _UNWANTED.sub("", value)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def from_markup(value: object, *, limit: int) -> str:
    """Return the text of a piece of HTML as a reader sees it, tidied."""
    if not isinstance(value, str):
        return ""
    text = _visible(value[:_MAX_MARKUP]) if "<" in value else value
    return tidy(unescape(text) if "&" in text else text, limit=limit)


def web_link(value: object) -> str | None:
    """Return an http or https address, or None for anything else."""
    if not isinstance(value, str):
        return None
    link = value.strip()
    if len(link) > _MAX_URL or _SPACE.search(link) or _UNWANTED.search(link):
        return None
    try:
        parts = urlsplit(link)
        is_fit = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return link if is_fit else None


def _visible(markup: str) -> str:
    """Take tags, comments and scripts out in one pass; html.parser takes seconds on odd input."""
    parts = []
    position = 0
    while (start := markup.find("<", position)) >= 0:
        parts.append(markup[position:start])
        position = _end_of_markup(markup, start)
        if position < 0:  # it is never closed, so nothing after it shows
            return "".join(parts)
        parts.append(" " if position > start + 1 else "<")
    parts.append(markup[position:])
    return "".join(parts)


def _end_of_markup(markup: str, start: int) -> int:
    """Return where the markup at `start` ends, the next place for a lone "<", -1 if it never."""
    if markup.startswith("<!--", start):
        return _after(markup, "-->", start)
    if silent := _SILENT_TAG.match(markup, start):
        closing = re.compile(f"</{silent.group(1)}", re.IGNORECASE).search(markup, silent.end())
        return _after(markup, ">", closing.start()) if closing else -1
    tag = _TAG.match(markup, start)
    return tag.end() if tag else start + 1


def _after(markup: str, end: str, start: int) -> int:
    found = markup.find(end, start)
    return -1 if found < 0 else found + len(end)
