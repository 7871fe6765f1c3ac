"""Every search provider as its tests make it, and the samples to play to each."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer
from webapp import errors
from webapp.enums import WebSearch
from webapp.providers.addresses import AddressGuard
from webapp.providers.base import SearchProvider, SearchTarget
from webapp.providers.http import HttpClient
from webapp.providers.search.edgar import EdgarProvider
from webapp.providers.search.gdelt import GdeltProvider
from webapp.providers.search.google import GoogleSearchService
from webapp.providers.search.news_api import NewsApiProvider
from webapp.providers.search.rss import FeedProvider
from webapp.providers.search.serper import SerperProvider
from webapp.providers.search.turns import LocalTurns

SECRET = "canary-key-4711"
SAMPLES = Path(__file__).parent.parent / "samples"


def make_serper(http: HttpClient, url: str) -> SearchProvider:
    return SerperProvider(http=http, api_key=SECRET, base_url=url, web=WebSearch.NEVER)


def make_google(http: HttpClient, url: str) -> SearchProvider:
    return GoogleSearchService(http=http, api_key=SECRET, engine_id="engine", base_url=f"{url}/v1")


def make_feeds(http: HttpClient, url: str) -> SearchProvider:
    return FeedProvider(http=http, guard=AddressGuard([url.removeprefix("http://")]))


def make_news_api(http: HttpClient, url: str) -> SearchProvider:
    return NewsApiProvider(http=http, api_key=SECRET, base_url=url)


def make_gdelt(http: HttpClient, url: str) -> SearchProvider:
    return GdeltProvider(http=http, base_url=f"{url}/doc", turns=LocalTurns(0))


def make_edgar(http: HttpClient, url: str) -> SearchProvider:
    return EdgarProvider(
        http=http,
        contact=f"Lighthouse {SECRET}@example.com",
        base_url=url,
        tickers_url=f"{url}/files/company_tickers.json",
        turns=LocalTurns(0),
    )


MAKERS: dict[str, Callable[[HttpClient, str], SearchProvider]] = {
    "serper": make_serper,
    "google": make_google,
    "rss": make_feeds,
    "news_api": make_news_api,
    "gdelt": make_gdelt,
    "edgar": make_edgar,
}


def target(url: str, **more: Any) -> SearchTarget:
    """A client with all that any source needs; its feed is on the local server."""
    told = {
        "feed_urls": (f"{url}/feed?token={SECRET}",),
        "aliases": ("Halcyon",),
        "gdelt_enabled": True,
        "cik": "1234567",
        **more,
    }
    return SearchTarget(client_id="c-1", name="Halcyon Health", **told)


@dataclass(frozen=True)
class Expected:
    """What a sample must lead to: so many results, or an error of a class."""

    results: int = 0
    dated: int | None = None
    error: str = ""
    permanent: bool | None = None
    account_wide: bool | None = None
    retry_after: float | None = None
    says: str = ""

    @property
    def error_class(self) -> type[errors.ProviderError]:
        """The class named by `error`."""
        found: type[errors.ProviderError] = getattr(errors, self.error)
        return found


@dataclass(frozen=True)
class Sample:
    """An answer of our own writing in the shape of a real service's."""

    provider: str
    answer: Answer
    expected: Expected


def read_sample(path: Path) -> Sample:
    """Read a sample; its body stands in the file or in one beside it."""
    told = json.loads(path.read_text(encoding="utf-8"))
    body = (path.parent / told["body_file"]).read_bytes() if "body_file" in told else told["body"]
    answer = Answer(body, status=told["status"], headers=told["headers"])
    return Sample(path.parent.name, answer, Expected(**told["expect"]))


def sample_paths() -> list[Any]:
    """Every sample of every search provider as a test's parameter."""
    return [
        pytest.param(path, id=f"{name}-{path.stem}")
        for name in MAKERS
        for path in sorted((SAMPLES / name).glob("*.json"))
    ]
