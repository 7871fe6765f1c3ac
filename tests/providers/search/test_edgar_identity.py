"""What can be a CIK or a stock symbol, and how it is spelled."""

import pytest

from webapp.providers.search.edgar_identity import (
    bare_symbol,
    foreign_ticker,
    normalise_cik,
    normalise_ticker,
)


@pytest.mark.parametrize(
    ("text", "cik"),
    [
        ("320193", "0000320193"),
        ("0000320193", "0000320193"),
        (" CIK0000320193 ", "0000320193"),
        ("cik: 320193", "0000320193"),
        ("CIK#320193", "0000320193"),
        ("9999999999", "9999999999"),
        ("0", None),
        ("0000000000", None),
        ("12345678901", None),
        ("-5", None),
        ("3.5", None),
        ("AAPL", None),
        ("٣٢٠", None),
        ("", None),
        (None, None),
    ],
)
def test_cik_has_ten_digits(text: str | None, cik: str | None) -> None:
    assert normalise_cik(text) == cik


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("hlcy", "HLCY"),
        ("$HLCY", "HLCY"),
        ("NYSE: HLCY", "HLCY"),
        ("nasdaq:hlcy", "HLCY"),
        ("NYSE American: HLCY", "HLCY"),
        ("brk-b", "BRK.B"),
        ("BRK.B", "BRK.B"),
        ("0700.HK", "0700.HK"),
        ("TOOLONGS", None),
        ("HL CY", None),
        ("HLCY;", None),
        ("Halcyon Health", None),
        ("", None),
        (None, None),
    ],
)
def test_ticker_is_in_capitals_with_a_dot(text: str | None, ticker: str | None) -> None:
    assert normalise_ticker(text) == ticker


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("lse: hlcy", "LSE:HLCY"),
        ("TSX:HLC.A", "TSX:HLC.A"),
        ("NYSE: HLCY", None),
        ("HLCY", None),
        ("TOOLONGONE:HLCY", None),
        ("LSE:", None),
        ("ABCDE:TOOLONGX", None),
        (None, None),
    ],
)
def test_a_symbol_of_a_foreign_exchange_keeps_it(text: str | None, ticker: str | None) -> None:
    assert foreign_ticker(text) == ticker
    assert bare_symbol(ticker) == (ticker or "").partition(":")[2]
    assert ticker is None or normalise_ticker(ticker) is None
