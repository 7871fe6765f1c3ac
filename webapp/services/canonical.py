"""What makes two results the same: canonical addresses, content hashes, near-equal titles."""

import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from rapidfuzz import fuzz

TITLE_RATIO = 90
"""Token-set ratio (0-100) from which two titles count as near-equal."""

_TRACKING = re.compile(
    r"^(utm_\w+|gclid|dclid|fbclid|msclkid|yclid|igshid|mc_[ce]id|ref|ref_src|ref_url|cmpid|"
    r"ncid|smid|_ga|_hs(enc|mi)|mkt_tok|spm|ocid|taid|guccounter|guce_\w+|at_\w+|xtor)$",
    re.IGNORECASE,
)
_MOBILE_HOST = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(?:/amp|\.amp(?=\.html$)|(?<=/)amp/(?=.))/?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """Return one spelling for all addresses of an article; what is no web address stays."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url.strip()
    if parts.scheme.lower() not in _PORTS or not host:
        return url.strip()
    host = _MOBILE_HOST.sub("", host)
    if port and port != _PORTS[parts.scheme.lower()]:
        host = f"{host}:{port}"
    path = re.sub(r"/{2,}", "/", parts.path)
    path = _AMP_PATH.sub("/" if path.lower().startswith("/amp/") else "", path)
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name) and name.lower() not in {"amp", "outputtype"}
    ]
    return urlunsplit(("https", host, path.rstrip("/") or "/", urlencode(sorted(query)), ""))


def normalised_text(text: str) -> str:
    """Return the words of a text, folded: lower case, no accents' variants, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORD.findall(folded))


def content_hash(title: str, snippet: str) -> str:
    """Return SHA-256 of normalised title and snippet, in hex; author and date never count."""
    text = f"{normalised_text(title)}\n{normalised_text(snippet)}"
    return hashlib.sha256(text.encode()).hexdigest()


def are_titles_near_equal(one: str, other: str) -> bool:
    """Tell whether two titles say the same; different figures make them different."""
    first, second = normalised_text(one), normalised_text(other)
    if not first or not second:
        return False
    if set(_NUMBER.findall(one)) != set(_NUMBER.findall(other)):
        return False
    if min(len(first.split()), len(second.split())) < _FEW_WORDS:
        return first == second
    return fuzz.token_set_ratio(first, second) >= TITLE_RATIO and _lengths_agree(first, second)


_FEW_WORDS = 4
_SHORTEST_SHARE = 0.5


def _lengths_agree(first: str, second: str) -> bool:
    """Refuse a short title inside a long one: it scores 100 and may say something else."""
    shorter, longer = sorted((len(first), len(second)))
    return shorter / longer >= _SHORTEST_SHARE
