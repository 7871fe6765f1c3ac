"""TLS: the certificate must fit the host that was asked for, wherever the connection goes."""

import socket
import time
from pathlib import Path

import pytest

from tests.doubles.certificates import Certificate, make_certificate
from tests.providers.raw_server import read_head, serve_raw
from webapp.errors import ProviderTimeoutError, ProviderUnavailableError
from webapp.providers.addresses import AddressGuard
from webapp.providers.http import HttpClient

HOST = "feeds.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(Path(tmp_path_factory.mktemp("tls")), host=HOST)


def speak(line: socket.socket) -> None:
    while head := read_head(line):
        host = next(part for part in head.split(b"\r\n") if part.lower().startswith(b"host:"))
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(host), host))


def trickle(line: socket.socket) -> None:
    read_head(line)
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        line.sendall(b"x")
        time.sleep(0.02)


def client_for(address: str, ca_file: str | None, seconds: float = 5) -> HttpClient:
    guard = AddressGuard(
        [f"{name}:{address.partition(':')[2]}" for name in (HOST, "other.example")]
    )
    return HttpClient(
        guard=guard, resolve=lambda *_: ["127.0.0.1"], ca_file=ca_file, timeout_seconds=seconds
    )


def test_certificate_is_checked_against_the_name_not_the_pinned_address(
    certificate: Certificate,
) -> None:
    with serve_raw(speak, tls=certificate.server) as address:
        port = address.partition(":")[2]
        client = client_for(address, certificate.ca_file)
        for _ in range(2):
            assert client.get_bytes(f"https://{HOST}:{port}/").endswith(f"{HOST}:{port}".encode())


def test_certificate_of_another_host_is_refused(certificate: Certificate) -> None:
    with serve_raw(speak, tls=certificate.server) as address:
        client = client_for(address, certificate.ca_file)
        with pytest.raises(ProviderUnavailableError, match="certificate"):
            client.request("GET", f"https://other.example:{address.partition(':')[2]}/")


def test_certificate_that_nobody_vouches_for_is_refused(certificate: Certificate) -> None:
    with serve_raw(speak, tls=certificate.server) as address:
        client = client_for(address, None)
        with pytest.raises(ProviderUnavailableError, match="certificate"):
            client.request("GET", f"https://{HOST}:{address.partition(':')[2]}/")


def test_server_without_tls_is_unavailable() -> None:
    with serve_raw(speak) as address:
        client = client_for(address, None, seconds=0.5)
        with pytest.raises(ProviderUnavailableError):
            client.request("GET", f"https://{HOST}:{address.partition(':')[2]}/")


def test_trickle_under_tls_ends_at_the_limit(certificate: Certificate) -> None:
    started = time.monotonic()
    with serve_raw(trickle, tls=certificate.server) as address:
        client = client_for(address, certificate.ca_file, seconds=0.5)
        with pytest.raises(ProviderTimeoutError):
            client.request("GET", f"https://{HOST}:{address.partition(':')[2]}/")
    assert time.monotonic() - started < 1.2


def test_handshake_that_never_ends_is_timed_out() -> None:
    started = time.monotonic()
    with serve_raw(lambda _: time.sleep(3)) as address:
        client = client_for(address, None, seconds=0.4)
        with pytest.raises(ProviderTimeoutError):
            client.request("GET", f"https://{HOST}:{address.partition(':')[2]}/")
    assert time.monotonic() - started < 1.2
