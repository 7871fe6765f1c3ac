"""What a call sends, what comes back, and what a status means."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.providers.connections import watched_connections
from webapp import clock, errors
from webapp.providers.http import HttpAnswer, HttpClient

CLIENT = HttpClient(timeout_seconds=5)


def echo(request: Request) -> Answer:
    return Answer({"method": request.method, "query": dict(request.query)})


def test_get_sends_its_parameters() -> None:
    with serve(echo) as server:
        answer = CLIENT.get_json(f"{server.url}/v1", params={"q": '"Halcyon" & Söhne', "num": 10})
    assert answer == {"method": "GET", "query": {"q": '"Halcyon" & Söhne', "num": "10"}}


def test_post_sends_json_and_headers() -> None:
    with serve(echo) as server:
        CLIENT.post_json(server.url, json_body={"q": "Größe"}, headers={"X-API-KEY": "k"})
    request = server.requests[0]
    assert request.json() == {"q": "Größe"}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-api-key"] == "k"


def test_form_is_sent_as_a_form() -> None:
    with serve(echo) as server:
        CLIENT.request("POST", server.url, form={"grant_type": "refresh_token", "a": "b c"})
    assert server.requests[0].body == b"grant_type=refresh_token&a=b+c"


def test_answer_has_status_lower_case_headers_and_body() -> None:
    with serve(lambda _: Answer("gone", status=410, headers={"X-Why": "Moved"})) as server:
        answer = CLIENT.request("GET", server.url)
    assert (answer.status, answer.headers["x-why"], answer.body) == (410, "Moved", b"gone")
    assert not answer.is_ok


def test_empty_answer_is_no_error_by_itself() -> None:
    with serve(lambda _: Answer(b"", status=204)) as server:
        assert CLIENT.get_bytes(server.url) == b""


def test_redirect_is_not_followed_unasked() -> None:
    with serve(lambda _: Answer(b"", status=302, headers={"Location": "/other"})) as server:
        answer = CLIENT.request("GET", server.url)
        with pytest.raises(errors.ProviderResponseError):
            answer.raise_for_status()
    assert len(server.requests) == 1


def hop(request: Request) -> Answer:
    left = int(request.path.strip("/") or 0)
    if not left:
        return Answer("here")
    return Answer(b"", status=307, headers={"Location": f"/{left - 1}"})


def test_three_redirects_are_followed_where_allowed() -> None:
    with serve(hop) as server:
        answer = CLIENT.request("GET", f"{server.url}/3", max_redirects=3)
    assert (answer.body, answer.url) == (b"here", f"{server.url}/0")


def test_fourth_redirect_is_refused() -> None:
    with serve(hop) as server, pytest.raises(errors.ProviderResponseError, match="redirects"):
        CLIENT.request("GET", f"{server.url}/4", max_redirects=3)


def test_redirect_carries_no_header_of_the_first_call_on() -> None:
    with serve(hop) as server:
        CLIENT.request("GET", f"{server.url}/1", headers={"X-API-KEY": "k"}, max_redirects=1)
    assert "x-api-key" not in server.requests[1].headers


def test_cookies_are_not_kept() -> None:
    with serve(lambda _: Answer("ok", headers={"Set-Cookie": "a=b; Path=/"})) as server:
        CLIENT.request("GET", server.url)
        CLIENT.request("GET", server.url)
    assert "cookie" not in server.requests[1].headers


def test_connection_is_kept_for_the_next_call() -> None:
    with serve(echo) as server, watched_connections() as tried:
        for _ in range(5):
            CLIENT.get_json(server.url)
    assert len(tried) == 1


def test_connection_closed_by_the_server_meanwhile_is_replaced() -> None:
    client = HttpClient(timeout_seconds=5)
    closing = {"Connection": "close"}
    with serve(lambda _: Answer("ok", headers=closing)) as server:
        for _ in range(3):
            client.get_bytes(server.url)
    assert len(server.requests) == 3


def test_256_threads_share_one_client() -> None:
    def call(server: LocalServer, number: int) -> Any:
        return CLIENT.get_json(server.url, params={"n": number})["query"]["n"]

    with serve(echo) as server, ThreadPoolExecutor(256) as pool:
        got = list(pool.map(lambda number: call(server, number), range(512)))
    assert got == [str(number) for number in range(512)]


def test_forked_process_opens_its_own_connection() -> None:
    client = HttpClient(timeout_seconds=5)
    with serve(echo) as server:
        client.get_json(server.url)
        before = client._pool()
        client._owner = os.getpid() + 1
        assert client._pool() is not before
        client.get_json(server.url)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.ProviderRequestError),
        (401, errors.ProviderAuthError),
        (403, errors.ProviderAuthError),
        (404, errors.ProviderRequestError),
        (408, errors.ProviderUnavailableError),
        (410, errors.ProviderRequestError),
        (425, errors.ProviderUnavailableError),
        (429, errors.ProviderRateLimitedError),
        (500, errors.ProviderUnavailableError),
        (503, errors.ProviderUnavailableError),
        (599, errors.ProviderUnavailableError),
        (304, errors.ProviderResponseError),
    ],
)
def test_status_becomes_the_error_that_it_means(
    status: int, error: type[errors.ProviderError]
) -> None:
    answer = HttpAnswer(status, {}, b"", "Serper", "https://x.example/")
    with pytest.raises(errors.ProviderError) as caught:
        answer.raise_for_status()
    assert type(caught.value) is error
    assert str(status) in str(caught.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("30", 30),
        ("0", 0),
        ("1.5", 1.5),
        ("-5", 0),
        ("86400", 600),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Mon, 32 Foo 2026 99:99:99 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 600),
    ],
)
def test_retry_after_is_seconds_within_ten_minutes(
    header: str | None, seconds: float | None
) -> None:
    headers = {} if header is None else {"retry-after": header}
    assert HttpAnswer(429, headers, b"", "Serper", "").retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    later = format_datetime(clock.now() + timedelta(seconds=120), usegmt=False)
    waiting = HttpAnswer(503, {"retry-after": later}, b"", "Serper", "").retry_after
    assert waiting is not None
    assert 110 < waiting <= 120


@pytest.mark.parametrize("url", ["", "nonsense", "http://", "http://[::1", "ftp://x.example/"])
def test_address_that_is_none_is_a_request_error(url: str) -> None:
    with watched_connections() as tried, pytest.raises(errors.ProviderRequestError):
        CLIENT.request("GET", url)
    assert tried == []


def test_header_with_a_line_break_is_refused() -> None:
    with serve(echo) as server, pytest.raises(errors.ProviderRequestError, match="key"):
        CLIENT.request("GET", server.url, headers={"X-API-KEY": "a\r\nX-Evil: b"})
    assert server.requests == []


def test_server_that_is_not_there_is_unavailable() -> None:
    with serve(echo) as server:
        url = server.url
    with pytest.raises(errors.ProviderUnavailableError, match="Serper could not be reached"):
        CLIENT.request("GET", url, service="Serper")
