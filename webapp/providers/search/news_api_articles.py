"""NewsAPI's articles as results: entities mended, consent pages and aggregators seen through."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from webapp.enums import SourceName
from webapp.providers.base import SearchResult
from webapp.providers.search.dates import parse_when
from webapp.providers.search.results import make_result
from webapp.providers.search.text import web_link

_AGGREGATOR = "biztoc.com"
_GOOGLE_NEWS = "google news"
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_LOST_AMPERSAND = re.compile(r"(?<![&;])#(\d{2,5});")
_TWICE_ESCAPED = re.compile(r"&amp;(#\d{2,5}|#x[0-9a-f]{2,4}|[a-z]{2,8});", re.IGNORECASE)
_CUT_MARK = re.compile(r"\[\+\d+ chars\]\s*$")
_CUT_TAG = re.compile(r"<(?:[/a-z][^<>\s]*)?…$", re.IGNORECASE)
_LONGEST_TEXT = 20_000
_REMOVED = "[removed]"
_BLOCK_PAGES = re.compile(
    r"\s*(?:"
    r"access to this page has been denied"
    r"|access denied"
    r"|just a moment"
    r"|checking your browser"
    r"|attention required! \| cloudflare"
    r"|are you a robot"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|(?:403|404) (?:forbidden|not found)$"
    r"|please enable (?:js|javascript|cookies)"
    r"|javascript is (?:disabled|required)"
    r"|to continue, please click the box below"
    r"|we(?:'ve| have) detected unusual (?:activity|traffic)"
    r"|if you click ['\"\u2018\u201c]?accept all"
    r"|we(?: and our partners)? (?:use|store) cookies"
    r"|before you continue to (?:google|youtube)"
    r"|we know it's a hassle to switch browsers"
    r"|the fine print: the following comments"
    r")",
    re.IGNORECASE,
)
"""How the pages begin that a crawler gets instead of the article."""


def result_of(
    article: Mapping[str, Any], *, query: str, language: str | None, fetched_at: datetime
) -> SearchResult | None:
    """Return one article as a result.

    None for one that was withdrawn ("[Removed]"), whose title is a block page's, or that has no
    title or no web address. `raw` keeps it as it came, a null apart from an empty text.
    """
    title, publisher = _title_and_publisher(article)
    if title.strip().lower() == _REMOVED or _BLOCK_PAGES.match(title):
        return None
    return make_result(
        source=SourceName.NEWS_API,
        title=title,
        url=_address(article.get("url")),
        snippet=_snippet(article),
        publisher=publisher,
        published_at=parse_when(article.get("publishedAt"), fetched_at=fetched_at),
        query=query,
        fetched_at=fetched_at,
        raw=article,
        language=language,
    )


def _title_and_publisher(article: Mapping[str, Any]) -> tuple[str, object]:
    """Return the title and who published it, also where NewsAPI names a middleman."""
    title = _mended(article.get("title"))
    source = article.get("source")
    name = source.get("name") if isinstance(source, dict) else None
    middleman = name.strip().lower() if isinstance(name, str) else ""
    author = article.get("author")
    if middleman == _AGGREGATOR and isinstance(author, str) and _DOMAIN.fullmatch(author.strip()):
        return title, author.strip().lower()
    if middleman == _GOOGLE_NEWS:
        headline, divider, publisher = title.rpartition(" - ")
        return (headline, publisher) if divider and headline.strip() else (title, name)
    return title, name


def _snippet(article: Mapping[str, Any]) -> str:
    """Return the description, or the start of the text where that is missing or a block page."""
    texts = (_mended(article.get(key)) for key in ("description", "content"))
    return next((text for text in texts if text.strip() and not _BLOCK_PAGES.match(text)), "")


def _address(value: object) -> str | None:
    """Return the article's address, also where it leads over Google's consent page."""
    if not isinstance(value, str):
        return None
    link = web_link(value.replace("&amp;", "&"))
    parts = urlsplit(link) if link else None
    if parts is None or not (parts.hostname or "").startswith("consent."):
        return link
    onward = parse_qs(parts.query).get("continue", [""])[0]
    return web_link(onward) or link


def _mended(value: object) -> str:
    """Return a text with its entities whole and without the marks of where it was cut."""
    if not isinstance(value, str):
        return ""
    whole = _LOST_AMPERSAND.sub(r"&#\1;", _TWICE_ESCAPED.sub(r"&\1;", value[:_LONGEST_TEXT]))
    return _CUT_TAG.sub("…", _CUT_MARK.sub("", whole))
