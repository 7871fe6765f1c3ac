"""Makes search results out of what a source sent; what cannot become one is left out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from webapp.enums import SourceName
from webapp.providers.base import SearchResult
from webapp.providers.search.text import from_markup, tidy, web_link

MAX_ITEMS = 100
"""The most that any source gives at once; what an answer holds beyond is not read."""
MAX_TITLE = 500
MAX_SNIPPET = 2_000
_MAX_PUBLISHER = 200


def make_result(
    *,
    source: SourceName,
    title: object,
    url: object,
    snippet: object,
    publisher: object,
    published_at: datetime | None,
    query: str,
    fetched_at: datetime,
    raw: Mapping[str, Any],
    language: str | None = None,
) -> SearchResult | None:
    """Return a result with plain text and a web link, or None where title or link is missing."""
    clean_title = from_markup(title, limit=MAX_TITLE)
    link = web_link(url)
    if not clean_title or link is None:
        return None
    return SearchResult(
        source=source,
        title=clean_title,
        url=link,
        snippet=from_markup(snippet, limit=MAX_SNIPPET),
        publisher=tidy(publisher, limit=_MAX_PUBLISHER) or None,
        published_at=published_at,
        query=query,
        fetched_at=fetched_at,
        raw=raw,
        language=language,
    )
