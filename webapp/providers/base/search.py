"""What a source of news takes and returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from webapp.enums import Category, SourceName


@dataclass(frozen=True)
class SearchTarget:
    """The client to search for: everything that a source may need to find it."""

    client_id: str
    name: str
    legal_name: str | None = None
    domain: str | None = None
    ticker: str | None = None
    cik: str | None = None
    aliases: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    must_have_terms: tuple[str, ...] = ()
    must_not_terms: tuple[str, ...] = ()
    must_not_domains: tuple[str, ...] = ()
    feed_urls: tuple[str, ...] = ()
    gdelt_enabled: bool = False
    industry: str | None = None


@dataclass(frozen=True)
class SearchResult:
    """One found item, normalised; `raw` is the source's own JSON for it, untouched."""

    source: SourceName
    title: str
    url: str
    snippet: str
    publisher: str | None
    published_at: datetime | None
    query: str
    fetched_at: datetime
    raw: Mapping[str, Any]
    language: str | None = None
    category_hint: Category | None = None
    """A category that the source itself states (an SEC item), else None."""


class SearchProvider(Protocol):
    """One source of news about a client."""

    name: SourceName

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether this source has the key, feed or number that it needs for the client."""
        ...

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return what was found, newest first where the source says so.

        Raises ProviderError; an empty list means that the source answered and found nothing.
        """
        ...
