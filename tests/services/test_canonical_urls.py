"""All addresses of one article become one; addresses of two stay two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.services.canonical import canonical_url

ONE = "https://news.example/2026/story"
SPELLINGS = [
    "http://www.news.example/2026/story",
    "HTTPS://News.Example:443/2026/story/",
    "https://m.news.example/2026/story",
    "https://amp.news.example/2026/story",
    "https://news.example/2026/story/amp/",
    "https://news.example/2026/story.amp",
    "https://news.example/amp/2026/story",
    "https://news.example/2026/story?amp=1",
    "https://news.example/2026/story?outputType=amp",
    "https://news.example//2026/./x/../story",
    "https://news.example/2026/st%6Fry",
    "https://news.example/2026/story#comments",
    "https://news.example/2026/story?utm_source=a&utm_medium=b&utm_campaign=c",
    "https://news.example/2026/story?fbclid=1&gclid=2&msclkid=3&mc_cid=4&mkt_tok=5",
    "https://news.example/2026/story?ref=rss&source=rss&cmpid=x&ocid=y&smid=z",
    "https://news.example/2026/story?mtm_campaign=a&_ga=1&__twitter_impression=true&s_cid=2",
    "https://news.example/2026/story;jsessionid=AB12",
    " <![CDATA[https://news.example/2026/story]]> ",
    "https://news.example/2026/story\\?utm_source=feed",
    "https://user:word@news.example/2026/story",
    "https://www.google.com/amp/s/www.news.example/2026/story/amp",
    "https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fnews.example%2F2026%2Fstory&usg=x",
    "https://news-example.cdn.ampproject.org/c/s/news.example/2026/story",
    "https://news-example.cdn.ampproject.org/v/s/www.news.example/2026/story?amp_js_v=0.1&usqp=x",
    "https://news-example.cdn.ampproject.org/c/news.example/2026/story",
    "https://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fnews.example%2f2026%2fstory",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2F2026%2Fstory%3Ffbclid%3D1&h=x",
    "https://r.search.yahoo.com/_ylt=x/RV=2/RU=https%3a%2f%2fnews.example%2f2026%2fstory/RK=2/",
    "https://twitter.com/share?url=https://news.example/2026/story&text=x",
]
APART = [
    "https://news.example/2026/Story",
    "https://news.example/2026/story?id=5",
    "https://news.example/2026/story?id=6",
    "https://news.example/2026/story?page=2",
    "https://news.example/article.pl?sid=26/02/28/1",
    "https://news.example/article.pl?sid=26/02/28/2",
    "https://news.example/watch?v=a1",
    "https://news.example/watch?v=a2",
    "https://news.example/q?source=halcyon",
    "https://news.example/q?source=castellan",
    "https://news.example:8443/2026/story",
    "https://sport.news.example/2026/story",
    "https://news.example/amp",
    "https://news.example/",
    "https://news.example/#!/2026/story",
    "https://news.example/a%2Fb",
    "https://news.example/a/b",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_an_address_is_one(spelling: str) -> None:
    assert canonical_url(spelling) == ONE


def test_addresses_of_two_articles_stay_two() -> None:
    found = [canonical_url(url) for url in [ONE, *APART]]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://en.m.wikipedia.org/wiki/A", "https://en.wikipedia.org/wiki/A"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("http://[::0:1]/x", "https://[::1]/x"),
        ("https://news.example/do?b=2&a=1&a=1", "https://news.example/do?a=1&b=2"),
        ("https://news.example/caf%c3%a9?q=a+b", "https://news.example/caf%C3%A9?q=a%20b"),
        ("https://m.example", "https://m.example/"),
    ],
)
def test_one_form_is_kept(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    ["", "nothing", "ftp://news.example/a", "mailto:ana@example.com", "http://", "https://[", "//"],
)
def test_what_is_no_web_address_stays(url: str) -> None:
    assert canonical_url(f" {url} ") == url


def test_an_address_wrapped_without_end_is_left_after_some_layers() -> None:
    url = ONE
    for _ in range(12):
        url = f"https://www.google.com/url?url={url}"
    assert canonical_url(url).startswith("https://")


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://a.example/", "https://x/?"]))
def test_any_text_has_a_form_that_is_its_own(text: str, start: str) -> None:
    once = canonical_url(start + text)
    assert canonical_url(once) == once
