"""Looks at one address once and says whether it is a feed, for whoever typed it into a form."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin

from webapp.errors import ProviderError, ProviderResponseError
from webapp.providers.addresses import AddressGuard
from webapp.providers.feed_addresses import check_feed_url
from webapp.providers.http import HttpAnswer, HttpClient
from webapp.providers.search.feed_body import parse_feed
from webapp.providers.search.text import tidy

FETCH_SECONDS = 6.0
_MAX_REDIRECTS = 3
_MAX_PROPOSALS = 3
_HEAD_BYTES = 200_000
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LINK = re.compile(r"<link\b[^<>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(rel|type|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml"}
_ROOT_NAME = re.compile(rb"<([a-zA-Z][\w:.-]{0,40})[\s/>]")
_TEMPORARY = {408, 425, 429}


@dataclass(frozen=True)
class FeedReport:
    """What is at an address. `problem` is None where it is a feed that Beacon can read.

    `is_lasting` tells a mistake in the address from a site that is down for a moment;
    `proposals` are the feeds that a web page at the address names.
    """

    url: str
    title: str = ""
    entries: int = 0
    problem: str | None = None
    is_lasting: bool = False
    proposals: tuple[str, ...] = ()

    @property
    def is_feed(self) -> bool:
        """Whether Beacon can read it."""
        return self.problem is None

    @property
    def advice(self) -> str:
        """The problem and, where the page names a feed, which address to try instead."""
        if not self.proposals:
            return self.problem or ""
        return f"{self.problem} It names this feed: {self.proposals[0]}"


class FeedChecker(Protocol):
    """Says of an address whether it may be, and is, a feed."""

    def refusal(self, url: str) -> str | None:
        """Return why the address can never be fetched, or None; asks nobody."""
        ...

    def check(self, url: str) -> FeedReport:
        """Fetch the address once and say what is there; raises nothing."""
        ...


class NoFeedCheck:
    """Refuses what can never be fetched and believes everything else; fetches nothing."""

    def refusal(self, url: str) -> str | None:
        """Return why the address can never be fetched, or None."""
        return check_feed_url(url)

    def check(self, url: str) -> FeedReport:
        """Believe that the address is a feed."""
        return FeedReport(url)


class FeedCheckProvider:
    """Fetches past the guard, within six seconds; redirects are checked like the address itself."""

    def __init__(self, *, http: HttpClient, guard: AddressGuard) -> None:
        self._http = http.guarded_by(guard)
        self._guard = guard

    def refusal(self, url: str) -> str | None:
        """Return why the address can never be fetched, or None; looks nothing up."""
        return check_feed_url(url, guard=self._guard)

    def check(self, url: str) -> FeedReport:
        """Fetch the address once and say what is there; raises nothing."""
        if refusal := self.refusal(url):
            return FeedReport(url, problem=refusal, is_lasting=True)
        try:
            answer = self._http.request(
                "GET",
                url,
                headers={"Accept": _ACCEPT},
                timeout_seconds=FETCH_SECONDS,
                max_redirects=_MAX_REDIRECTS,
            )
        except ProviderError as error:
            lasting = error.permanent or isinstance(error, ProviderResponseError)
            return FeedReport(url, problem=str(error), is_lasting=lasting)
        return self._report(url, answer) if answer.is_ok else _refused(url, answer)

    def _report(self, url: str, answer: HttpAnswer) -> FeedReport:
        try:
            parsed = parse_feed(answer.body, answer.headers, service=answer.service, url=answer.url)
        except ProviderResponseError as error:
            proposals = tuple(self._proposals(answer))
            problem = _found_instead(answer) or str(error)
            return FeedReport(url, problem=problem, is_lasting=True, proposals=proposals)
        return FeedReport(url, title=_title(dict(parsed.feed)), entries=len(parsed.entries))

    def _proposals(self, answer: HttpAnswer) -> Iterable[str]:
        """Yield the feeds that a page's head names, as far as they may be fetched."""
        head = answer.body[:_HEAD_BYTES].decode("utf-8", errors="replace")
        named = (_attributes(tag) for tag in _LINK.findall(head))
        addresses = [
            _absolute(answer.url, each.get("href", ""))
            for each in named
            if "alternate" in each.get("rel", "").lower().split()
            and each.get("type", "").lower().partition(";")[0].strip() in _FEED_TYPES
        ]
        usable = [each for each in dict.fromkeys(addresses) if each and not self.refusal(each)]
        return usable[:_MAX_PROPOSALS]


def _attributes(tag: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare).strip()
        for name, double, single, bare in _ATTRIBUTE.findall(tag)
    }


def _absolute(base: str, href: str) -> str:
    try:
        return urljoin(base, href) if href else ""
    except ValueError:
        return ""


def _title(feed: dict[str, Any]) -> str:
    return tidy(feed.get("title"), limit=200)


def _refused(url: str, answer: HttpAnswer) -> FeedReport:
    """Say what a status means for somebody who typed the address."""
    status = answer.status
    if status in {404, 410}:
        return FeedReport(
            url, problem=f"There is nothing at this address ({status}).", is_lasting=True
        )
    if status in {401, 403}:
        problem = f"The site does not let Beacon read this address ({status})."
        return FeedReport(url, problem=problem, is_lasting=True)
    if status in _TEMPORARY or status >= 500:  # noqa: PLR2004 -- the server errors
        return FeedReport(url, problem=f"The site is not working at the moment ({status}).")
    return FeedReport(
        url, problem=f"The site answers this address with status {status}.", is_lasting=True
    )


def _found_instead(answer: HttpAnswer) -> str | None:
    """Name what is at the address, or None where it is a feed that cannot be read."""
    body, kind = answer.body.lstrip()[:_HEAD_BYTES], _media_type(answer)
    if not body:
        return "This address answers with nothing."
    if kind == "text/html" or _HTML.search(body[:1024]):
        return "This address is a web page, not a feed."
    if body[:1] in {b"{", b"["}:
        is_json_feed = b"jsonfeed.org" in body[:1024]
        return (
            "This address is a JSON Feed; Beacon reads RSS and Atom."
            if is_json_feed
            else "This address is JSON data, not a feed."
        )
    if body[:1] == b"<":
        root = _ROOT_NAME.search(body[:4096])
        name = root.group(1).decode().lower().rpartition(":")[2] if root else ""
        if name in {"rss", "rdf", "feed", "channel"}:
            return None
        what = "a site map" if name in {"urlset", "sitemapindex"} else "XML of another kind"
        return f"This address is {what}, not a feed."
    what = f"a file of the type {kind}" if kind else "no text that could be read"
    return f"This address is {what}, not a feed."


def _media_type(answer: HttpAnswer) -> str:
    given = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return given if re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", given) else ""
