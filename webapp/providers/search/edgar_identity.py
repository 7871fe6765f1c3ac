"""The two numbers by which the SEC knows a company, checked and spelled as the SEC does."""

import re

CIK_HELP = "Enter the SEC's number for the company: up to ten digits, such as 0000320193."
TICKER_HELP = (
    "Enter the stock symbol alone: letters, digits, a dot or a dash, such as BRK.B; of a company "
    "that is not listed in the United States with its exchange, such as LSE:HLCY."
)

_CIK_DIGITS = 10
_LONGEST_TICKER = 12
_CIK = re.compile(r"(?:CIK)?[\s#:=]*([0-9]{1,10})", re.IGNORECASE)
_EXCHANGE = re.compile(r"(?:NYSE|NASDAQ|AMEX|OTC)[A-Z ]{0,10}:", re.IGNORECASE)
_ABROAD = re.compile(r"(?P<exchange>[A-Z]{2,5}):(?P<symbol>[A-Z0-9]{1,6}(?:\.[A-Z]{1,2})?)")
_TICKER = re.compile(r"[A-Z0-9]{1,6}(?:[.-][A-Z0-9]{1,4})?")


def normalise_cik(text: str | None) -> str | None:
    """Return a CIK as ten digits ("CIK 320193" is 0000320193); None for what can be none."""
    match = _CIK.fullmatch((text or "").strip())
    if match is None or not int(match.group(1)):
        return None
    return match.group(1).zfill(_CIK_DIGITS)


def normalise_ticker(text: str | None) -> str | None:
    """Return a stock symbol as the press writes it ("nyse: brk-b" is BRK.B); None if it is none."""
    symbol = _EXCHANGE.sub("", (text or "").strip(), count=1).strip().removeprefix("$").upper()
    return symbol.replace("-", ".") if _TICKER.fullmatch(symbol) else None


def foreign_ticker(text: str | None) -> str | None:
    """Return a symbol of another country's exchange ("lse: hlcy" is LSE:HLCY); None for others.

    The same letters may be another company's in the United States.
    """
    symbol = "".join((text or "").upper().split())
    is_abroad = _ABROAD.fullmatch(symbol) and not _EXCHANGE.match(symbol)
    return symbol if is_abroad and len(symbol) <= _LONGEST_TICKER else None


def bare_symbol(ticker: str | None) -> str:
    """Return a stored symbol without its exchange; empty where there is none."""
    return (ticker or "").rpartition(":")[2]
