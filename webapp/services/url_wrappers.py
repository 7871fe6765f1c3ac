"""Addresses that only carry another one: AMP caches, redirects of search and social sites."""

import re
from urllib.parse import SplitResult, parse_qsl, unquote

_CACHE_HOST = re.compile(r"(?:^|\.)(?:cdn\.ampproject\.org|bing-amp\.com)$")
_CACHE_PATH = re.compile(r"^/(?:[a-z]{1,2}/)?(?P<secure>s/)?(?P<rest>[^/]+\.[^/]+(?:/.*)?)$")
_VIEWER_PATH = re.compile(r"^/amp/(?P<secure>s/)?(?P<rest>[^/]+\.[^/]+(?:/.*)?)$")
_REDIRECTS = (
    (re.compile(r"^(?:www\.|news\.)?google\.[a-z.]+$"), re.compile(r"^/url$"), ("url", "q")),
    (re.compile(r"^consent\.(?:google|youtube)\.[a-z.]+$"), re.compile(r"."), ("continue",)),
    (re.compile(r"^(?:www\.)?bing\.com$"), re.compile(r"^/news/apiclick\.aspx$"), ("url",)),
    (re.compile(r"^lm?\.facebook\.com$"), re.compile(r"^/l\.php$"), ("u",)),
    (re.compile(r"(?:^|\.)facebook\.com$"), re.compile(r"^/sharer?(?:/sharer)?\.php$"), ("u",)),
    (re.compile(r"(?:^|\.)(?:twitter|x)\.com$"), re.compile(r"^/(?:share|intent/\w+)$"), ("url",)),
    (re.compile(r"(?:^|\.)linkedin\.com$"), re.compile(r"^/(?:redir/|shareArt)"), ("url",)),
    (re.compile(r"^(?:out\.reddit|click\.redditmail)\.com$"), re.compile(r"."), ("url",)),
    (re.compile(r"^(?:slack-redir\.net|l\.instagram\.com)$"), re.compile(r"."), ("url", "u")),
    (re.compile(r"^(?:www\.)?youtube\.com$"), re.compile(r"^/redirect$"), ("q",)),
    (re.compile(r"^t\.umblr\.com$"), re.compile(r"^/redirect$"), ("z",)),
    (re.compile(r"^(?:www\.)?googleadservices\.com$"), re.compile(r"."), ("adurl",)),
)
_GOOGLE = re.compile(r"^(?:www\.)?google\.[a-z.]+$")
_WEB = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_YAHOO = re.compile(r"/RU=(?P<target>[^/]+)/")


def carried_by(parts: SplitResult) -> str | None:
    """Return the address that an address carries, or None when it stands for itself."""
    host = (parts.hostname or "").rstrip(".")
    cached = _cached(host, parts)
    if cached is not None:
        return cached
    if host == "r.search.yahoo.com" and (match := _YAHOO.search(parts.path)):
        return _web_address(unquote(match["target"]))
    for on, at, names in _REDIRECTS:
        if on.search(host) and at.search(parts.path or "/"):
            values = dict(parse_qsl(parts.query))
            return next(
                (found for name in names if (found := _web_address(values.get(name)))), None
            )
    return None


def _cached(host: str, parts: SplitResult) -> str | None:
    if _CACHE_HOST.search(host):
        match = _CACHE_PATH.match(parts.path)
    elif _GOOGLE.search(host):
        match = _VIEWER_PATH.match(parts.path)
    else:
        return None
    if match is None:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return f"{'https' if match['secure'] else 'http'}://{match['rest']}{query}"


def _web_address(text: str | None) -> str | None:
    return text if text and _WEB.match(text) else None
