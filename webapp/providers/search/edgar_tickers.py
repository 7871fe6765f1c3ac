"""Which company a stock symbol belongs to, from the SEC's own list, kept for a day."""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from webapp import clock
from webapp.errors import ProviderError, ProviderResponseError
from webapp.providers.search.edgar_identity import normalise_cik, normalise_ticker

KEPT_FOR = timedelta(days=1)
_TRY_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class _Page:
    ciks: Mapping[str, str]
    good_until: datetime


class TickerBook:
    """Looks symbols up; asks for the list once a day, and shares it with later processes.

    `fetch` takes a deadline and returns the SEC's JSON. `file` keeps the list between processes,
    since a worker's child lives for one job only; without one it is kept in this process.
    """

    def __init__(self, *, fetch: Callable[[float], object], file: Path | None = None) -> None:
        self._fetch = fetch
        self._file = file
        self._lock = threading.Lock()
        self._page: _Page | None = None

    def cik_of(self, ticker: str, *, deadline: float) -> str | None:
        """Return the company's CIK, None if the list has no such symbol; raise ProviderError."""
        symbol = normalise_ticker(ticker)
        return self._current(deadline).ciks.get(symbol) if symbol else None

    def lacks(self, ticker: str) -> bool:
        """Tell, without asking anybody, whether a list is at hand that has no such symbol."""
        page = self._at_hand()
        return page is not None and normalise_ticker(ticker) not in page.ciks

    def _current(self, deadline: float) -> _Page:
        with self._lock:  # one download for all threads that wait
            page = self._at_hand()
            if page is None:
                page = self._page = self._renewed(deadline)
            return page

    def _at_hand(self) -> _Page | None:
        if not _is_good(self._page) and self._file is not None:
            self._page = _read(self._file) or self._page
        return self._page if _is_good(self._page) else None

    def _renewed(self, deadline: float) -> _Page:
        try:
            ciks = _ciks(self._fetch(deadline))
        except ProviderError:
            if self._page is None:
                raise
            return _Page(self._page.ciks, clock.now() + _TRY_AGAIN_AFTER)
        page = _Page(ciks, clock.now() + KEPT_FOR)
        if self._file is not None:
            _write(self._file, page)
        return page


def _is_good(page: _Page | None) -> bool:
    return page is not None and page.good_until > clock.now()


def _ciks(payload: object) -> dict[str, str]:
    if not isinstance(payload, dict):
        raise _wrong_shape()
    found: dict[str, str] = {}
    for entry in payload.values():
        if not isinstance(entry, dict):
            raise _wrong_shape()
        symbol = normalise_ticker(_text(entry.get("ticker")))
        cik = normalise_cik(_text(entry.get("cik_str")))
        if symbol and cik:
            found.setdefault(symbol, cik)
    if not found:
        raise _wrong_shape()
    return found


def _text(value: Any) -> str:  # noqa: ANN401 -- any JSON
    return str(value) if isinstance(value, str | int) else ""


def _wrong_shape() -> ProviderResponseError:
    return ProviderResponseError(
        "SEC EDGAR's list of stock symbols is not in its own shape; check EDGAR_TICKERS_URL."
    )


def _read(file: Path) -> _Page | None:
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        told = json.loads(file.read_text(encoding="utf-8"))
        until = datetime.fromtimestamp(float(told["good_until"]), UTC)
        # A clock that was set back must not make the list good for ever.
        return _Page(dict(told["ciks"]), min(until, clock.now() + KEPT_FOR))
    return None


def _write(file: Path, page: _Page) -> None:
    text = json.dumps({"good_until": page.good_until.timestamp(), "ciks": dict(page.ciks)})
    draft = file.with_name(f".{file.name}.{threading.get_native_id()}")
    with suppress(OSError):  # a disk that takes no file costs one download a process
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
