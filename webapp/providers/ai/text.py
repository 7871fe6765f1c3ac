"""Cleaning of text that others wrote, before it is read, quoted or shown."""

import html
import re
from collections.abc import Iterable

# Zero-width, bidirectional, tag and private-use characters: a reader does not see them,
# a model would.
_INVISIBLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_BROKEN_ENTITY = re.compile(r"(?<![&\w])#(\d{2,5});|(?<=\w)#(39);")
_TAG = re.compile(r"<[^<>]{0,300}>")
_LINK = re.compile(r"!?\[([^\]]{0,200})\](?:\([^)]{0,500}\)|\[[^\]]{0,100}\]|:\s*\S+)")
_ADDRESS = re.compile(
    r"\b(?:https?|hxxps?|ftp|file|javascript|vbscript|data|mailto|tel)\s*:\S*|\bwww\.\S+"
    r"|(?<![\w:/])//[\w-]+\.\S+|[^\s@<>]+@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"(?<![\w.@-])(?:[^\W_](?:[\w-]{0,62})\.)+[A-Za-z]{2,24}(?![\w-])(?::\d{1,5})?(?P<path>/\S*)?"
)
_MARKUP = re.compile(r"[*_`#]{2,}|^[#>\-*]+\s+|[<>]", re.MULTILINE)
_UNESCAPES = 3
"""How often entities are undone: `&amp;lt;b&amp;gt;` is a tag to somebody."""


def visible(text: str, limit: int) -> str:
    """Return at most `limit` characters that a reader would see, on one line."""
    # Twice the limit is read so that a wall of invisible characters costs nothing.
    shown = _INVISIBLE.sub("", " ".join(text[: limit * 4].split()))
    return shown[:limit].strip()


def readable(text: str) -> str:
    """Undo the entities, broken ones too ("Tesla#39;s"), that feeds leave in headlines."""
    if "#" in text:
        text = _BROKEN_ENTITY.sub(lambda match: chr(int(match[1] or match[2])), text)
    return html.unescape(text) if "&" in text else text


def plain(text: str, names: Iterable[str] = ()) -> str:
    """Return an answer's text without links, addresses, tags and markup.

    What a mail program would turn into a link loses its dots ("evil.example"), unless it is one
    of the given names ("Booking.com").
    """
    for _ in range(_UNESCAPES):
        text = html.unescape(text) if "&" in text else text
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _ADDRESS.sub("", text)
    known = {name.casefold() for name in names if "." in name}
    text = _HOST.sub(lambda match: _without_dots(match, known), text)
    text = _MARKUP.sub("", text)
    return " ".join(_INVISIBLE.sub("", " ".join(text.split())).split())


def is_plain(text: str) -> bool:
    """Tell whether a text holds no link, address or markup; the name of a site is none."""
    names = [match[0] for match in _HOST.finditer(text) if match["path"] is None]
    return plain(text, names) == " ".join(html.unescape(text).split())


def _without_dots(match: re.Match[str], known: set[str]) -> str:
    if match["path"] is not None:
        return ""
    return match[0] if match[0].casefold() in known else match[0].replace(".", " ")
