"""SEC filings: found by CIK or ticker, told in words, in the right category, at the right time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.providers.search.cases import target
from webapp.enums import Category
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderRateLimitedError,
    ProviderRequestError,
)
from webapp.providers.base import SearchResult
from webapp.providers.http import HttpClient
from webapp.providers.search.edgar import EdgarProvider
from webapp.providers.search.turns import LocalTurns

CONTACT = "Lighthouse Ltd ops@example.com"
TICKERS = {
    "0": {"cik_str": 320, "ticker": "HLCY", "title": "Halcyon Health Inc"},
    "1": {"cik_str": 77, "ticker": "BF-B", "title": "Brightleaf Foods"},
}


def filings(*rows: dict[str, Any], name: str = "HALCYON HEALTH INC") -> dict[str, Any]:
    """EDGAR's answer with these filings; a value that a row leaves out is like the others'."""
    usual = {
        "accessionNumber": "0000000320-26-000007",
        "filingDate": "2026-03-04",
        "reportDate": "2026-03-03",
        "acceptanceDateTime": "2026-03-04T21:12:30.000Z",
        "form": "8-K",
        "items": "5.02,9.01",
        "primaryDocument": "hlcy-8k.htm",
    }
    recent = {key: [row.get(key, value) for row in rows] for key, value in usual.items()}
    return {"cik": "320", "name": name, "filings": {"recent": recent, "files": []}}


def provider(server: LocalServer, contact: str = CONTACT, **more: Any) -> EdgarProvider:
    return EdgarProvider(
        http=HttpClient(timeout_seconds=5),
        contact=contact,
        base_url=server.url,
        tickers_url=f"{server.url}/tickers.json",
        **{"turns": LocalTurns(0), **more},
    )


def found(payload: Any, *, since: datetime | None = None, **client: Any) -> list[SearchResult]:
    with serve(lambda _: Answer(payload)) as server:
        return provider(server).search(target("", **{"cik": "320", **client}), since=since)


def by_path(request: Request) -> Answer:
    if request.path == "/tickers.json":
        return Answer(TICKERS)
    if request.path == "/submissions/CIK0000000320.json":
        return Answer(filings({}))
    return Answer("", status=404)


def test_filing_is_told_in_words_with_its_document_and_date() -> None:
    (result,) = found(filings({}))
    assert result.title == (
        "Halcyon Health Inc filed an 8-K: "
        "departure or appointment of directors or officers (item 5.02, 4 March 2026)"
    )
    assert "item 9.01: financial statements and exhibits" in result.snippet
    assert "The event is of 3 March 2026." in result.snippet
    assert result.url == (
        "https://www.sec.gov/Archives/edgar/data/320/000000032026000007/hlcy-8k.htm"
    )
    assert result.published_at == datetime(2026, 3, 4, 21, 12, 30, tzinfo=UTC)
    assert (result.publisher, result.language) == ("SEC EDGAR", "en")


@pytest.mark.parametrize(
    ("items", "category"),
    [
        ("2.05", Category.LAYOFFS_RESTRUCTURING),
        ("1.03", Category.BANKRUPTCY_DISTRESS),
        ("2.04", Category.BANKRUPTCY_DISTRESS),
        ("3.01", Category.BANKRUPTCY_DISTRESS),
        ("1.05", Category.SECURITY_INCIDENT),
        ("4.01", Category.RESTATEMENT_GOVERNANCE),
        ("4.02", Category.RESTATEMENT_GOVERNANCE),
        ("1.02", Category.CONTRACT_TERMINATED),
        ("5.01", Category.ACQUIRED_OR_MERGED),
        ("2.01", Category.ACQUISITION_BY_CLIENT),
        ("3.02", Category.FUNDING),
        ("1.01", Category.PARTNERSHIP),
        ("5.02", Category.LEADERSHIP_CHANGE),
        ("2.02", Category.FINANCIAL_RESULTS),
        ("2.02,9.01", Category.FINANCIAL_RESULTS),
        ("2.02,5.02,9.01", Category.LEADERSHIP_CHANGE),
        ("2.01,3.01,5.01,5.02", Category.ACQUIRED_OR_MERGED),
        ("1.01,1.02,2.01,2.03", Category.ACQUISITION_BY_CLIENT),
        ("8.01,9.01", None),
        ("9.01", None),
        ("", None),
        ("99.9", None),
    ],
)
def test_most_telling_item_gives_the_category(items: str, category: Category | None) -> None:
    (result,) = found(filings({"items": items}))
    assert result.category_hint is category


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("8-K/A", "amended an 8-K: "),
        ("10-K", "filed its annual report (10-K, "),
        ("10-K/A", "amended its annual report (10-K/A, "),
        ("10-Q", "filed its quarterly report (10-Q, "),
        ("20-F", "filed its annual report (20-F, "),
        ("NT 10-Q", "said that its quarterly report will be late (NT 10-Q, "),
        ("6-K", "filed a foreign company's current report (6-K, "),
        ("6-K/A", "amended its current report (6-K/A, "),
        ("SC 13D", "is named in a notice of a stake of more than 5 %"),
        ("SCHEDULE 13D", "is named in a notice of a stake of more than 5 %"),
    ],
)
def test_each_form_has_its_words(form: str, words: str) -> None:
    (result,) = found(filings({"form": form}))
    assert words in result.title


@pytest.mark.parametrize(
    "form",
    ["4", "SC 13G", "SC 13G/A", "SCHEDULE 13G", "SC 13D/A", "UPLOAD", "S-8", "424B5", "8-K12B", ""],
)
def test_forms_that_are_no_news_are_left_out(form: str) -> None:
    assert found(filings({"form": form})) == []


@pytest.mark.parametrize(
    ("stamps", "first"),
    [
        # These hours are office hours in UTC, so they are UTC.
        (["2026-03-04T21:12:30.000Z", "2026-03-03T02:10:00.000Z"], 21),
        # At 06:31 in UTC New York sleeps, so they are New York's.
        (["2026-03-04T16:12:30.000Z", "2026-03-03T06:31:00.000Z"], 21),
    ],
)
def test_clock_of_the_stamps_is_found_out(stamps: list[str], first: int) -> None:
    results = found(filings(*({"acceptanceDateTime": stamp} for stamp in stamps)))
    assert results[0].published_at == datetime(2026, 3, 4, first, 12, 30, tzinfo=UTC)


def test_filing_of_the_evening_counts_from_the_next_morning() -> None:
    row = {"filingDate": "2026-03-05", "acceptanceDateTime": "2026-03-05T00:10:00.000Z"}
    (result,) = found(filings(row))
    assert result.published_at == datetime(2026, 3, 5, 11, tzinfo=UTC)


def test_filings_from_before_the_last_search_are_left_out() -> None:
    rows = ({"items": "5.02"}, {"items": "2.02", "acceptanceDateTime": "2026-03-01T15:00:00.000Z"})
    payload = filings(rows[0], {**rows[1], "filingDate": "2026-03-01"})
    assert len(found(payload)) == 2
    assert len(found(payload, since=datetime(2026, 3, 4, tzinfo=UTC))) == 1


@pytest.mark.parametrize(
    ("official", "shown"),
    [
        ("HALCYON HEALTH INC", "Halcyon Health Inc"),
        ("HALCYON HEALTHCARE OF TEXAS INC", "Halcyon Healthcare of Texas Inc"),
        ("Halcyon Health, Inc.", "Halcyon Health, Inc."),
        ("NORTHWIND LOGISTICS CORP", "Northwind Logistics Corp"),
        ("", "The company with the CIK 0000000320"),
    ],
)
def test_company_is_named_as_the_sec_names_it(official: str, shown: str) -> None:
    (result,) = found(filings({}, name=official))
    assert result.title.startswith(f"{shown} filed")


def test_caller_says_who_it_is() -> None:
    with serve(by_path) as server:
        provider(server).search(target("", cik="320"))
    assert server.requests[0].headers["user-agent"] == CONTACT


@pytest.mark.parametrize(
    ("contact", "client", "is_configured"),
    [
        (CONTACT, {"cik": "320"}, True),
        (CONTACT, {"cik": "CIK0000000320"}, True),
        (CONTACT, {"cik": None, "ticker": "HLCY"}, True),
        ("", {"cik": "320"}, False),
        (" ", {"cik": "320"}, False),
        (CONTACT, {"cik": None}, False),
        (CONTACT, {"cik": "none", "ticker": "no ticker"}, False),
    ],
)
def test_contact_and_number_switch_the_source_on(
    contact: str, client: dict[str, Any], *, is_configured: bool
) -> None:
    with serve(by_path) as server:
        made = provider(server, contact)
        assert made.is_configured_for(target("", **client)) is is_configured
    assert server.requests == []


def test_ticker_is_looked_up_once_a_day_whichever_process_asks(tmp_path: Path) -> None:
    client = target("", cik=None, ticker="nyse: hlcy")
    with serve(by_path) as server:
        for _ in range(2):
            made = provider(server, tickers_file=tmp_path / "kept" / "tickers.json")
            assert len(made.search(client)) == len(made.search(client)) == 1
    assert [r.path for r in server.requests].count("/tickers.json") == 1


def test_unknown_ticker_is_told_once_and_then_passed_over(tmp_path: Path) -> None:
    client = target("", cik=None, ticker="NWND")
    with serve(by_path) as server:
        made = provider(server, tickers_file=tmp_path / "tickers.json")
        with pytest.raises(ProviderRequestError, match="the ticker NWND") as caught:
            made.search(client)
        assert caught.value.account_wide is False
        assert not made.is_configured_for(client)


def test_damaged_file_of_tickers_is_fetched_anew(tmp_path: Path) -> None:
    (tmp_path / "tickers.json").write_text('{"good_until": "soon"')
    with serve(by_path) as server:
        made = provider(server, tickers_file=tmp_path / "tickers.json")
        assert made.search(target("", cik=None, ticker="HLCY"))


def test_class_of_share_is_spelled_as_the_sec_does() -> None:
    with serve(by_path) as server, pytest.raises(ProviderRequestError, match="0000000077"):
        provider(server).search(target("", cik=None, ticker="bf.b"))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, "Undeclared Automated Tool", ProviderAuthError),
        (403, "Request Rate Threshold Exceeded", ProviderRateLimitedError),
        (429, "", ProviderRateLimitedError),
    ],
)
def test_refusals_are_told_apart(status: int, body: str, error: type[ProviderError]) -> None:
    with serve(lambda _: Answer(body, status=status)) as server, pytest.raises(error):
        provider(server).search(target("", cik="320"))


def test_shut_out_source_is_left_alone_for_a_while() -> None:
    with serve(lambda _: Answer("", status=429)) as server:
        made = provider(server)
        for _ in range(3):
            with pytest.raises(ProviderRateLimitedError):
                made.search(target("", cik="320"))
    assert len(server.requests) == 1


def test_calls_are_spaced() -> None:
    waits: list[float] = []
    with serve(by_path) as server:
        made = provider(server, turns=LocalTurns(0.2), sleep=waits.append)
        for _ in range(3):
            made.search(target("", cik="320"))
    assert len(waits) == 2
    assert all(0 < wait <= 0.4 for wait in waits)


def test_ticker_and_filings_share_one_time_limit() -> None:
    slow = {"/tickers.json": Answer(TICKERS, delay=0.6)}
    with serve(lambda request: slow.get(request.path, Answer("", delay=5))) as server:
        made = EdgarProvider(
            http=HttpClient(timeout_seconds=1),
            contact=CONTACT,
            base_url=server.url,
            tickers_url=f"{server.url}/tickers.json",
            turns=LocalTurns(0),
        )
        started = datetime.now(UTC)
        with pytest.raises(ProviderError, match="longer than 1 seconds"):
            made.search(target("", cik=None, ticker="HLCY"))
    assert datetime.now(UTC) - started < timedelta(seconds=1.8)
