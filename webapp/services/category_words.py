"""The short names that people see of event categories: the words of the tags on pages."""

from typing import Final

from webapp.enums import Category

_WORDS: Final[dict[Category, str]] = {
    Category.LAYOFFS_RESTRUCTURING: "Layoffs",
    Category.BANKRUPTCY_DISTRESS: "Distress",
    Category.SECURITY_INCIDENT: "Security",
    Category.LEGAL_REGULATORY: "Legal",
    Category.RESTATEMENT_GOVERNANCE: "Governance",
    Category.CONTRACT_TERMINATED: "Contract ended",
    Category.COMPETITOR_MENTION: "Competitor",
    Category.NEGATIVE_PRESS: "Negative press",
    Category.CHURN_SIGNAL: "Churn signal",
    Category.ACQUIRED_OR_MERGED: "Acquired or merged",
    Category.ACQUISITION_BY_CLIENT: "Acquisition",
    Category.FUNDING: "Funding",
    Category.MARKET_EXPANSION: "Expansion",
    Category.HIRING_SURGE: "Hiring",
    Category.PRODUCT_LAUNCH: "Product",
    Category.PARTNERSHIP: "Partnership",
    Category.LEADERSHIP_CHANGE: "Leadership",
    Category.CHAMPION_MOVED: "Champion moved",
    Category.FINANCIAL_RESULTS: "Results",
    Category.AWARD_RECOGNITION: "Award",
    Category.OTHER: "Other",
}


def category_words(category: Category) -> str:
    """Return the category's name, capitalised, as its tag shows it."""
    return _WORDS[category]
