"""SEC EDGAR: what a company listed in the United States files with its regulator."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from webapp import clock
from webapp.enums import SourceName
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderRateLimitedError,
    ProviderRequestError,
)
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.http import HttpAnswer, HttpClient
from webapp.providers.search.edgar_files import MAX_FILE_BYTES, filings_of
from webapp.providers.search.edgar_filings import read_filings
from webapp.providers.search.edgar_identity import normalise_cik, normalise_ticker
from webapp.providers.search.edgar_tickers import TickerBook
from webapp.providers.search.turns import Turns

SECONDS_BETWEEN_REQUESTS = 0.12
"""The SEC lets ten a second through, and shuts out for ten minutes who asks more."""

_SERVICE = "SEC EDGAR"
_SHUT_OUT_SECONDS = 600.0
_LATE_PUBLICATION = timedelta(days=1)


class EdgarProvider:
    """Reads a company's newest filings; needs no key, but a contact that the SEC can write to.

    A company is found by its CIK, else by its ticker through the SEC's own list.
    """

    name = SourceName.EDGAR

    def __init__(
        self,
        *,
        http: HttpClient,
        contact: str,
        base_url: str,
        tickers_url: str,
        turns: Turns,
        tickers_file: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = http
        self._contact = " ".join(contact.split())
        self._base_url = base_url.rstrip("/")
        self._tickers_url = tickers_url
        self._tickers = TickerBook(fetch=self._fetch_tickers, file=tickers_file)
        self._turns = turns
        self._sleep = sleep

    def is_configured_for(self, target: SearchTarget) -> bool:
        """Tell whether there is a contact, and a CIK or ticker that the SEC may know."""
        if not self._contact:
            return False
        if normalise_cik(target.cik):
            return True
        ticker = normalise_ticker(target.ticker)
        return ticker is not None and not self._tickers.lacks(ticker)

    def search(self, target: SearchTarget, *, since: datetime | None = None) -> list[SearchResult]:
        """Return the newest filings that are news, newest first; raise ProviderError.

        These are 8-K with their items, 6-K of foreign companies, annual and quarterly reports and
        notes that these will be late, each also amended, and 13D of investors who want a say.
        With `since`, those from more than a day before are left out.
        """
        ends = self._http.deadline()
        cik = self._cik(target, ends)
        answer = self._submissions(cik, ends)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise ProviderRequestError(
                f"{_SERVICE} knows no company with the CIK {cik}; correct it on the client."
            )
        if not answer.is_ok:
            raise self._failure(answer)
        found = read_filings(filings_of(answer), target=target, cik=cik, fetched_at=clock.now())
        return [result for result in found if _is_recent(result, since)]

    @property
    def may_ask(self) -> bool:
        """Whether there is a contact, without which the SEC answers nobody."""
        return bool(self._contact)

    def has_company(self, cik: str, deadline: float) -> bool:
        """Tell whether the SEC knows a CIK; raises ProviderError where it does not say."""
        answer = self._submissions(cik, deadline)
        if answer.status == HTTPStatus.NOT_FOUND:
            return False
        if not answer.is_ok:
            raise self._failure(answer)
        return True

    def has_symbol(self, ticker: str, deadline: float) -> bool:
        """Tell whether the SEC's list has a stock symbol; one of a foreign exchange passes."""
        symbol = normalise_ticker(ticker)
        return symbol is None or self._tickers.cik_of(symbol, deadline=deadline) is not None

    def _submissions(self, cik: str, deadline: float) -> HttpAnswer:
        url = f"{self._base_url}/submissions/CIK{cik}.json"
        return self._get(url, deadline, max_bytes=MAX_FILE_BYTES)

    def _cik(self, target: SearchTarget, ends: float) -> str:
        cik = normalise_cik(target.cik)
        ticker = normalise_ticker(target.ticker)
        if cik is None and ticker is not None:
            cik = self._tickers.cik_of(ticker, deadline=ends)
        if cik is None:
            raise ProviderRequestError(
                f"{_SERVICE} knows no company with the ticker {ticker}; "
                "enter the CIK on the client, or leave both empty."
            )
        return cik

    def _fetch_tickers(self, deadline: float) -> object:
        answer = self._get(self._tickers_url, deadline)
        if not answer.is_ok:
            raise self._failure(answer)
        return answer.json()

    def _get(self, url: str, deadline: float, *, max_bytes: int | None = None) -> HttpAnswer:
        self._wait_for_turn((deadline - clock.monotonic()) / 2)
        return self._http.request(
            "GET",
            url,
            service=_SERVICE,
            headers=self._headers(),
            deadline=deadline,
            max_bytes=max_bytes,
        )

    def _wait_for_turn(self, patience: float) -> None:
        wait = self._turns.take(patience=max(patience, 0.0))
        if wait is None:
            raise ProviderRateLimitedError(
                f"{_SERVICE} lets no more calls through at the moment; it is asked again later.",
                retry_after=self._http.timeout_seconds,
            )
        if wait > 0:
            self._sleep(wait)

    def _headers(self) -> Mapping[str, str]:
        # A header takes no more than Latin letters.
        agent = self._contact.encode("latin-1", "replace").decode("latin-1")
        return {"User-Agent": agent, "Accept": "application/json"}

    def _failure(self, answer: HttpAnswer) -> ProviderError:
        """Tell the SEC's refusals apart: too many calls, and nobody known who calls."""
        if (
            b"rate threshold" in answer.body.lower()
            or answer.status == HTTPStatus.TOO_MANY_REQUESTS
        ):
            pause = answer.retry_after or _SHUT_OUT_SECONDS
            self._turns.pause(pause)
            return ProviderRateLimitedError(
                f"{_SERVICE} has had too many calls ({answer.status}) and lets none through "
                f"for {pause / 60:.0f} minutes.",
                retry_after=pause,
            )
        if answer.status == HTTPStatus.FORBIDDEN:
            return ProviderAuthError(
                f"{_SERVICE} does not accept who is asking (403); "
                "set EDGAR_CONTACT to a name and a mail address."
            )
        return answer.failure()


def _is_recent(result: SearchResult, since: datetime | None) -> bool:
    if since is None or result.published_at is None:
        return True
    return result.published_at >= since - _LATE_PUBLICATION
