"""Strangers' words come out plain."""

import time

import pytest

from webapp.providers.search.text import from_markup, tidy, web_link

HOSTILE = ("<", "<a ", "<!--", "<![CDATA[", "&", "&amp", '<a href="', "</", "<?", "<script>", "<a>")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hi&nbsp;<b>you</b></p>", "Hi you"),
        ("Profit &amp; loss", "Profit & loss"),
        ("Margin <5% & 3 < 4", "Margin <5% & 3 < 4"),
        ("<script>alert(1)</script>A<style>b{}</style>B", "A B"),
        ("A<!-- <b>hidden</b> -->B", "A B"),
        ("seen<script>never closed", "seen"),
        ("&lt;b&gt;shown&lt;/b&gt;", "<b>shown</b>"),
        ("one\n\ttwo\r\n three", "one two three"),
        ("bell\x07 nul\x00 \u202eturned\ud800", "bell nul turned"),
        (None, ""),
        (7, ""),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup: object, text: str) -> None:
    assert from_markup(markup, limit=200) == text


@pytest.mark.parametrize("unit", HOSTILE)
def test_odd_markup_costs_little(unit: str) -> None:
    started = time.process_time()
    from_markup("<b>" + unit * 500_000, limit=2_000)
    assert time.process_time() - started < 0.5


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert tidy("word " * 10, limit=9) == "word wor…"


@pytest.mark.parametrize("link", ["https://a.example/x?id=7#y", " http://a.example "])
def test_web_address_is_a_link(link: str) -> None:
    assert web_link(link) == link.strip()


@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "data:text/html,x", "/relative", "http://", "http://[::1"),
        *("https://a.example/a b", "https://a.example/\x00", "https://a.example/" + "x" * 2_000),
        *(None, 7),
    ],
)
def test_anything_else_is_no_link(link: object) -> None:
    assert web_link(link) is None
