"""Keys travel in headers, queries and bodies, and reach neither errors nor logs."""

import logging
import traceback

import pytest

from tests.doubles.local_server import Answer, serve
from webapp.errors import ProviderError
from webapp.providers.http import HttpClient

CANARY = "canary-key-0815"
ANSWERS = {
    "html": Answer(f"<html>{CANARY}</html>"),
    "broken": Answer(f'{{"key": "{CANARY}"', content_type="application/json"),
    "401": Answer({"error": f"bad key {CANARY}"}, status=401),
    "400": Answer({"error": f"bad key {CANARY}"}, status=400),
    "500": Answer(CANARY, status=500),
    "redirect": Answer(b"", status=302, headers={"Location": f"http://[{CANARY}"}),
    "slow": Answer({}, delay=1),
    "big": Answer(CANARY.encode() * 200_000),
    "odd header": Answer({}, headers={"Bad Header\tname": CANARY}),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_no_error_or_log_line_holds_a_secret(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    client = HttpClient(timeout_seconds=0.3)
    caplog.set_level(logging.DEBUG)
    with serve(lambda _: answer) as server:
        told = _all_text_of_failure(client, server.url)
    assert CANARY not in told
    assert CANARY not in caplog.text


def test_unreachable_host_gives_no_secret_away(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serve(lambda _: Answer({})) as server:
        url = server.url
    assert CANARY not in _all_text_of_failure(HttpClient(timeout_seconds=1), url)
    assert CANARY not in caplog.text


def test_answer_shows_neither_address_nor_body() -> None:
    with serve(lambda _: Answer(CANARY)) as server:
        answer = HttpClient().request("GET", f"{server.url}/?key={CANARY}")
    assert CANARY not in repr(answer)


def _all_text_of_failure(client: HttpClient, url: str) -> str:
    """Return message and full traceback with everything chained to it."""
    try:
        client.post_json(
            f"{url}/v1?key={CANARY}",
            headers={"X-API-KEY": CANARY},
            params={"token": CANARY},
            json_body={"password": CANARY},
        )
    except ProviderError as error:
        chain = f"{error.__context__!r} {error.__cause__!r}"
        return f"{error} {error!r} {chain} {''.join(traceback.format_exception(error))}"
    return ""
