"""A form can tell a feed's address that can never be fetched, mostly without asking anybody."""

import time
from collections.abc import Sequence

import pytest

from tests.providers.connections import watched_connections
from tests.providers.test_http_guard import LOOPBACK, NO_ADDRESS, PRIVATE
from webapp.providers.addresses import AddressGuard
from webapp.providers.feed_addresses import check_feed_url

PUBLIC = ("93.184.215.14",)


def never(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host}:{port} was looked up")


@pytest.mark.parametrize("host", LOOPBACK + PRIVATE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_private_address_in_any_spelling_is_told_without_a_look_up(scheme: str, host: str) -> None:
    with watched_connections() as tried:
        problem = check_feed_url(f"{scheme}://{host}/feed", resolve=never)
    assert problem
    assert problem.endswith(".")
    assert tried == []


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_is_told(url: str) -> None:
    problem = check_feed_url(url, resolve=lambda *_: PUBLIC)
    assert problem
    assert "secret" not in problem


@pytest.mark.parametrize(
    "host",
    [
        "intranet",
        "router.lan",
        "wiki.corp",
        "printer.local",
        "metadata.google.internal",
        "app.localhost",
        "localhost.",
        "box.home.arpa",
        "127.0.0.1.",
        "a..example",
        "-feeds.example",
        "999.1.1.1",
        f"{'a' * 64}.example",
    ],
)
def test_name_that_no_public_network_knows_is_told(host: str) -> None:
    assert check_feed_url(f"https://{host}/feed", resolve=never)


@pytest.mark.parametrize(
    "url",
    [
        "https://feeds.example.com/rss?tag=a&page=2#top",
        " http://feeds.example.com ",
        "http://feeds.example.com:80/x",
        "https://xn--mnchen-3ya.example/feed",
        "https://münchen.example/feed",
        "https://feeds.example.com./rss",
        "http://93.184.215.14/feed",
        "https://[2606:4700::1111]/feed",
    ],
)
def test_public_address_passes(url: str) -> None:
    assert check_feed_url(url) is None
    assert check_feed_url(url, resolve=lambda *_: PUBLIC) is None


def test_name_that_leads_into_a_private_network_is_told() -> None:
    problem = check_feed_url("https://feeds.example/", resolve=lambda *_: (*PUBLIC, "10.0.0.1"))
    assert problem == (
        "feeds.example leads into a private network; only public addresses can be fetched."
    )


def test_name_without_an_address_passes() -> None:
    def unknown(*_: object) -> Sequence[str]:
        raise OSError("no such host")

    assert check_feed_url("https://feeds.example/", resolve=unknown) is None


def test_slow_look_up_holds_no_form_up() -> None:
    def slow(*_: object) -> Sequence[str]:
        time.sleep(5)
        return ["127.0.0.1"]

    started = time.monotonic()
    assert check_feed_url("https://feeds.example/", resolve=slow, seconds=0.1) is None
    assert time.monotonic() - started < 1


def test_host_that_an_administrator_allows_passes() -> None:
    guard = AddressGuard(["127.0.0.1:9000", "intranet:80"])
    assert check_feed_url("http://127.0.0.1:9000/feed", guard=guard, resolve=never) is None
    assert check_feed_url("http://intranet/feed", guard=guard, resolve=never) is None
    assert check_feed_url("http://127.0.0.1/feed", guard=guard, resolve=never)
