"""What a client's own site, filings and products say of whether a text is about it."""

import pytest

from tests.services.test_company_match import LANTERN, changed, judged
from webapp.providers.base import SearchTarget
from webapp.services.company_match import match_company


@pytest.mark.parametrize(
    "url", ["https://lantern.example/news/a", "https://www.sec.gov/Archives/edgar/data/77/a.htm"]
)
def test_the_own_site_and_filings_need_no_required_term(url: str) -> None:
    target = changed(LANTERN, must_have_terms=("software",), domain="lantern.example", cik="77")
    own = match_company(target, title="Lantern names a chair", snippet="", url=url)
    other = match_company(
        target, title="Lantern names a chair", snippet="", url="https://a.example"
    )
    assert (own.is_match, other.is_match) == (True, False)


def test_a_product_with_the_name_in_it_makes_the_name_no_sign_of_the_business() -> None:
    plain = SearchTarget(client_id="c", name="Mercury")
    title = "Mercury levels in tuna raise alarm"
    assert judged(changed(plain, products=("Mercury Treasury",)), title) == judged(plain, title)
