"""A foreign company's current report has no items: what its filer says of it is told."""

import pytest

from tests.providers.search.test_edgar import filings, found
from webapp.enums import Category


@pytest.mark.parametrize(
    ("description", "told", "category"),
    [
        ("FORM 6-K", "", None),
        ("6-K", "", None),
        ("REPORT OF FOREIGN PRIVATE ISSUER FORM 6-K", "", None),
        (None, "", None),
        ("Q3 2026 RESULTS", ": Q3 2026 results", Category.FINANCIAL_RESULTS),
        ("CEO to resign in May", ": CEO to resign in May", Category.LEADERSHIP_CHANGE),
        ("Total voting rights", ": Total voting rights", None),
    ],
)
def test_a_foreign_report_says_what_it_holds_where_its_filer_does(
    description: str | None, told: str, category: Category | None
) -> None:
    payload = filings({"form": "6-K", "items": ""})
    payload["filings"]["recent"]["primaryDocDescription"] = [description]
    (result,) = found(payload)
    assert f"current report{told} (6-K, 4 March 2026)" in result.title
    assert result.category_hint is category
    assert "period" not in result.snippet
