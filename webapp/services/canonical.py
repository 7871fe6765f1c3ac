"""What makes two results the same: canonical addresses, content hashes, near-equal titles."""

import hashlib
import html
import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import (
    SplitResult,
    quote_from_bytes,
    unquote,
    unquote_to_bytes,
    urlsplit,
    urlunsplit,
)

from webapp.services.near_titles import are_titles_near_equal, normalised_text
from webapp.services.url_tracking import is_tracking
from webapp.services.url_wrappers import carried_by

__all__ = [
    "are_titles_near_equal",
    "article_address",
    "canonical_url",
    "content_hash",
    "normalised_text",
    "same_page",
]

LONGEST_QUERY = 200
"""Parameters of an address beyond this many are not looked at: nobody's article has them."""

_WRAPPERS_DEEP = 3
_PORTS = {"http": 80, "https": 443}
_CLUTTER = re.compile(r"^<!\[CDATA\[(.*?)\]\]>$", re.DOTALL)
_GLUED = re.compile(r"(?<=\w)(?=https?://)", re.IGNORECASE)
"""Two addresses in a row without anything between them: the first that is one counts."""
_END = re.compile(r"[<>\"{}]")
_OTHER_FORM = re.compile(r"^(?:www\d?|m|mobile|amp|touch|wap)\.(?=[^.]+\.)")
_MOBILE_LABEL = re.compile(r"(?<=\.)m\.(?=[^.]+\.[^.]+$)")
_AMP_END = re.compile(r"(?:/amp(?:html)?/?|\.amp)$|\.amp(?=\.html?$)", re.IGNORECASE)
_AMP_START = re.compile(r"/amp/(?=.)", re.IGNORECASE)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?]*", re.IGNORECASE)
_NO_PLACES = frozenset({"amp", "comments", "content", "main", "respond", "rss", "top"})
"""Anchors that pages have whatever they tell: the beginning, and what readers say of it."""
_PATH_SAFE = "!$&'()*+,;=:@~-._"
_QUERY_SAFE = "-._~"


def canonical_url(url: str) -> str:
    """Return one spelling for all addresses of an article; what is no web address stays.

    Left out: fragments, tracking parameters, credentials, default ports, trailing slashes.
    Folded: http and https, www and mobile hosts, AMP pages and caches, redirects that carry
    their target, order of parameters, spelling of escapes. Never raises.
    """
    return _read(url)[0]


def same_page(one: str, other: str, *, titles_alike: bool) -> bool:
    """Tell whether two addresses, as they were found, lead to the same article.

    One page may tell many happenings, each at a place of its own: a list of changes, a status
    page. Different places on it are the same article only when the titles are alike too.
    """
    (page, place), (other_page, other_place) = _read(one), _read(other)
    return page == other_page and (titles_alike or place == other_place)


def article_address(url: str) -> str:
    """Return the canonical address with the place on the page that the address names, if any.

    `canonical_url` of it is the page again.
    """
    page, place = _read(url)
    return f"{page}#{place}" if place and "#" not in page else page


def content_hash(title: str, snippet: str) -> str:
    """Return SHA-256 of normalised title and snippet, in hex; author and date never count."""
    text = f"{normalised_text(title)}\n{normalised_text(snippet)}"
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=4096)
def _read(url: str) -> tuple[str, str]:
    """Return the canonical address and the place on its page that it names, "" for none.

    Kept for a while, as each step of the pipeline asks for the address of a row again.
    """
    parts = _unwrapped(url)
    if parts is None:
        return url.strip(), ""
    page = ("https", _host(parts), _path(parts.path), _query(parts), _route(parts.fragment))
    return urlunsplit(page), _place(parts.fragment)


def _unwrapped(url: str) -> SplitResult | None:
    """Return the address that the redirects around it lead to; None for what is no web address."""
    text = _tidied(url)
    for _ in range(_WRAPPERS_DEEP):
        parts = _web_parts(text)
        inner = carried_by(parts) if parts is not None else None
        if inner is None:
            break
        text = _tidied(inner)
    return _web_parts(text)


def _place(fragment: str) -> str:
    """Return the anchor that a fragment names; none where it only tells how one came."""
    anchor = unquote(fragment).partition(":~:")[0].strip()
    return "" if "=" in anchor or anchor.casefold() in _NO_PLACES else anchor


def _tidied(url: str) -> str:
    """Undo what feeds and pages do to addresses: entities, wrapping, cut-off tags."""
    is_clean = url.isprintable()
    text = url if is_clean else "".join(m for m in url if unicodedata.category(m) != "Cc")
    text = text.strip()
    text = _CLUTTER.sub(r"\1", text)
    text = html.unescape(text) if "&" in text and ";" in text else text
    text = _END.split(text, maxsplit=1)[0].replace("\\", "")
    glued = [part for part in _GLUED.split(text) if "." in part] or [text]
    return glued[0].strip().rstrip("&?")


def _web_parts(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0
    except ValueError:
        return None
    is_web = parts.scheme.lower() in _PORTS and bool((parts.hostname or "").strip("."))
    return parts if is_web and has_port else None


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").strip(".")
    if ":" in host:
        host = f"[{_compressed(host)}]"
    elif not host.isascii():
        host = _ascii(host)
    host = _MOBILE_LABEL.sub("", _OTHER_FORM.sub("", _OTHER_FORM.sub("", host)))
    port = parts.port
    return f"{host}:{port}" if port and port != _PORTS[parts.scheme.lower()] else host


def _compressed(host: str) -> str:
    try:
        return ipaddress.IPv6Address(host).compressed
    except ValueError:
        return host


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _path(path: str) -> str:
    segments: list[str] = []
    for segment in _SESSION.sub("", path).split("/")[1:]:
        spelled = _spelled(segment, _PATH_SAFE)
        if spelled == "..":
            segments = segments[:-1]
        elif spelled != ".":
            segments.append(spelled)
    path = "/" + "/".join(segment for segment in segments if segment)
    shorter = _AMP_START.sub("/", _AMP_END.sub("", path), count=1)
    return shorter if shorter not in ("", "/") else path


def _query(parts: SplitResult) -> str:
    host = parts.hostname or ""
    kept = set()
    for pair in parts.query.split("&")[:LONGEST_QUERY]:
        name, _, value = pair.partition("=")
        name = _spelled(name.replace("+", " ").removeprefix("amp;"), _QUERY_SAFE)
        value = _spelled(value.replace("+", " "), _QUERY_SAFE)
        if name and not is_tracking(host, name, value):
            kept.add(f"{name}={value}")
    return "&".join(sorted(kept))


def _spelled(text: str, safe: str) -> str:
    """Return a part of an address with every escape written in the one usual way."""
    return quote_from_bytes(unquote_to_bytes(text), safe=safe)


def _route(fragment: str) -> str:
    """Keep the fragment of a page that a script draws; every other is a place on the page."""
    return fragment if fragment.startswith("!/") else ""
