"""Whoever types a CIK or ticker hears whether the SEC knows it; without the SEC it is believed."""

import pytest

from tests.doubles.local_server import Answer, Request, serve
from tests.providers.search.test_edgar import CONTACT, by_path, provider
from webapp.providers.http import HttpClient
from webapp.providers.search.edgar import EdgarProvider
from webapp.providers.search.edgar_check import FilerCheckProvider
from webapp.providers.search.turns import LocalTurns


def limping(_request: Request) -> Answer:
    return Answer("", status=503)


def test_numbers_that_the_sec_knows_have_no_problem() -> None:
    with serve(by_path) as server:
        check = FilerCheckProvider(edgar=provider(server))
        assert check.cik_problem("0000000320") is None
        assert check.ticker_problem("HLCY") is None
        assert check.ticker_problem("BF.B") is None


def test_numbers_that_it_does_not_know_are_named_with_what_to_do() -> None:
    with serve(by_path) as server:
        check = FilerCheckProvider(edgar=provider(server))
        assert "no company with the CIK 0000000999" in (check.cik_problem("0000000999") or "")
        problem = check.ticker_problem("NONE") or ""
        assert "no stock symbol NONE" in problem
        assert "LSE:NONE" in problem


def test_a_symbol_of_a_foreign_exchange_is_looked_for_nowhere() -> None:
    with serve(by_path) as server:
        assert FilerCheckProvider(edgar=provider(server)).ticker_problem("LSE:HLCY") is None
        assert server.requests == []


def test_what_the_sec_does_not_answer_is_believed() -> None:
    with serve(limping) as server:
        check = FilerCheckProvider(edgar=provider(server))
        assert check.cik_problem("0000000999") is None
        assert check.ticker_problem("NONE") is None
    unreachable = EdgarProvider(
        http=HttpClient(timeout_seconds=1),
        contact=CONTACT,
        base_url="http://127.0.0.1:9",
        tickers_url="http://127.0.0.1:9/tickers.json",
        turns=LocalTurns(0),
    )
    assert FilerCheckProvider(edgar=unreachable).cik_problem("0000000999") is None


@pytest.mark.parametrize("contact", ["", " "])
def test_without_a_contact_nobody_is_asked(contact: str) -> None:
    with serve(by_path) as server:
        check = FilerCheckProvider(edgar=provider(server, contact))
        assert check.cik_problem("0000000999") is None
        assert check.ticker_problem("NONE") is None
        assert server.requests == []
