"""Cleaning of text that others wrote, before it is read, quoted or shown."""

import html
import re

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
_LINK = re.compile(r"!?\[([^\]]{0,200})\]\([^)]{0,500}\)")
_ADDRESS = re.compile(r"\b(?:https?|ftp|javascript|data|mailto)\s*:\S*|\bwww\.\S+", re.IGNORECASE)
_MARKUP = re.compile(r"[*_`#]{2,}|^[#>\-*]+\s+|[<>]", re.MULTILINE)


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


def plain(text: str) -> str:
    """Return an answer's text without links, addresses, tags and markup."""
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    text = _ADDRESS.sub("", text)
    text = _MARKUP.sub("", text)
    return " ".join(_INVISIBLE.sub("", " ".join(text.split())).split())
