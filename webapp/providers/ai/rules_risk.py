"""How much an event endangers the account, how soon somebody should act, and why."""

import re
from dataclasses import dataclass

from webapp.enums import Category, CategoryGroup, RiskLevel, Severity, Urgency
from webapp.providers.ai.rules_playbook import PLAYBOOK
from webapp.taxonomy import groups_of, severity_of

_SOFTENED = re.compile(
    r" (?:denies|denied|rumou?rs?|rumou?red|averts?|averted|avoids?|avoided|dismisse[sd]|"
    r"settles?|settled|cleared of|no plans|not planning|calls? off|called off|restored|"
    r"resolved|may|might|could|considers?|considering|reportedly|said to|in talks|weighs?|"
    r"weighing|mulls?|mulling|explores?|exploring|potential|possible|fears?|looms?|looming|"
    r"threatens?|at risk of|warns? of|sources) "
)
_RECENT_DAYS = 7
_LEVELS = list(RiskLevel)
_BY_SEVERITY = {
    Severity.LOW: RiskLevel.LOW,
    Severity.MEDIUM: RiskLevel.MEDIUM,
    Severity.HIGH: RiskLevel.HIGH,
    Severity.CRITICAL: RiskLevel.CRITICAL,
}


@dataclass(frozen=True)
class Danger:
    """A risk level and an urgency, each with its reason in one sentence."""

    risk_level: RiskLevel
    risk_reason: str
    urgency: Urgency
    urgency_reason: str


def judge_danger(
    category: Category, sentiment: float, *, title: str, about_client: bool, age_days: int | None
) -> Danger:
    """Return the danger of an event; `title` in plain form, `age_days` None where unknown."""
    if not about_client:
        return Danger(
            RiskLevel.NONE,
            "The article is not about the client.",
            Urgency.LOW,
            "Nothing has to be done.",
        )
    level, reason = _risk(category, sentiment, title)
    urgency, why = _urgency(category, level, age_days)
    return Danger(level, reason, urgency, why)


def _risk(category: Category, sentiment: float, title: str) -> tuple[RiskLevel, str]:
    danger = PLAYBOOK[category].danger
    groups = groups_of(category, sentiment)
    level = RiskLevel.NONE
    if CategoryGroup.RISK in groups:
        level = _BY_SEVERITY[severity_of(category)]
    elif CategoryGroup.RELATIONSHIP in groups:
        level = RiskLevel.MEDIUM
    elif sentiment < 0:
        level = RiskLevel.LOW
    if level is RiskLevel.NONE:
        return level, "Nothing in it endangers the account."
    if _SOFTENED.search(title) and level is not RiskLevel.LOW:
        softer = _LEVELS[_LEVELS.index(level) - 1]
        return softer, f"{danger} The headline itself sounds less than certain or settled."
    return level, danger


def _urgency(category: Category, level: RiskLevel, age_days: int | None) -> tuple[Urgency, str]:
    is_recent = age_days is None or age_days <= _RECENT_DAYS
    if level in {RiskLevel.HIGH, RiskLevel.CRITICAL} and is_recent:
        return Urgency.HIGH, "The danger is high and the news is recent."
    if level in {RiskLevel.HIGH, RiskLevel.CRITICAL}:
        return Urgency.MEDIUM, "The danger is high, though the news is some days old."
    if severity_of(category).rank >= Severity.MEDIUM.rank and is_recent:
        return Urgency.MEDIUM, "It can change the account within weeks."
    return Urgency.LOW, "It can wait for the next regular talk."
