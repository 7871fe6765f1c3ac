"""Headlines made by a formula: "X LLC cuts position in Y", "Y upgraded at Z", "Why Y fell".

Two of them look alike whatever they tell, so they are compared by what is not formula.
"""

import re
from enum import StrEnum
from functools import lru_cache

from webapp.services.story_words import stem, word_groups


class Family(StrEnum):
    """The formula that a headline follows."""

    HOLDING = "holding"
    RATING = "rating"
    CHAT = "chat"
    LISTING = "listing"
    LAWYERS = "lawyers"


_TRADED = re.compile(
    r"\((?:NYSE|NASDAQ|LON|LSE|TSE|ASX|OTCMKTS|CVE|FRA|ETR|AMEX|NYSEARCA|BATS)\s?:", re.IGNORECASE
)
_LISTING = re.compile(
    r"\bCAGR\b|\bmarket (?:size|share|report|outlook|analysis|worth|forecast|research|insights|"
    r"to (?:reach|grow|hit|surpass|exceed|be worth)|will (?:reach|grow)|"
    r"is (?:expected|projected|set))"
    r"|\bcall transcript\b",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"^(?:why|is|are|should|can|could|will|how|what)\b.*\b(?:stocks?|shares?)\b"
    r"|\bstocks? (?:to|on|making|moving|that|movers)\b|\bstocks? (?:of the day|a buy|to buy)\b"
    r"|\b(?:trending|top|best|hot) (?:\w+ )?stocks\b|\bmarket wrap\b|\bmost followed\b"
    r"|^\d[\d,]*\+? (?:\w+ )?(?:best|free|essential|tips|ways|things|reasons|stocks|etfs|top)\b"
    r"|^(?:the )?best (?!buy\b)|\b(?:tips and tricks|tutorial|for beginners|how to)\b"
    r"|\b(?:buy|sell|hold)\b[^?]*\?$",
    re.IGNORECASE,
)
_LAWYERS = re.compile(
    r"\b(?:investor|shareholder|stockholder)s? (?:alert|notice|deadline|reminder|action|news)\b"
    r"|\blaw (?:firm|offices)\b|\b(?:reminds|encourages|urges) (?:\S+ ){0,4}"
    r"(?:investors|shareholders)\b|\bclass action (?:alert|deadline|reminder|notice)\b",
    re.IGNORECASE,
)
_RATING = re.compile(
    r"\b(?:price target|target price|pt (?:raised|lowered|cut|set)|upgrade[sd]?|downgrade[sd]?|"
    r"outperform|underperform|overweight|underweight|coverage|rating|"
    r"(?:buy|sell|hold|neutral|average|consensus) recommendation)\b",
    re.IGNORECASE,
)
_HELD = r"\b(?:shares?|stakes?|positions?|holdings?|stock)\b"
_MOVED = (
    r"\b(?:sells?|sold|buys?|bought|cuts?|trimm?(?:s|ed)?|acquire[sd]?|boost(?:s|ed)|"
    r"lower(?:s|ed)|raise[sd]|reduce[sd]|increase[sd]|decrease[sd]|purchase[sd]|"
    r"has|takes?|makes?|grows?|invests|lessens|shrinks|owns|holds)\b"
)
_HOLDING = re.compile(
    rf"{_HELD}.{{0,80}}{_MOVED}|{_MOVED}.{{0,60}}{_HELD}|\binsider (?:selling|buying)\b",
    re.IGNORECASE,
)
_HOLDER = re.compile(
    r"\b(?:LLC|LP|Advisors|Capital|Management|Partners|Wealth|Asset|Trust|Fund|Insider|"
    r"CEO|CFO|COO|Director|EVP)\b|\b\d[\d,]* shares",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\b(?:gaps?|trading|shares|stock(?: price)?) (?:up|down)\b|\bstock price\b|\b52.week\b|"
    r"\bnew (?:high|low)\b|\bshares? (?:cross|pass|gap)",
    re.IGNORECASE,
)


def family_of(headline: str) -> Family | None:
    """Return the formula that a folded headline follows; `headline` still has its ticker."""
    if _LAWYERS.search(headline):
        return Family.LAWYERS
    if _LISTING.search(headline):
        return Family.LISTING
    if _CHAT.search(headline):
        return Family.CHAT
    if _RATING.search(headline):
        return Family.RATING
    is_traded = _TRADED.search(headline) is not None
    if _HOLDING.search(headline) and (is_traded or _HOLDER.search(headline)):
        return Family.HOLDING
    return Family.HOLDING if is_traded and _PRICE.search(headline) else None


def besides_formula(stems: frozenset[str], family: Family) -> frozenset[str]:
    """Return the stems that are not words of the formula: who acted, and what is special."""
    rest = stems - _formula(family)
    return (rest - _formula("organisation")) or rest


@lru_cache(maxsize=8)
def _formula(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in word_groups("families.txt")[name])
