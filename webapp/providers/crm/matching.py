"""Which of a CRM's accounts is the client: by id, by web domain, by name, in this order.

A domain that one account has is enough to take it. A name never is: two companies can have one,
so accounts that only share the name are candidates for a person to choose from. So are several
accounts with one domain, which are mostly duplicates.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from webapp.enums import MatchBasis
from webapp.providers.base import CRMFacts, CRMFinding, CRMLookup

MOST_CANDIDATES = 10
_LEGAL_FORMS = frozenset(
    {
        *("ab", "ag", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "group"),
        *("holding", "holdings", "inc", "incorporated", "kg", "kgaa", "limited", "llc", "llp"),
        *("ltd", "nv", "oy", "plc", "pty", "sa", "sarl", "se", "spa", "srl"),
    }
)
_NO_WORD = re.compile(r"[^\w\s]|_")


def found_by_id(facts: CRMFacts) -> CRMFinding:
    """Return the account whose id was asked for: nothing is left to decide."""
    return CRMFinding(replace(facts, matched_by=MatchBasis.ID))


def decided(found: Iterable[CRMFacts], lookup: CRMLookup, *, is_gone: bool = False) -> CRMFinding:
    """Take the one account with the client's domain, else name the candidates.

    Nothing is taken where the account that was confirmed `is_gone`: a person decides anew.
    """
    matched: dict[str, CRMFacts] = {}
    for facts in found:
        basis = match_basis(facts, lookup)
        if basis is not None and (facts.provider, facts.account_id) not in lookup.rejected:
            matched.setdefault(facts.account_id, replace(facts, matched_by=basis))
    by_domain = [each for each in matched.values() if each.matched_by is MatchBasis.DOMAIN]
    candidates = tuple(by_domain or matched.values())[:MOST_CANDIDATES]
    taken = by_domain[0] if len(by_domain) == 1 and not is_gone else None
    return CRMFinding(taken, candidates, is_gone)


def match_basis(facts: CRMFacts, lookup: CRMLookup) -> MatchBasis | None:
    """Return what ties an account to the client apart from its id, or None."""
    if not facts.account_id:
        return None
    wanted = host_of(lookup.domain)
    if wanted and wanted == host_of(facts.website):
        return MatchBasis.DOMAIN
    return MatchBasis.NAME if name_key(facts.account_name) in name_keys(lookup) else None


def name_keys(lookup: CRMLookup) -> frozenset[str]:
    """Return the names that the client goes by, as they are compared."""
    return frozenset(filter(None, map(name_key, names_of(lookup))))


def names_of(lookup: CRMLookup) -> Sequence[str]:
    """Return the names that the client goes by, each without its legal form, none twice."""
    bare = (without_legal_form(name) for name in (lookup.name, *lookup.further_names))
    return tuple(dict.fromkeys(name for name in bare if name_key(name)))


def name_key(name: str) -> str:
    """Return a company's name for comparing: no accents, signs, capitals or legal form."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(_without_legal_words(_NO_WORD.sub(" ", letters.replace(".", "")).split()))


def without_legal_form(name: str) -> str:
    """Return a company's name as it is written, less the legal form at its end."""
    words = name.split()
    kept = len(_without_legal_words([_plain_word(word) for word in words]))
    return " ".join(words[:kept]).rstrip(",;&- ") if words else ""


def host_of(website: str | None) -> str:
    """Return the host of a website or domain, without "www."."""
    if not website:
        return ""
    address = website.strip()
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.lower().rstrip(".").removeprefix("www.")


def _plain_word(word: str) -> str:
    return _NO_WORD.sub("", word.replace(".", "").casefold())


def _without_legal_words(words: list[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and (not kept[-1] or kept[-1] in _LEGAL_FORMS or kept[-1] == "and"):
        kept.pop()
    return kept
