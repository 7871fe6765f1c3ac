"""JSON is taken strictly: what is not sound data is a response error."""

import json
from typing import Any

import pytest

from tests.doubles.local_server import Answer, serve
from webapp.errors import ProviderResponseError
from webapp.providers.http import HttpAnswer, HttpClient


def parsed(body: bytes) -> Any:
    return HttpAnswer(200, {}, body, "Serper", "https://x.example/").json()


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        (b"\xef\xbb\xbf[]", []),
        (b'"caf\xc3\xa9"', "café"),
        (b" \n 7 ", 7),
        (b"1e308", 1e308),
        (b"[" * 60 + b"]" * 60, json.loads("[" * 60 + "]" * 60)),
    ],
)
def test_sound_json_is_returned(body: bytes, value: Any) -> None:
    assert parsed(body) == value


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<!doctype html><html></html>", "web page"),
        (b"\n <html>", "web page"),
        (b"", "nothing at all"),
        (b"   ", "nothing at all"),
        (b'{"a": ', "cannot be read"),
        (b"{'a': 1}", "cannot be read"),
        (b"[1,]", "cannot be read"),
        (b"[] []", "cannot be read"),
        (b'"\xff\xfe"', "cannot be read"),
        (b"NaN", "cannot be read"),
        (b'{"score": NaN}', "cannot be read"),
        (b"[Infinity]", "cannot be read"),
        (b"[-Infinity]", "cannot be read"),
        (b"[1e999]", "cannot be read"),
        (b"[-1e999]", "cannot be read"),
        (b"1" * 5_000, "cannot be read"),
        (b"[" * 65 + b"]" * 65, "too deeply"),
        (b"[" * 90_000, "too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too deeply"),
        (b"[[],[[]]," + b'{"a":[' * 40 + b"]}" * 40 + b"]", "too deeply"),
    ],
)
def test_unsound_json_is_a_response_error(body: bytes, says: str) -> None:
    with pytest.raises(ProviderResponseError, match=says) as caught:
        parsed(body)
    assert str(caught.value).startswith("Serper answered with")


def test_infinite_number_is_never_sent() -> None:
    with serve(lambda _: Answer({})) as server, pytest.raises(ValueError, match="JSON compliant"):
        HttpClient().request("POST", server.url, json_body={"x": float("nan")})


@pytest.mark.parametrize("unit", ["[]", "{}", "[[]]", '{"":{}}'])
def test_more_lists_and_objects_than_memory_should_hold_are_refused_unread(unit: str) -> None:
    body = f"[{','.join([unit] * (1_900_000 // (len(unit) + 1)))}]"
    with pytest.raises(ProviderResponseError, match="more data than can be read"):
        parsed(body.encode())
