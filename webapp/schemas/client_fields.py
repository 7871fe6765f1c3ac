"""The fields of a client, each with its check and the sentence for whoever typed it wrong."""

import re
import uuid
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from webapp.providers.crm.account_ids import bare_id
from webapp.providers.search.edgar_identity import (
    CIK_HELP,
    TICKER_HELP,
    foreign_ticker,
    normalise_cik,
    normalise_ticker,
)

MAX_TERMS = 50
MAX_FEEDS = 20
MAX_MEMBERS = 50
_YEARS = range(1970, 2200)
_DOMAIN_HELP = "Enter the company's own domain, such as halcyon-health.com."
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SHARED_SITES = frozenset(
    {
        "crunchbase.com",
        "facebook.com",
        "github.com",
        "google.com",
        "instagram.com",
        "linkedin.com",
        "medium.com",
        "tiktok.com",
        "twitter.com",
        "wikipedia.org",
        "x.com",
        "youtube.com",
    }
)
"""Sites with a page for every company: with a path, their domain is not the company's own."""


def normalise_domain(text: str) -> str:
    """Return the bare host in small letters, without `www.`; raises ValueError if it is none."""
    typed = text.strip()
    try:
        parts = urlsplit(typed if "://" in typed else f"//{typed}")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
    except (ValueError, UnicodeError):
        raise ValueError(_DOMAIN_HELP) from None
    host = host.removeprefix("www.")
    labels = host.split(".")
    is_name = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    if not is_name or "@" in parts.netloc or len(host) > 253:  # noqa: PLR2004 -- the longest name in DNS
        raise ValueError(_DOMAIN_HELP)
    if parts.path.strip("/") and ".".join(labels[-2:]) in _SHARED_SITES:
        raise ValueError(f"That is the company's page on {host}. {_DOMAIN_HELP}")
    return host


def _cik(text: str) -> str:
    if (found := normalise_cik(text)) is None:
        raise ValueError(CIK_HELP)
    return found


def _ticker(text: str) -> str:
    if (found := normalise_ticker(text) or foreign_ticker(text)) is None:
        raise ValueError(TICKER_HELP)
    return found


def _blank_as_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _different(terms: list[str]) -> list[str]:
    """Leave out empty ones and those that differ in capitals only."""
    kept: dict[str, str] = {}
    for term in filter(None, terms):
        kept.setdefault(term.casefold(), term)
    return list(kept.values())


def _different_addresses(urls: list[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, urls)))


def _with_scheme(url: str) -> str:
    return url if not url or "://" in url else f"https://{url}"


def _storable_date(value: date | None) -> date | None:
    if value is not None and value.year not in _YEARS:
        raise ValueError("Give a year between 1970 and 2199.")
    return value


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ValueError("Enter the three letters of a currency, such as USD.")
    return text.upper()


def _number(value: Any) -> Any:  # noqa: ANN401 -- whatever was sent
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 -- pydantic reads ValueError
    return value


def _optional(length: int, said: str) -> Any:  # noqa: ANN401 -- an annotation
    text = Annotated[str, Field(max_length=length)]
    return Annotated[text | None, BeforeValidator(_blank_as_none), Field(description=said)]


def _terms(said: str) -> Any:  # noqa: ANN401 -- an annotation
    term = Annotated[str, Field(max_length=120)]
    return Annotated[
        list[term],
        AfterValidator(_different),
        Field(max_length=MAX_TERMS, description=said),
    ]


Name = Annotated[str, Field(min_length=1, max_length=200, description="What your team calls it")]
LegalName = _optional(200, "Name in registers and filings, such as Halcyon Health, Inc.")
Industry = _optional(120, "Industry, in your own words")
CrmAccountId = Annotated[
    Annotated[str, AfterValidator(bare_id), Field(max_length=64)] | None,
    BeforeValidator(_blank_as_none),
    Field(description="Id of the account in the CRM, or the address of its page there"),
]
Notes = _optional(5000, "What your team should know")
Domain = Annotated[
    Annotated[str, AfterValidator(normalise_domain)] | None,
    BeforeValidator(_blank_as_none),
    Field(description="The company's own domain, such as halcyon-health.com"),
]
Cik = Annotated[
    Annotated[str, AfterValidator(_cik)] | None,
    BeforeValidator(_blank_as_none),
    Field(description="Number of the company at the SEC; kept with ten digits"),
]
Ticker = Annotated[
    Annotated[str, AfterValidator(_ticker)] | None,
    BeforeValidator(_blank_as_none),
    Field(description="Stock symbol, such as BRK.B; abroad with its exchange: LSE:HLCY"),
]
Aliases = _terms("Other names of the company")
Products = _terms("Names of its products")
Keywords = _terms("Topics to search for beside the name; each alone is enough")
MustHaveTerms = _terms("A result must hold one of these to count")
MustNotTerms = _terms("A result that holds one of these is about somebody else")
FeedUrl = Annotated[str, Field(max_length=2000), AfterValidator(_with_scheme)]
FeedUrls = Annotated[
    list[FeedUrl],
    AfterValidator(_different_addresses),
    Field(max_length=MAX_FEEDS, description="RSS and Atom feeds about the company"),
]
Arr = Annotated[
    Annotated[float, BeforeValidator(_number), Field(ge=0, le=1e13)] | None,
    Field(description="Annual recurring revenue"),
]
Currency = Annotated[
    str, AfterValidator(_currency), Field(description="Currency of the revenue, such as USD")
]
RenewalOn = Annotated[
    date | None, AfterValidator(_storable_date), Field(description="When the contract renews")
]
UserId = Annotated[int, BeforeValidator(_number), Field(ge=1, le=2_147_483_647)]
BusinessId = Annotated[uuid.UUID | None, Field(description="Your own, or nothing")]
