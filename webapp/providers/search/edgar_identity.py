"""The two numbers by which the SEC knows a company, checked and spelled as the SEC does."""

import re

CIK_HELP = "Enter the SEC's number for the company: up to ten digits, such as 0000320193."
TICKER_HELP = "Enter the stock symbol alone: letters, digits, a dot or a dash, such as BRK.B."

_CIK_DIGITS = 10
_CIK = re.compile(r"(?:CIK)?[\s#:=]*([0-9]{1,10})", re.IGNORECASE)
_EXCHANGE = re.compile(r"(?:NYSE|NASDAQ|AMEX|OTC)[A-Z ]{0,10}:", re.IGNORECASE)
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
