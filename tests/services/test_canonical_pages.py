"""Whether two addresses lead to one article: a page may tell many happenings."""

import pytest

from webapp.services.canonical import article_address, canonical_url, same_page

PAGE = "https://halcyon.example.com/changelog"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PAGE, f"{PAGE}/?utm_source=feed"),
        (f"{PAGE}#v1", f"{PAGE}/#v1"),
        (PAGE, f"{PAGE}#comments"),
        (PAGE, f"{PAGE}#:~:text=clinic"),
        (PAGE, f"{PAGE}#xtor=RSS-1"),
    ],
)
def test_the_same_place_on_a_page_is_the_same_article(one: str, other: str) -> None:
    assert same_page(one, other, titles_alike=False)


@pytest.mark.parametrize("other", [PAGE, f"{PAGE}#v2"])
def test_another_place_is_the_same_article_only_under_a_like_title(other: str) -> None:
    assert not same_page(f"{PAGE}#v1", other, titles_alike=False)
    assert same_page(f"{PAGE}#v1", other, titles_alike=True)


def test_another_page_is_never_the_same_article() -> None:
    assert not same_page(PAGE, f"{PAGE}/2", titles_alike=True)


@pytest.mark.parametrize("url", [f"{PAGE}#v1", f"{PAGE}#!/v1", PAGE, "no address"])
def test_an_article_s_address_still_names_its_page(url: str) -> None:
    assert canonical_url(article_address(url)) == canonical_url(url)
