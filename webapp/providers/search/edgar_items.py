"""What the forms and items of SEC filings mean, in words and in Beacon's categories."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.enums import Category

_LONGEST = 120
EXHIBITS = "9.01"
"""The item that only lists attachments."""


@dataclass(frozen=True)
class Item:
    """One item of an 8-K: its number, what it reports, and the category if it states one."""

    number: str
    words: str
    category: Category | None = None


@dataclass(frozen=True)
class Report:
    """A form with no items: what was done, and the category that this states, if any.

    Without words for it an amended one is no news.
    """

    words: str
    amended: str = ""
    category: Category | None = None
    is_periodic: bool = True


# The most telling first: where several items share a form, it names and places the filing.
# A sale of the company (5.01) brings delisting and changes of the board with it, and a purchase
# (2.01) new and ended agreements, so these two stand above what they entail.
_ITEMS = (
    Item("1.03", "bankruptcy or receivership", Category.BANKRUPTCY_DISTRESS),
    Item("5.01", "change in control of the company", Category.ACQUIRED_OR_MERGED),
    Item("1.05", "material cybersecurity incident", Category.SECURITY_INCIDENT),
    Item("4.02", "earlier statements not to be relied on", Category.RESTATEMENT_GOVERNANCE),
    Item("2.05", "costs of exit or restructuring", Category.LAYOFFS_RESTRUCTURING),
    Item("2.01", "acquisition or disposal of assets completed", Category.ACQUISITION_BY_CLIENT),
    Item("2.04", "debt falls due early", Category.BANKRUPTCY_DISTRESS),
    Item("3.01", "notice of delisting", Category.BANKRUPTCY_DISTRESS),
    Item("4.01", "change of auditor", Category.RESTATEMENT_GOVERNANCE),
    Item("5.02", "departure or appointment of directors or officers", Category.LEADERSHIP_CHANGE),
    Item("3.02", "unregistered sale of shares", Category.FUNDING),
    Item("1.01", "material agreement entered", Category.PARTNERSHIP),
    Item("1.02", "material agreement ended", Category.CONTRACT_TERMINATED),
    Item("2.02", "results of operations", Category.FINANCIAL_RESULTS),
    Item("2.06", "material impairments"),
    Item("2.03", "new financial obligation"),
    Item("1.04", "mine safety violation"),
    Item("3.03", "change to the rights of shareholders"),
    Item("5.03", "change of articles, bylaws or fiscal year"),
    Item("5.04", "trading blocked under employee benefit plans"),
    Item("5.05", "change or waiver of the code of ethics"),
    Item("5.06", "end of shell company status"),
    Item("5.07", "votes of shareholders"),
    Item("5.08", "nomination of directors by shareholders"),
    Item("8.01", "other events"),
    Item("7.01", "disclosure under Regulation FD"),
    Item(EXHIBITS, "financial statements and exhibits"),
)
_KNOWN = {item.number: item for item in _ITEMS}
_RANKS = {item.number: rank for rank, item in enumerate(_ITEMS)}

_ANNUAL = Report("filed its annual report", "amended its annual report", Category.FINANCIAL_RESULTS)
_QUARTERLY = Report(
    "filed its quarterly report", "amended its quarterly report", Category.FINANCIAL_RESULTS
)
_STAKE = Report(
    "is named in a notice of a stake of more than 5 % that comes with a wish for influence",
    category=Category.RESTATEMENT_GOVERNANCE,
    is_periodic=False,
)
REPORTS = {
    "6-K": Report(
        "filed a foreign company's current report",
        "amended its current report",
        is_periodic=False,
    ),
    "SC 13D": _STAKE,
    "SCHEDULE 13D": _STAKE,
    "10-K": _ANNUAL,
    "20-F": _ANNUAL,
    "40-F": _ANNUAL,
    "10-Q": _QUARTERLY,
    "NT 10-K": Report(
        "said that its annual report will be late",
        "said again that its annual report will be late",
        Category.RESTATEMENT_GOVERNANCE,
    ),
    "NT 10-Q": Report(
        "said that its quarterly report will be late",
        "said again that its quarterly report will be late",
        Category.RESTATEMENT_GOVERNANCE,
    ),
}
"""The forms besides the 8-K that are news, by their name without the "/A" of an amendment.

Not among them are 13G, by which funds report stakes that they hold without any aim, every quarter
and by the dozen, and the dealings of insiders (3, 4, 5). A 13D stands in the list of whoever files
it too, so it is only said that the company is named there.
"""
_CHANGE_AT_THE_TOP = r"\b(?:ceo|cfo|chief|director|board)\b.*\b(?:appoint|resign|chang)"
_TOLD_BY_WORDS = tuple(
    (re.compile(words, re.IGNORECASE), category)
    for words, category in (
        (r"results|earnings|(?:interim|quarterly) report|half.?year", Category.FINANCIAL_RESULTS),
        (_CHANGE_AT_THE_TOP, Category.LEADERSHIP_CHANGE),
        (r"acqui(?:re|sition)", Category.ACQUISITION_BY_CLIENT),
        (r"offering|placement|notes due|share issue", Category.FUNDING),
    )
)
_FORM_ITSELF = re.compile(
    r"(?:(?:form|current|report|of|foreign|private|issuer|6-?k|/a)\b|[\W_])*", re.IGNORECASE
)


def described(form: str, description: object) -> tuple[str, Category | None]:
    """Return what a 6-K says of its content, and the category that these words state.

    Such a report has no items; most filers only repeat the form's name.
    """
    words = " ".join(description.split()) if isinstance(description, str) else ""
    if form != "6-K" or len(words) > _LONGEST or _FORM_ITSELF.fullmatch(words):
        return "", None
    hint = next((category for told, category in _TOLD_BY_WORDS if told.search(words)), None)
    return (words.capitalize() if words.isupper() else words), hint


def read_items(numbers: object) -> list[Item]:
    """Return the items in "5.02,9.01" with the most telling first; unknown ones come last."""
    if not isinstance(numbers, str):
        return []
    found = dict.fromkeys(part.strip() for part in numbers.split(",") if part.strip())
    items = [_KNOWN.get(number, Item(number, "other matters")) for number in found]
    return sorted(items, key=lambda item: _RANKS.get(item.number, len(_RANKS)))


def category_of(items: Iterable[Item]) -> Category | None:
    """Return the category of the most telling item that states one."""
    return next((item.category for item in items if item.category), None)


def telling(items: Sequence[Item], *, most: int = 2) -> list[Item]:
    """Return the items that a title should name; the attachments only where there is no other."""
    return [item for item in items if item.number != EXHIBITS][:most] or list(items[:1])
