"""What around an event changes it: it is denied, it befalls another one, or it is long past."""

import re

from webapp.enums import Category
from webapp.providers.ai.category_weights import category_weights
from webapp.providers.ai.wording import CLIENT

_KIN = (
    r"(?:supplier|suppliers|customer|client|partner|vendor|contractor|"
    r"subcontractor|landlord|lender|franchisee|licensee|distributor|dealer|reseller|tenant|"
    r"neighbour|neighbor|insurer|caterer|hauler|"
    r"provider|host|logistics (?:firm|provider|partner))"
)
_DENIED = re.compile(
    r" (?:denies|denied|denying|rules? out|ruled out|ruling out|no plans?|not planning|"
    r"does not plan|not considering|has not|have not|is not|was not|were not|not for sale|"
    r"did not|will not|won't|isn't|wasn't|no (?:job )?(?:cuts|layoffs|redundancies|breach|hack)|"
    r"(?:dismisses|dismissed|rejects|rejected|plays down|quashes|refutes) (?:\S+ ){0,3}?"
    r"(?:reports?|rumou?rs?|speculation|talk|claims?)|"
    r"averts?|averted|avoids?|avoided|calls? off|called off|scraps plans?|drops plans?|"
    r"shelves|shelved|backs away|emerges? from|exits? (?:chapter|bankruptcy|administration)) "
)
_CLAUSE_END = re.compile(
    r" (?:[;:,|]|as|after|before|despite|but|while|because|amid|following|though|although) "
)
_DENIABLE = frozenset(
    {
        Category.LAYOFFS_RESTRUCTURING,
        Category.BANKRUPTCY_DISTRESS,
        Category.SECURITY_INCIDENT,
        Category.ACQUIRED_OR_MERGED,
        Category.ACQUISITION_BY_CLIENT,
        Category.FUNDING,
        Category.MARKET_EXPANSION,
        Category.HIRING_SURGE,
        Category.LEADERSHIP_CHANGE,
        Category.COMPETITOR_MENTION,
    }
)
"""Kinds of news that are none when they are denied; a suit that is denied still is one."""
_BYSTANDER = re.compile(
    rf"{CLIENT} 's (?:\S+ ){{0,2}}?{_KIN} (?!'s |deal|contract|agreement|data|records|accounts|"
    r"base|service|support|portal)"
    rf"| {_KIN} (?:to|of|for) {CLIENT} (?!'s )"
    rf"| (?:that|which|who) (?:serves|supplies|works for|supplied|served) {CLIENT} "
    rf"| former {CLIENT} "
)
_PAST = re.compile(
    r" (?:looking back|on this day|years? ago|decades? ago|anniversary|history of|in history|"
    r"the day|remember(?:ing|s)?|throwback|retrospective|flashback|timeline|from the archives?|"
    r"the story of|rise and fall) "
)
_BEFALLING = frozenset(
    {
        Category.LAYOFFS_RESTRUCTURING,
        Category.BANKRUPTCY_DISTRESS,
        Category.SECURITY_INCIDENT,
        Category.LEGAL_REGULATORY,
        Category.RESTATEMENT_GOVERNANCE,
        Category.NEGATIVE_PRESS,
        Category.FUNDING,
        Category.FINANCIAL_RESULTS,
        Category.ACQUIRED_OR_MERGED,
        Category.ACQUISITION_BY_CLIENT,
        Category.LEADERSHIP_CHANGE,
        Category.HIRING_SURGE,
        Category.PRODUCT_LAUNCH,
    }
)
"""Kinds of news that happen to one company; of its supplier they are none about the client."""


def is_no_event(category: Category, title: str) -> bool:
    """Tell whether a title in plain form tells of an event that is none of the client's now."""
    if _PAST.search(title):
        return True
    if category in _DENIABLE and _DENIED.search(_clause_of(category, title)):
        return True
    return category in _BEFALLING and is_bystander(title)


def _clause_of(category: Category, title: str) -> str:
    """Return the clause of a title that speaks most of a category: "not" may be in another one."""
    kind = Category.ACQUISITION_BY_CLIENT if category is Category.ACQUIRED_OR_MERGED else category
    clauses = [f" {clause.strip()} " for clause in _CLAUSE_END.split(title)]
    weights = [category_weights(clause).get(kind, 0.0) for clause in clauses]
    return clauses[weights.index(max(weights))] if any(weights) else title


def is_bystander(title: str) -> bool:
    """Tell whether a title in plain form speaks of one that is only tied to the client."""
    return _BYSTANDER.search(title) is not None
