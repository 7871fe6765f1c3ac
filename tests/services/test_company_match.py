"""Whether a text is about the client: names, numbers, sites, words, persons, other companies."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.providers.base import SearchTarget
from webapp.services.company_match import BAR, CompanyMatch, match_company
from webapp.services.company_names import bare_name
from webapp.services.company_spelling import folded

LANTERN = SearchTarget(
    client_id="c",
    name="Lantern",
    legal_name="Lantern Software, Inc.",
    domain="lantern.example",
    ticker="LNTR",
    cik="0001234567",
    products=("Beamworks",),
    industry="Software",
)
ARCWELL = SearchTarget(client_id="c", name="Arcwell", aliases=("Arcwell Bank",))


def judged(target: SearchTarget, title: str, snippet: str = "", url: str = "") -> CompanyMatch:
    return match_company(target, title=title, snippet=snippet, url=url)


def changed(target: SearchTarget, **values: Any) -> SearchTarget:
    return SearchTarget(**{**vars(target), **values})


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("New tools from lantern.example for schools", "names the domain"),
        ("$LNTR up 4% after hours", "names the ticker $LNTR"),
        ("Maker of lamps (NASDAQ: LNTR) gains", "names the ticker LNTR with its exchange"),
        ("Lantern Software raises its outlook", "names “Lantern Software”"),
        ("Lantern cuts 200 jobs", "is the subject of the title"),
        ("Regulator questions Lantern's new prices", "is spoken of as the owner of something"),
        ("Investors sue Lantern over late filings", "is written as a name"),
        ("LANTERN wins order from the navy", "is the subject of the title"),
        ("Beamworks update breaks calendars", "names the product “Beamworks”"),
    ],
)
def test_the_client_is_found_with_a_reason_in_plain_words(title: str, reason: str) -> None:
    match = judged(LANTERN, title)
    assert match.is_match
    assert reason in match.reasons


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Villagers carry a lantern through the snow", "a word of the language, not the company"),
        ("A Lantern For Every Child This Winter", "a word of the language, not the company"),
        ("Lantern Pharmaceuticals reports results", "part of another name"),
        ("Ten Thousand See The Lantern Festival", "part of another name"),
        ("Actor Emily Lantern joins new drama", "a person's name, “Emily Lantern”"),
        ("Lantern (NYSE: LAN) falls", "stands beside another ticker, LAN"),
        ("$LAN - Lantern Gold drills again", "part of another name"),
        ("How a Lantern-Jawed hero came to be", "part of the longer word"),
        ("Arcwell opens in Leeds", "does not name the client"),
    ],
)
def test_what_only_looks_like_the_client_is_told_apart(title: str, reason: str) -> None:
    match = judged(LANTERN, title)
    assert not match.is_match
    assert match.score <= BAR
    assert match.reason.startswith(reason)


def test_a_name_that_is_no_word_needs_no_further_sign() -> None:
    assert judged(ARCWELL, "What Comes Next For Arcwell").is_match
    assert judged(ARCWELL, "ARCWELL: the long view").is_match
    assert not judged(ARCWELL, "Arcwell Dental opens ten practices").is_match


def test_part_of_a_longer_word_is_no_mention() -> None:
    assert judged(ARCWELL, "Arcwellian times").reasons == ("does not name the client",)


def test_the_clients_own_longer_name_is_not_another_companys() -> None:
    assert judged(ARCWELL, "Arcwell Bank buys a rival").is_match


def test_a_title_about_another_company_outweighs_its_short_form_below() -> None:
    told = "Lantern said on Monday that it will expand."
    assert judged(LANTERN, "News for readers", told).is_match
    assert not judged(LANTERN, "Lantern Pharmaceuticals expands", told).is_match


def test_a_mention_in_the_text_only_scores_lower_and_says_so() -> None:
    title, below = judged(ARCWELL, "Arcwell hires"), judged(ARCWELL, "Hiring", "Arcwell hires")
    assert below.is_match
    assert below.score < title.score
    assert any(reason.startswith("passing mention") for reason in below.reasons)


def test_one_ticker_among_many_is_a_passing_mention() -> None:
    match = judged(LANTERN, "Movers today: $ABC $LNTR $XYZ $QRS $TUV")
    assert match.is_match
    assert match.score < judged(LANTERN, "$LNTR up").score
    assert match.reason.startswith("passing mention")


def test_the_clients_line_of_business_speaks_for_it() -> None:
    bare, framed = "Lantern, a start", "Lantern, a software start"
    assert judged(LANTERN, framed).score > judged(LANTERN, bare).score


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://lantern.example/news", True),
        ("https://blog.lantern.example/1", True),
        ("https://notlantern.example/1", False),
        ("https://lantern.example.evil.example/", False),
        ("http://[broken", False),
        ("https://www.sec.gov/Archives/edgar/data/1234567/0001.htm", True),
        ("https://www.sec.gov/Archives/edgar/data/12345678/0001.htm", False),
        ("https://evil.example/edgar/data/1234567/", False),
    ],
)
def test_the_own_site_and_own_filings_need_no_name(url: str, *, is_own: bool) -> None:
    assert judged(LANTERN, "Notice of a meeting", url=url).is_match is is_own


def test_a_domain_inside_another_is_not_named() -> None:
    assert not judged(LANTERN, "Visit mylantern.example or lantern.example.org").is_match


def test_what_is_excluded_decides_alone() -> None:
    target = changed(LANTERN, must_not_terms=("gold",), must_not_domains=("mine.example",))
    by_term = judged(target, "$LNTR Lantern Software strikes gold")
    by_site = judged(target, "Lantern Software grows", url="https://www.mine.example/1")
    assert (by_term.score, by_term.reasons) == (0.0, ("names the excluded term “gold”",))
    assert (by_site.score, by_site.reasons) == (
        0.0,
        ("comes from the excluded site mine.example",),
    )


def test_what_is_required_must_be_there() -> None:
    target = changed(LANTERN, must_have_terms=("software", "cloud"))
    assert judged(target, "Lantern cuts cloud prices").is_match
    assert judged(target, "Lantern cuts jobs").reasons == ("names none of the required terms",)


def test_a_name_of_several_words_counts_in_any_capitals() -> None:
    target = SearchTarget(client_id="c", name="Halcyon Health")
    for title in ("HALCYON HEALTH WINS", "halcyon health wins", "Halcyon-Health wins"):
        assert judged(target, title).is_match
    assert not judged(target, "Halcyon days of health").is_match


def test_a_name_inside_a_text_without_spaces_is_found() -> None:
    assert judged(ARCWELL, "今後Arcwellでの提供も開始").is_match


@pytest.mark.parametrize("name", ["Yahoo!", "H&M", "3M", "iLamp", "C++ Labs", "(a|b)*", "Ørnen"])
def test_names_with_signs_are_found_as_written(name: str) -> None:
    assert judged(SearchTarget(client_id="c", name=name), f"{name} names a new chief").is_match


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Marlow's", "Marlow\u2019s recalls toys"),
        ("Marlow\u2019s", "Marlow's recalls toys"),
        ("Br\u00e9val", "Breval cuts jobs"),
        ("Breval", "Br\u00e9val cuts jobs"),
        ("\u00d8rnen", "Ornen sells a wind farm"),
        ("ORNEN", "\u00d8rnen sells a wind farm"),
        ("Zapwell!", "Zapwell cuts staff"),
        ("Zapwell!", "Zapwell! cuts staff"),
        ("Harrow & Harrow", "Harrow and Harrow wins verdict"),
        ("Harrow and Harrow", "Harrow & Harrow wins verdict"),
        ('Lamps "R" Ours', "Lamps R Ours opens stores"),
        ('Lamps "R" Ours', "Lamps \u201cR\u201d Ours opens stores"),
        ("Koro\u2011Kola", "Koro-Kola raises prices"),
        ("Koro-Kola", "Koro\u2013Kola raises prices"),
        ("\uff21rcwell", "Arcwell\u2122 raises prices"),
    ],
)
def test_other_ways_to_write_a_name_are_the_same_name(name: str, title: str) -> None:
    assert judged(SearchTarget(client_id="c", name=name), title).is_match


@pytest.mark.parametrize(
    "form",
    [
        "A/S",
        "S.A.",
        "B.V.",
        "K.K.",
        "Pty Ltd",
        "Private Limited",
        "GmbH & Co. KG",
        "& Co.",
        "and Company",
        "S.p.A.",
        "L.L.C.",
        "SE",
        "AB (publ)",
        "Oyj",
        "S.A.B. de C.V.",
    ],
)
def test_a_legal_form_is_no_part_of_the_name(form: str) -> None:
    assert bare_name(f"Arcwell {form}") == "Arcwell"


def test_a_sign_of_korean_is_not_cut_into_another_name() -> None:
    target = SearchTarget(client_id="c", name="\uc18c\ub2c8")
    assert judged(target, "\uc18c\ub2c8, \uc2e0\uc81c\ud488").is_match
    assert not judged(target, "\uc18c\ub2c9, \uc2e0\uc81c\ud488").is_match


def test_terms_are_read_in_any_spelling() -> None:
    target = changed(LANTERN, must_not_terms=("caf\u00e9", "Harrow & Co"))
    assert not judged(target, "Lantern Software opens a cafe").is_match
    assert not judged(target, "Lantern Software sues Harrow and Co").is_match
    needed = changed(LANTERN, must_have_terms=("Zurich", "people\u2019s"))
    assert judged(needed, "Lantern Software moves to Z\u00fcrich").is_match
    assert judged(needed, "Lantern Software wins the people's prize").is_match


@pytest.mark.parametrize("term", ["\u0301", "\u200b\u200b", '""', "!!"])
def test_a_term_without_letters_excludes_no_other_text(term: str) -> None:
    assert judged(changed(LANTERN, must_not_terms=(term,)), "Lantern Software grows").is_match


@pytest.mark.parametrize("name", ["\u0301\u0301", "\u200b\u200b", '""', "!!"])
def test_a_name_without_letters_is_not_found_everywhere(name: str) -> None:
    assert not judged(SearchTarget(client_id="c", name=name), "Arcwell grows").is_match


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Apple", "Apple pie recipe wins county fair"),
        ("Oracle", "Oracle of Omaha sells more stock"),
        ("Shell", "Shell company used for laundering"),
        ("Zoom", "Zoom in on the details"),
    ],
)
def test_a_phrase_that_begins_with_a_name_is_not_the_company(name: str, title: str) -> None:
    target = SearchTarget(client_id="c", name=name)
    assert judged(target, title).reasons == ("a word of the language, not the company",)
    assert judged(target, f"{name} raises its outlook").is_match
    assert judged(target, f"{name} in talks to buy a rival").is_match


def test_a_client_without_a_usable_name_matches_nothing() -> None:
    assert not judged(SearchTarget(client_id="c", name="X"), "X marks the spot").is_match


texts = st.text(max_size=200)


@given(text=texts)
def test_folding_twice_changes_nothing_further(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@settings(deadline=None)
@given(title=texts, snippet=texts, url=texts, name=st.text(min_size=1, max_size=30))
def test_any_text_gets_a_score_within_bounds_and_a_reason(
    title: str, snippet: str, url: str, name: str
) -> None:
    target = SearchTarget(client_id="c", name=name, ticker="AB", domain="a.example")
    match = match_company(target, title=title, snippet=snippet, url=url)
    assert 0 <= match.score <= 1
    assert match.is_match == (match.score > BAR)
    assert match.reasons


@pytest.mark.parametrize(
    "make", [lambda: "Lantern " * 50_000, lambda: "(" * 100_000, lambda: "$A " * 50_000]
)
def test_a_huge_text_is_read_in_no_time(make: Callable[[], str]) -> None:
    started = time.perf_counter()
    assert judged(LANTERN, make(), make()).reasons
    assert time.perf_counter() - started < 0.5
