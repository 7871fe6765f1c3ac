"""Which group and severity each category has; preferences and filters may name either level."""

from collections.abc import Iterable

from webapp.enums import Category, CategoryGroup, Severity

_RISK = frozenset({CategoryGroup.RISK})
_EXPANSION = frozenset({CategoryGroup.EXPANSION})
_RELATIONSHIP = frozenset({CategoryGroup.RELATIONSHIP})
_INFO = frozenset({CategoryGroup.INFO})

_TABLE: dict[Category, tuple[frozenset[CategoryGroup], Severity, tuple[str, ...]]] = {
    Category.LAYOFFS_RESTRUCTURING: (_RISK, Severity.HIGH, ("2.05",)),
    Category.BANKRUPTCY_DISTRESS: (_RISK, Severity.CRITICAL, ("1.03", "2.04", "3.01")),
    Category.SECURITY_INCIDENT: (_RISK, Severity.HIGH, ("1.05",)),
    Category.LEGAL_REGULATORY: (_RISK, Severity.MEDIUM, ()),
    Category.RESTATEMENT_GOVERNANCE: (_RISK, Severity.HIGH, ("4.01", "4.02")),
    Category.CONTRACT_TERMINATED: (_RISK, Severity.HIGH, ("1.02",)),
    Category.COMPETITOR_MENTION: (_RISK, Severity.MEDIUM, ()),
    Category.NEGATIVE_PRESS: (_RISK, Severity.MEDIUM, ()),
    Category.CHURN_SIGNAL: (_RISK, Severity.HIGH, ()),
    Category.ACQUIRED_OR_MERGED: (_RISK | _RELATIONSHIP, Severity.HIGH, ("5.01",)),
    Category.ACQUISITION_BY_CLIENT: (_EXPANSION, Severity.HIGH, ("2.01",)),
    Category.FUNDING: (_EXPANSION, Severity.HIGH, ("3.02",)),
    Category.MARKET_EXPANSION: (_EXPANSION, Severity.MEDIUM, ()),
    Category.HIRING_SURGE: (_EXPANSION, Severity.MEDIUM, ()),
    Category.PRODUCT_LAUNCH: (_EXPANSION, Severity.LOW, ()),
    Category.PARTNERSHIP: (_EXPANSION, Severity.LOW, ("1.01",)),
    Category.LEADERSHIP_CHANGE: (_RELATIONSHIP, Severity.HIGH, ("5.02",)),
    Category.CHAMPION_MOVED: (_RELATIONSHIP, Severity.CRITICAL, ()),
    Category.FINANCIAL_RESULTS: (_INFO, Severity.MEDIUM, ("2.02",)),
    Category.AWARD_RECOGNITION: (_INFO, Severity.LOW, ()),
    Category.OTHER: (_INFO, Severity.LOW, ()),
}
RESULTS_SENTIMENT_BAND = 0.3
"""Beyond this sentiment, financial results count as risk (below) or expansion (above)."""

SEC_ITEM_CATEGORY: dict[str, Category] = {
    item: category for category, (_, _, items) in _TABLE.items() for item in items
}

FILTER_NAMES: frozenset[str] = frozenset(Category) | frozenset(CategoryGroup)
"""What a preference or filter may name."""


def severity_of(category: Category) -> Severity:
    """Return the default severity of a category."""
    return _TABLE[category][1]


def groups_of(category: Category, sentiment: float = 0.0) -> frozenset[CategoryGroup]:
    """Return the groups of a category, most pressing first by `CategoryGroup`'s order.

    `sentiment` (-1.0 to 1.0) moves financial results to risk or expansion.
    """
    if category is Category.FINANCIAL_RESULTS:
        if sentiment < -RESULTS_SENTIMENT_BAND:
            return _RISK
        if sentiment > RESULTS_SENTIMENT_BAND:
            return _EXPANSION
    return _TABLE[category][0]


def main_group(category: Category, sentiment: float = 0.0) -> CategoryGroup:
    """Return the one group that a page shows for an event."""
    groups = groups_of(category, sentiment)
    return next(group for group in CategoryGroup if group in groups)


def categories_by_group() -> list[tuple[CategoryGroup, list[Category]]]:
    """Return every category under the one group that it is shown in."""
    groups: dict[CategoryGroup, list[Category]] = {}
    for category in Category:
        groups.setdefault(main_group(category), []).append(category)
    return list(groups.items())


def matches_filter(category: Category, sentiment: float, names: Iterable[str]) -> bool:
    """Tell whether an event is covered by a list of category and group names."""
    wanted = set(names)
    return category.value in wanted or any(
        group.value in wanted for group in groups_of(category, sentiment)
    )
