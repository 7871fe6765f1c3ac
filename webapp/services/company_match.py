"""Whether a found text is about the client at all, with the reasons."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from webapp.providers.base import SearchTarget

_LEGAL_FORMS = re.compile(
    r"[,\s]+(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|gmbh|ag|se|sa|nv|bv|"
    r"oy|ab|as|spa|srl|group|holdings?)\.?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CompanyMatch:
    """The verdict and its reason in plain words."""

    is_match: bool
    reason: str


def match_company(target: SearchTarget, *, title: str, snippet: str, url: str) -> CompanyMatch:
    """Tell whether a text names the client by name, alias, product, ticker or domain."""
    text = f"{title}\n{snippet}"
    for term in target.must_not_terms:
        if _mentions(text, term):
            return CompanyMatch(is_match=False, reason=f"names the excluded term “{term}”")
    if target.must_have_terms and not any(_mentions(text, t) for t in target.must_have_terms):
        return CompanyMatch(is_match=False, reason="names none of the required terms")
    if target.domain and _is_on_domain(url, target.domain):
        return CompanyMatch(is_match=True, reason="comes from the client's own site")
    if target.domain and target.domain.casefold() in text.casefold():
        return CompanyMatch(is_match=True, reason="names the domain")
    for name in names_of(target):
        if _mentions(text, name):
            return CompanyMatch(is_match=True, reason=f"names “{name}”")
    return CompanyMatch(is_match=False, reason="does not name the client")


def names_of(target: SearchTarget) -> list[str]:
    """Return every name that the client goes by, without legal forms, longest first."""
    names = [target.name, target.legal_name or "", *target.aliases, *target.products]
    bare = {_LEGAL_FORMS.sub("", name.strip()) for name in names if name.strip()}
    if target.ticker:
        bare.add(f"NYSE:{target.ticker}")
        bare.add(f"NASDAQ:{target.ticker}")
    return sorted((name for name in bare if len(name) > 1), key=lambda name: (-len(name), name))


@lru_cache(maxsize=4096)
def _pattern(term: str) -> re.Pattern[str]:
    words = r"[\s\-]+".join(re.escape(word) for word in term.split())
    # A name that is also a word of the language counts only with its capitals
    flags = re.NOFLAG if " " not in term and not term.islower() else re.IGNORECASE
    return re.compile(rf"(?<!\w){words}(?!\w)", flags)


def _mentions(text: str, term: str) -> bool:
    return bool(term.strip()) and _pattern(term.strip()).search(text) is not None


def _is_on_domain(url: str, domain: str) -> bool:
    try:
        host = (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return False
    wanted = domain.casefold().removeprefix("www.")
    return host == wanted or host.endswith("." + wanted)
