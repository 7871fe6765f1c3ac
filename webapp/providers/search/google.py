"""Google's Custom Search JSON API, which takes no new customers and ends on 2027-01-01."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from webapp import clock
from webapp.enums import SourceName
from webapp.errors import ProviderResponseError
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.http import HttpClient
from webapp.providers.search.dates import parse_when, split_leading_date
from webapp.providers.search.google_errors import google_failure
from webapp.providers.search.queries import name_query, window_days
from webapp.providers.search.results import MAX_ITEMS, make_result

_RESULTS = 10  # the most that one call gives
_DATE_TAGS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "publish-date",
    "parsely-pub-date",
    "sailthru.date",
    "og:pubdate",
)


class GoogleSearchService:
    """Searches the web through a Programmable Search Engine of the customer's own."""

    name = SourceName.GOOGLE_SEARCH

    def __init__(self, *, http: HttpClient, api_key: str, engine_id: str, base_url: str) -> None:
        self._http = http
        self._api_key = api_key
        self._engine_id = engine_id
        self._base_url = base_url

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether key and engine are set; every client has a name."""
        return bool(self._api_key and self._engine_id and target.name.strip())

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Do what `search_client` does, under the name that every source has."""
        return self.search_client(target, since=since)

    def search_client(
        self, target: SearchTarget, *, since: datetime | None = None
    ) -> list[SearchResult]:
        """Return up to ten results of the days from `since` on; raise ProviderError.

        A project that Google has shut out gets a ProviderAuthError that says so.
        """
        query = self.build_search_query(target)
        params: dict[str, str | int] = {
            "key": self._api_key,
            "cx": self._engine_id,
            "q": query,
            "num": _RESULTS,
            "hl": "en",
        }
        if since is not None:
            params["dateRestrict"] = f"d{window_days(since, clock.now())}"
        answer = self._http.request("GET", self._base_url, service="Google Search", params=params)
        if not answer.is_ok:
            raise google_failure(answer)
        return self.extract_results_for_storage(answer.json(), query=query, fetched_at=clock.now())

    def build_search_query(self, target: SearchTarget) -> str:
        """Return the client's names, any of which will do, with its exclusions."""
        return name_query(target)

    def extract_results_for_storage(
        self, payload: object, *, query: str, fetched_at: datetime
    ) -> list[SearchResult]:
        """Normalise one answer; an answer without `items` found nothing.

        Raises ProviderResponseError for an envelope that is not this API's.
        """
        items = _items(payload)
        made = (_result(item, query=query, fetched_at=fetched_at) for item in items)
        return [result for result in made if result is not None]


def _items(payload: object) -> list[Mapping[str, Any]]:
    if not isinstance(payload, dict) or not isinstance(payload.get("searchInformation"), dict):
        raise ProviderResponseError(
            "Google Search answered in a shape that is not its own; check GOOGLE_SEARCH_BASE_URL."
        )
    items = payload.get("items", [])
    if not isinstance(items, list):
        raise ProviderResponseError("Google Search answered in a shape that is not its own.")
    return [item for item in items[:MAX_ITEMS] if isinstance(item, dict)]


def _result(item: Mapping[str, Any], *, query: str, fetched_at: datetime) -> SearchResult | None:
    snippet = item.get("snippet")
    dated, text = (
        split_leading_date(snippet, fetched_at=fetched_at)
        if isinstance(snippet, str)
        else (None, "")
    )
    tags = _metatags(item)
    return make_result(
        source=SourceName.GOOGLE_SEARCH,
        title=item.get("title"),
        url=item.get("link"),
        snippet=text,
        publisher=tags.get("og:site_name") or item.get("displayLink"),
        published_at=dated or _tagged_date(tags, fetched_at),
        query=query,
        fetched_at=fetched_at,
        raw=item,
    )


def _metatags(item: Mapping[str, Any]) -> Mapping[str, Any]:
    pagemap = item.get("pagemap")
    found = pagemap.get("metatags") if isinstance(pagemap, dict) else None
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, dict) else {}


def _tagged_date(tags: Mapping[str, Any], fetched_at: datetime) -> datetime | None:
    dates = (parse_when(tags.get(name), fetched_at=fetched_at) for name in _DATE_TAGS)
    return next((date for date in dates if date is not None), None)
