"""A source that redirects into a private network, or in circles, costs only itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.doubles.local_server import Answer, LocalServer, serve
from tests.providers.connections import watched_connections
from tests.providers.search.cases import MAKERS, target
from webapp.errors import AddressRefusedError, ProviderError, ProviderResponseError
from webapp.providers.addresses import AddressGuard
from webapp.providers.base import SearchTarget
from webapp.providers.http import HttpClient
from webapp.providers.search.rss import FeedProvider

TARGETS = (
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://[::ffff:169.254.169.254]/",
    "http://127.1/",
    "http://localhost/",
    "http://10.0.0.1/",
    "http://100.64.0.1/",
    "http://[fd00:ec2::254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
)


@contextmanager
def leading_to(location: str) -> Iterator[LocalServer]:
    answer = Answer(b"", status=302, headers={"Location": location})
    with serve(lambda _: answer) as server:
        yield server


@pytest.mark.parametrize("location", TARGETS)
@pytest.mark.parametrize("name", MAKERS)
def test_redirect_into_a_private_network_is_not_followed(
    name: str, location: str, http: HttpClient
) -> None:
    with leading_to(location) as server, watched_connections() as tried:
        provider = MAKERS[name](http, server.url)
        with pytest.raises(ProviderError):
            provider.search(target(server.url))
    assert [f"{host}:{port}" for host, port, *_ in tried] == [server.host_port]


@pytest.mark.parametrize("name", MAKERS)
def test_redirect_to_a_neighbour_reaches_nothing(name: str, http: HttpClient) -> None:
    with (
        serve(lambda _: Answer("secret")) as neighbour,
        leading_to(f"{neighbour.url}/admin") as server,
        pytest.raises(ProviderError),
    ):
        MAKERS[name](http, server.url).search(target(server.url))
    assert neighbour.requests == []


@pytest.mark.parametrize("name", MAKERS)
def test_redirects_in_circles_end(name: str, http: HttpClient) -> None:
    with leading_to("/again") as server, pytest.raises(ProviderResponseError):
        MAKERS[name](http, server.url).search(target(server.url))
    assert len(server.requests) <= 4


def test_feed_whose_name_turns_private_on_the_way_is_refused() -> None:
    answers = {"first.example": ["127.0.0.1"], "second.example": ["127.0.0.1"]}
    with serve(lambda _: Answer(b"", status=301, headers={"Location": there})) as server:
        port = server.host_port.partition(":")[2]
        there = f"http://second.example:{port}/"
        client = HttpClient(resolve=lambda host, _: answers[host])
        provider = FeedProvider(http=client, guard=AddressGuard([f"first.example:{port}"]))
        with pytest.raises(AddressRefusedError):
            provider.search(at(f"http://first.example:{port}/feed"))
    assert len(server.requests) == 1


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda _: Answer("secret")) as proxy:
        for variable in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy.url)
        monkeypatch.setenv("no_proxy", "")
        provider = FeedProvider(http=HttpClient(timeout_seconds=2), guard=AddressGuard())
        with watched_connections() as tried, pytest.raises(AddressRefusedError):
            provider.search(at("http://169.254.169.254/"))
    assert tried == []
    assert proxy.requests == []


def at(url: str) -> SearchTarget:
    return SearchTarget(client_id="c", name="Orbital Robotics", feed_urls=(url,))
