"""Addresses that users typed reach nothing private, in whatever spelling."""

import pytest

from tests.doubles.local_server import Answer, serve
from tests.providers.connections import watched_connections
from webapp.errors import AddressRefusedError, ProviderResponseError, ProviderUnavailableError
from webapp.providers.addresses import AddressGuard, is_public, system_resolve
from webapp.providers.http import HttpClient

LOOPBACK = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "0x7f.0x0.0x0.0x1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "\uff11\uff12\uff17.0.0.1",
    "localhost",
    "LOCALHOST",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
)
PRIVATE = (
    "0",
    "0.0.0.0",  # noqa: S104 -- asked for, not bound to
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "2852039166",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:8.8.8.8]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::1]",
    "[2002:a00:1::1]",
    "[3fff::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
)
NO_ADDRESS = (
    "file:///etc/passwd",
    "ftp://example.com/feed",
    "gopher://example.com/",
    "javascript:alert(1)",
    "data:text/xml,<rss/>",
    "//example.com/feed",
    "example.com/feed",
    "",
    "http://",
    "http:///feed",
    "http://[::1",
    "http://example.com:22/",
    "http://example.com:6379/",
    "http://example.com:8080/",
    "https://example.com:25/",
    "http://example.com:99999/",
    "http://example.com:0/",
    "http://ben:secret@example.com/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1:80@example.com/",
    "http://public.example\\@127.0.0.1/",
    "http://exa mple.com:81/",
)
GUARDED = HttpClient(guard=AddressGuard(), timeout_seconds=5)
URLS = [f"{scheme}://{host}/" for host in LOOPBACK + PRIVATE for scheme in ("http", "https")]


@pytest.mark.parametrize("url", [*URLS, *NO_ADDRESS])
def test_private_address_is_refused_before_any_connection(url: str) -> None:
    with watched_connections() as tried, pytest.raises(AddressRefusedError) as caught:
        GUARDED.request("GET", url)
    assert tried == []
    assert "secret" not in str(caught.value)


def test_confusing_address_leads_only_where_it_was_checked() -> None:
    client = HttpClient(guard=AddressGuard(), resolve=lambda *_: ["93.184.215.14"])
    with watched_connections() as tried, pytest.raises(ProviderUnavailableError):
        client.request("GET", "http://public.example#@127.0.0.1/")
    assert tried == [("93.184.215.14", 80)]


def test_look_up_that_changes_its_mind_is_asked_once() -> None:
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    client = HttpClient(guard=AddressGuard(), resolve=lambda *_: answers.pop(0))
    with watched_connections() as tried, pytest.raises(ProviderUnavailableError):
        client.request("GET", "http://rebinding.example/")
    assert tried == [("93.184.215.14", 80)]
    assert answers == [["127.0.0.1"]]


def test_one_private_address_among_public_ones_refuses_all() -> None:
    client = HttpClient(guard=AddressGuard(), resolve=lambda *_: ["93.184.215.14", "10.0.0.1"])
    with watched_connections() as tried, pytest.raises(AddressRefusedError):
        client.request("GET", "https://mixed.example/")
    assert tried == []


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "http://127.0.0.1:1/",
        "file:///etc/passwd",
        "//[::1]/",
        "http://[::1",
    ],
)
def test_redirect_into_a_private_network_is_refused(location: str) -> None:
    with serve(lambda _: Answer(b"", status=302, headers={"Location": location})) as server:
        client = HttpClient(guard=AddressGuard([server.host_port]))
        with (
            watched_connections() as tried,
            pytest.raises((AddressRefusedError, ProviderResponseError)),
        ):
            client.request("GET", f"{server.url}/feed", max_redirects=3)
    assert len(tried) == 1
    assert len(server.requests) == 1


def test_allowed_host_and_port_is_reached_although_private() -> None:
    with serve(lambda _: Answer("ok")) as server:
        client = HttpClient(guard=AddressGuard([server.host_port.upper()]))
        assert client.get_bytes(server.url) == b"ok"


def test_other_port_of_an_allowed_host_is_refused() -> None:
    with serve(lambda _: Answer("ok")) as server:
        client = HttpClient(guard=AddressGuard(["127.0.0.1:1"]))
        with pytest.raises(AddressRefusedError, match="Port"):
            client.request("GET", server.url)
    assert server.requests == []


def test_pinned_connection_keeps_the_host_header() -> None:
    with serve(lambda _: Answer("ok")) as server:
        port = server.host_port.partition(":")[2]
        guard = AddressGuard([f"feeds.example:{port}"])
        client = HttpClient(guard=guard, resolve=lambda *_: ["127.0.0.1"])
        client.request("GET", f"http://feeds.example:{port}/")
    assert server.requests[0].headers["host"] == f"feeds.example:{port}"


def test_guarded_client_shares_no_connection_with_the_plain_one() -> None:
    with serve(lambda _: Answer("ok")) as server:
        plain = HttpClient()
        plain.request("GET", server.url)
        with pytest.raises(AddressRefusedError):
            plain.guarded_by(AddressGuard()).request("GET", server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111"]
)
def test_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "example.com", "1.2.3", "::g", "fe80::1%eth0"])
def test_what_is_no_public_address_is_not_public(text: str) -> None:
    assert not is_public(text)


def test_system_resolver_gives_each_address_once() -> None:
    found = system_resolve("127.1", 80)
    assert found == ["127.0.0.1"]
