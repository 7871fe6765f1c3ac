"""What was found and what it means."""

from enum import StrEnum


class RawOutcome(StrEnum):
    """What became of a raw row."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    IRRELEVANT = "irrelevant"
    OLD = "old"
    WRONG_COMPANY = "wrong_company"
    DEFERRED = "deferred"
    ERROR = "error"


class Category(StrEnum):
    """What kind of happening an event is; groups are in `CATEGORY_GROUPS`."""

    LAYOFFS_RESTRUCTURING = "layoffs_restructuring"
    BANKRUPTCY_DISTRESS = "bankruptcy_distress"
    SECURITY_INCIDENT = "security_incident"
    LEGAL_REGULATORY = "legal_regulatory"
    RESTATEMENT_GOVERNANCE = "restatement_governance"
    CONTRACT_TERMINATED = "contract_terminated"
    COMPETITOR_MENTION = "competitor_mention"
    NEGATIVE_PRESS = "negative_press"
    CHURN_SIGNAL = "churn_signal"
    ACQUIRED_OR_MERGED = "acquired_or_merged"
    ACQUISITION_BY_CLIENT = "acquisition_by_client"
    FUNDING = "funding"
    MARKET_EXPANSION = "market_expansion"
    HIRING_SURGE = "hiring_surge"
    PRODUCT_LAUNCH = "product_launch"
    PARTNERSHIP = "partnership"
    LEADERSHIP_CHANGE = "leadership_change"
    CHAMPION_MOVED = "champion_moved"
    FINANCIAL_RESULTS = "financial_results"
    AWARD_RECOGNITION = "award_recognition"
    OTHER = "other"


class CategoryGroup(StrEnum):
    """The four families of categories."""

    RISK = "risk"
    EXPANSION = "expansion"
    RELATIONSHIP = "relationship"
    INFO = "info"


class Severity(StrEnum):
    """How bad or important an event is by its kind, weakest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low up to 3 for critical, for ordering."""
        return list(Severity).index(self)


class EvidenceField(StrEnum):
    """What of an event a quote carries."""

    CATEGORY = "category"
    RISK = "risk"


class RiskLevel(StrEnum):
    """How much an event endangers the account."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Urgency(StrEnum):
    """How soon somebody should act."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class FeedbackVerdict(StrEnum):
    """What a user said of an event."""

    USEFUL = "useful"
    NOT_RELEVANT = "not_relevant"
    WRONG_CATEGORY = "wrong_category"
    WRONG_COMPANY = "wrong_company"
    WANTED = "wanted"
