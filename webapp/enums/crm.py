"""What a CRM says of a client, and how its account was found."""

from enum import StrEnum


class MatchBasis(StrEnum):
    """What ties a CRM account to a client, the surest first."""

    ID = "id"
    DOMAIN = "domain"
    NAME = "name"


class MatchStatus(StrEnum):
    """Where a found account stands: waiting for a person, or decided by one."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class ArrBasis(StrEnum):
    """Where a yearly revenue comes from: a field of its own, or the deals won in a year."""

    STATED = "stated"
    WON_DEALS = "won_deals"


class RiskSignal(StrEnum):
    """Why an account is in danger."""

    BAD_HEALTH = "bad_health"
    RENEWAL_DUE = "renewal_due"
    RENEWAL_OVERDUE = "renewal_overdue"
    SILENCE = "silence"
    URGENT_CASES = "urgent_cases"
    MANY_CASES = "many_cases"


class EngagementFactor(StrEnum):
    """What engagement is made of."""

    ACTIVITY = "activity"
    SUPPORT = "support"
    GROWTH = "growth"
    CONTACTS = "contacts"
