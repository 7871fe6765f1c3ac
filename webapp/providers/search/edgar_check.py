"""Looks up once whether the SEC knows a number or symbol, for whoever typed it into a form."""

from collections.abc import Callable
from typing import Protocol

from webapp import clock
from webapp.errors import ProviderError
from webapp.providers.search.edgar import EdgarProvider

CHECK_SECONDS = 6.0


class FilerChecker(Protocol):
    """Says what is wrong with a company's CIK or stock symbol; None where nothing is known."""

    def cik_problem(self, cik: str) -> str | None:
        """Return why there can be no filings under a CIK, or None."""
        ...

    def ticker_problem(self, ticker: str) -> str | None:
        """Return why no company is found by a stock symbol, or None."""
        ...


class NoFilerCheck:
    """Believes every number that has the right form; asks nobody."""

    def cik_problem(self, cik: str) -> str | None:  # noqa: ARG002 -- the Protocol's signature
        """Believe it."""
        return None

    def ticker_problem(self, ticker: str) -> str | None:  # noqa: ARG002 -- the Protocol's signature
        """Believe it."""
        return None


class FilerCheckProvider:
    """Asks the SEC, within six seconds; what it does not answer is believed."""

    def __init__(self, *, edgar: EdgarProvider) -> None:
        self._edgar = edgar

    def cik_problem(self, cik: str) -> str | None:
        """Return why there can be no filings under a CIK, or None."""
        if self._denied(self._edgar.has_company, cik):
            return f"The SEC knows no company with the CIK {cik}; correct it, or leave it empty."
        return None

    def ticker_problem(self, ticker: str) -> str | None:
        """Return why no company is found by a stock symbol, or None."""
        if self._denied(self._edgar.has_symbol, ticker):
            return (
                f"The SEC's list has no stock symbol {ticker}. Correct it; or, if the company is "
                f"listed elsewhere, name the exchange, such as LSE:{ticker}."
            )
        return None

    def _denied(self, ask: Callable[[str, float], bool], number: str) -> bool:
        if not self._edgar.may_ask:
            return False
        try:
            return not ask(number, clock.monotonic() + CHECK_SECONDS)
        except ProviderError:
            return False
