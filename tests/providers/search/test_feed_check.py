"""Somebody typed an address: is it a feed, and if not, what is it?"""

import pytest

from tests.doubles.local_server import Answer, Request, serve
from webapp.providers.addresses import AddressGuard
from webapp.providers.http import HttpClient
from webapp.providers.search.feed_check import FeedCheckProvider, FeedReport

RSS = (
    '<rss version="2.0"><channel><title>Halcyon news</title>'
    "<item><title>One</title></item><item><title>Two</title></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Halcyon</title>'
    "<entry><title>One</title></entry></feed>"
)
EMPTY = '<rss version="2.0"><channel><title>Quiet</title></channel></rss>'


def look(http: HttpClient, answer: Answer, *, path: str = "/news") -> FeedReport:
    """Check one address of a server that gives the answer everywhere but at /moved."""

    def respond(request: Request) -> Answer:
        if request.path == "/moved":
            return Answer(b"", status=301, headers={"Location": "/news"})
        return answer

    with serve(respond) as server:
        guard = AddressGuard([server.host_port])
        return FeedCheckProvider(http=http, guard=guard).check(f"{server.url}{path}")


@pytest.mark.parametrize(
    ("body", "title", "entries"),
    [(RSS, "Halcyon news", 2), (ATOM, "Halcyon", 1), (EMPTY, "Quiet", 0)],
)
@pytest.mark.parametrize("path", ["/news", "/moved"])
def test_a_feed_is_told_with_its_title(
    http: HttpClient, body: str, title: str, entries: int, path: str
) -> None:
    report = look(http, Answer(body, content_type="application/xml"), path=path)
    assert (report.problem, report.title, report.entries) == (None, title, entries)


def test_a_feed_that_is_sent_as_a_web_page_is_one(http: HttpClient) -> None:
    assert look(http, Answer(RSS, content_type="text/html")).is_feed


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("<!doctype html><html><body>News</body></html>"), "web page, not a feed"),
        (Answer("<html>"), "web page, not a feed"),
        (Answer({"items": []}), "JSON data"),
        (Answer({"version": "https://jsonfeed.org/version/1.1"}), "JSON Feed"),
        (Answer("<urlset/>", content_type="application/xml"), "site map"),
        (Answer("<svg/>", content_type="image/svg+xml"), "XML of another kind"),
        (Answer(b"%PDF-1.7 ...", content_type="application/pdf"), "application/pdf"),
        (Answer(b"\x89PNG", content_type="image/png"), "image/png"),
        (Answer(b"", content_type="application/xml"), "nothing"),
        (Answer("", status=404), "nothing at this address (404)"),
        (Answer("", status=410), "nothing at this address (410)"),
        (Answer("", status=403), "does not let Beacon read"),
        (Answer("", status=418), "418"),
        (Answer("<rss" + "<a>" * 60_000), "feed"),
        (Answer(b"x" * 3_000_000, content_type="application/xml"), "bytes"),
        (Answer("", status=301, headers={"Location": "/moved"}), "redirects"),
    ],
)
def test_what_is_no_feed_is_named(http: HttpClient, answer: Answer, said: str) -> None:
    report = look(http, answer)
    assert not report.is_feed
    assert report.is_lasting
    assert said in (report.problem or "")


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_site_that_is_down_is_no_mistake_in_the_address(http: HttpClient, status: int) -> None:
    report = look(http, Answer("", status=status))
    assert (report.is_feed, report.is_lasting) == (False, False)


def test_an_address_where_nobody_answers_is_no_mistake_either(http: HttpClient) -> None:
    with serve(lambda _: Answer(RSS)) as server:
        address = server.url
    guard = AddressGuard([address.removeprefix("http://")])
    report = FeedCheckProvider(http=http, guard=guard).check(address)
    assert (report.is_feed, report.is_lasting) == (False, False)


HEADS = [
    ('<link rel="alternate" type="application/rss+xml" href="/feed.xml">', "/feed.xml"),
    ("<LINK TYPE='application/atom+xml' HREF='feed.xml' REL='alternate'>", "/feed.xml"),
    ("<link rel=alternate type=application/rss+xml href=/a.xml>", "/a.xml"),
    ('<link rel="x alternate" type="application/rss+xml" href="?a=1&amp;b=2">', "/news?a=1&b=2"),
    ('<link rel="alternate" type="text/html" hreflang="de" href="/de">', None),
    ('<link rel="stylesheet" type="text/css" href="/a.css">', None),
    ('<link rel="alternate" type="application/rss+xml" href="http://10.0.0.1/feed">', None),
    ('<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">', None),
    ('<link rel="alternate" type="application/rss+xml" href="http://[">', None),
    ('<link rel="alternate" type="application/rss+xml">', None),
]


@pytest.mark.parametrize(("head", "proposed"), HEADS)
def test_the_feed_that_a_page_names_is_proposed(
    http: HttpClient, head: str, proposed: str | None
) -> None:
    report = look(http, Answer(f"<html><head>{head}</head><body>News</body></html>"))
    paths = ["/" + each.split("/", 3)[3] for each in report.proposals]
    assert paths == ([proposed] if proposed else [])
    assert (report.proposals[0] in report.advice) if proposed else report.advice == report.problem


def test_a_page_full_of_links_is_read_in_no_time(http: HttpClient) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/%d.xml">'
    page = "<html>" + "".join(link % n for n in range(10_000)) + "<link " * 50_000
    assert len(look(http, Answer(page)).proposals) == 3


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/feed", "http://[::1]/", "http://0x7f000001/", "file:///etc/passwd", ""],
)
def test_what_must_never_be_fetched_is_not(http: HttpClient, url: str) -> None:
    provider = FeedCheckProvider(http=http, guard=AddressGuard())
    report = provider.check(url)
    assert report.problem == provider.refusal(url)
    assert report.is_lasting


def test_a_redirect_into_a_private_network_is_refused(http: HttpClient) -> None:
    answer = Answer("", status=302, headers={"Location": "http://169.254.169.254/latest"})
    report = look(http, answer)
    assert report.is_lasting
    assert "private network" in (report.problem or "")
