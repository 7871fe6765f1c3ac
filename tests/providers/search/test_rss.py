"""Several feeds a client, each on its own."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.providers.search.cases import SECRET, target
from webapp import clock
from webapp.errors import (
    AddressRefusedError,
    ProviderError,
    ProviderRequestError,
    ProviderUnavailableError,
)
from webapp.providers.addresses import AddressGuard
from webapp.providers.base import SearchResult, SearchTarget
from webapp.providers.http import HttpClient
from webapp.providers.search.rss import FeedProvider


def feed(*titles: str, date: str = "") -> Answer:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    items = "".join(
        f"<item><title>{t}</title><link>https://a.example/{n}</link>{dated}</item>"
        for n, t in enumerate(titles)
    )
    return Answer(f'<rss version="2.0"><channel><title>A</title>{items}</channel></rss>')


def by_path(request: Request) -> Answer:
    if request.path == "/moved":
        return Answer(b"", status=301, headers={"Location": "/one"})
    known = {"/one": feed("One"), "/two": feed("Two"), "/gone": Answer("", status=410)}
    return known.get(request.path, Answer("", status=503))


def provider(http: HttpClient, server: LocalServer) -> FeedProvider:
    return FeedProvider(http=http, guard=AddressGuard([server.host_port]))


def search(
    http: HttpClient, *paths: str, respond: Callable[[Request], Answer] = by_path
) -> list[SearchResult]:
    with serve(respond) as server:
        urls = tuple(f"{server.url}/{path}?token={SECRET}" for path in paths)
        return provider(http, server).search(target(server.url, feed_urls=urls))


def test_all_feeds_are_read_in_order(http: HttpClient) -> None:
    assert [r.title for r in search(http, "two", "one")] == ["Two", "One"]


def test_same_feed_is_read_once(http: HttpClient) -> None:
    assert len(search(http, "one", "one")) == 1


def test_moved_feed_is_followed(http: HttpClient) -> None:
    assert [r.title for r in search(http, "moved")] == ["One"]


def test_one_bad_feed_costs_itself_and_is_told(
    http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        results = search(http, "gone", "one")
    assert [r.title for r in results] == ["One"]
    assert "Halcyon Health" in caplog.text
    assert "410" in caplog.text
    assert SECRET not in caplog.text


def test_only_bad_feeds_raise_what_may_pass_by_itself(http: HttpClient) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        search(http, "gone", "down")
    assert caught.value.account_wide is False


def test_only_lost_feeds_raise_for_good(http: HttpClient) -> None:
    with pytest.raises(ProviderRequestError) as caught:
        search(http, "gone", "gone/too", respond=lambda _: Answer("", status=404))
    assert caught.value.permanent


def test_private_feed_is_refused_for_this_client_only(http: HttpClient) -> None:
    made = FeedProvider(http=http, guard=AddressGuard())
    with pytest.raises(AddressRefusedError) as caught:
        made.search(target("", feed_urls=("http://127.1/feed",)))
    assert caught.value.account_wide is False


def test_entries_older_than_since_are_left_out_and_undated_ones_stay(http: HttpClient) -> None:
    since = clock.now() - timedelta(days=3)
    answers = {
        "/old": feed("Old", date=format_datetime(since - timedelta(days=2))),
        "/late": feed("Late", date=format_datetime(since - timedelta(hours=5))),
        "/undated": feed("Undated"),
    }
    with serve(lambda request: answers[request.path]) as server:
        urls = tuple(server.url + path for path in answers)
        found = provider(http, server).search(target("", feed_urls=urls), since=since)
    assert [r.title for r in found] == ["Late", "Undated"]


def test_at_most_a_hundred_entries_are_read(http: HttpClient) -> None:
    many = feed(*(f"Number {n}" for n in range(150)))
    assert len(search(http, "x", respond=lambda _: many)) == 100


def test_feed_is_fetched_once_and_by_us_alone(http: HttpClient) -> None:
    answer = Answer('<?xml version="1.0"?><!DOCTYPE rss SYSTEM "/dtd"><rss version="2.0"/>')
    with serve(lambda _: answer) as server, suppress(ProviderError):
        provider(http, server).search(target(server.url))
    assert len(server.requests) == 1
    assert "feedparser" not in server.requests[0].headers["user-agent"].lower()


def test_client_without_a_feed_is_not_configured(http: HttpClient) -> None:
    made = FeedProvider(http=http, guard=AddressGuard())
    bare = SearchTarget(client_id="c", name="Orbital", feed_urls=(" ",))
    assert not made.is_configured_for(bare)
    assert made.search(bare) == []
