"""What settles a match without weighing words: exclusions, tickers, domains, own pages."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from webapp.providers.base import SearchTarget
from webapp.services.company_names import Identity
from webapp.services.company_places import Mention
from webapp.services.company_spelling import alone, folded, spelling

_CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z][A-Za-z.]{0,5})(?![\w])")
_LISTED = re.compile(
    r"\b(?:NYSE|NASDAQ|AMEX|LSE|TSX|ASX|NSE|BSE|OTC\w*)\s*:\s*\$?([A-Z.]{1,6})\b", re.IGNORECASE
)
_EDGAR = re.compile(r"/edgar/data/0*(\d+)|[?&]cik=0*(\d+)", re.IGNORECASE)
_FROM_EXCLUDED = "comes from the excluded site "
_MANY = 4
_SURE, _TICKER, _AMONG_MANY = 6.0, 4.0, 1.0


def ruled_out(target: SearchTarget, text: str, url: str) -> str | None:
    """Return why what a user excluded or requires settles it against the client, else None.

    The client's own site and filings need none of the required terms.
    """
    host = host_of(url)
    for domain in target.must_not_domains:
        if is_within(host, domain):
            return excluded_domain(domain)
    for term in target.must_not_terms:
        if mentions(text, term):
            return excluded_term(term)
    required = target.must_have_terms
    if required and not any(mentions(text, each) for each in required) and not _is_own(target, url):
        return "names none of the required terms"
    return None


def is_from_excluded(target: SearchTarget, url: str) -> bool:
    """Tell whether an address is one of a site that users excluded for the client."""
    domains = target.must_not_domains
    return bool(domains) and any(is_within(host_of(url), domain) for domain in domains)


def excluded_domain(domain: str) -> str:
    """Return why a text is refused that comes from an excluded site."""
    return f"{_FROM_EXCLUDED}{domain}"


def excluded_site(reason: str) -> str | None:
    """Return the site for which a text was refused, None where that was not the reason."""
    return reason.removeprefix(_FROM_EXCLUDED) if reason.startswith(_FROM_EXCLUDED) else None


def excluded_term(term: str) -> str:
    """Return why a text is refused that has an excluded term."""
    return f"names the excluded term \u201c{term}\u201d"


def sure_signs(identity: Identity, text: str, url: str) -> Iterator[Mention]:
    """Yield what nobody else has: the own site, the domain, the ticker, the number at the SEC."""
    host = host_of(url)
    if identity.domain and is_within(host, identity.domain):
        yield Mention(_SURE, "comes from the client's own site")
    if identity.domain and _names_domain(text, identity.domain):
        yield Mention(_SURE, "names the domain")
    if _is_filed_under(identity.cik, url):
        yield Mention(_SURE, "was filed under the client's CIK")
    if identity.ticker:
        yield from _ticker_signs(identity.ticker, text)


def _is_own(target: SearchTarget, url: str) -> bool:
    """Tell whether an address is one of the client's own site, or of its filings."""
    if target.domain and is_within(host_of(url), target.domain):
        return True
    return _is_filed_under((target.cik or "").lstrip("0"), url)


def _is_filed_under(cik: str, url: str) -> bool:
    filed = _EDGAR.search(url) if is_within(host_of(url), "sec.gov") else None
    return filed is not None and bool(cik) and cik in filed.groups()


def _ticker_signs(ticker: str, text: str) -> Iterator[Mention]:
    if any(found.casefold() == ticker for found in _LISTED.findall(text)):
        yield Mention(_TICKER, f"names the ticker {ticker.upper()} with its exchange")
    tags = [found.casefold().strip(".") for found in _CASHTAG.findall(text)]
    if ticker in tags:
        if len(set(tags)) >= _MANY:
            yield Mention(_AMONG_MANY, f"passing mention: ${ticker.upper()} among other tickers")
        else:
            yield Mention(_TICKER, f"names the ticker ${ticker.upper()}")


def mentions(text: str, term: str) -> bool:
    """Tell whether a text has a term as whole words; one word in capitals counts as written.

    Accents, typographic signs, "&" for "and" make no difference.
    """
    plain = folded(term).strip()
    return bool(plain) and _pattern(plain).search(folded(text)) is not None


def stands_in_own_name(identity: Identity, term: str) -> bool:
    """Tell whether a term is a part of one of the client's names, or all of it."""
    return any(mentions(name.text.casefold(), term.casefold()) for name in identity.names)


def host_of(url: str) -> str:
    """Return the host of an address, lower case; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""


def is_within(host: str, domain: str) -> bool:
    """Tell whether a host is a domain or lies below it."""
    wanted = domain.casefold().strip().removeprefix("www.")
    return bool(wanted) and (host == wanted or host.endswith("." + wanted))


@lru_cache(maxsize=4096)
def _pattern(term: str) -> re.Pattern[str]:
    as_written = " " not in term and not term.islower()
    spelled = spelling(term)
    return re.compile(alone(spelled if as_written else f"(?i:{spelled})"))


def _names_domain(text: str, domain: str) -> bool:
    pattern = rf"(?<![\w-])(?:[\w-]+\.)*{re.escape(folded(domain))}(?![\w-]|\.\w)"
    return re.search(pattern, text, re.IGNORECASE) is not None
