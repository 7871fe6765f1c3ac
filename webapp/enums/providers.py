"""The outside services and where a record comes from."""

from enum import StrEnum


class SourceName(StrEnum):
    """Where a search result can come from (`source_api` of raw data)."""

    GOOGLE_SEARCH = "google_search"
    NEWS_API = "news_api"
    SERPER = "serper"
    RSS = "rss"
    GDELT = "gdelt"
    EDGAR = "edgar"
    MOCK = "mock"


class ReporterName(StrEnum):
    """Where an event can come from (its `source_api`): a search, or facts of a CRM."""

    GOOGLE_SEARCH = "google_search"
    NEWS_API = "news_api"
    SERPER = "serper"
    RSS = "rss"
    GDELT = "gdelt"
    EDGAR = "edgar"
    MOCK = "mock"
    CRM = "crm"


class SourceStatus(StrEnum):
    """How one source answered for one client."""

    FOUND = "found"
    EMPTY = "empty"
    FAILED = "failed"
    OVER_QUOTA = "over_quota"
    NOT_CONFIGURED = "not_configured"
    CACHED = "cached"


class WebSearch(StrEnum):
    """When Serper searches the web beside the news."""

    NEVER = "never"
    SPARSE = "sparse"
    ALWAYS = "always"


class CRMName(StrEnum):
    """Where CRM facts can come from."""

    SALESFORCE = "salesforce"
    HUBSPOT = "hubspot"
    CSV = "csv"
    MOCK = "mock"


class AIName(StrEnum):
    """Who classifies and writes insights."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    RULES = "rules"


class AiPurpose(StrEnum):
    """What a model was called for."""

    CLASSIFY = "classify"
    INSIGHT = "insight"
    TRIAL = "trial"


class MailProviderName(StrEnum):
    """How mail leaves."""

    SMTP = "smtp"
    SENDGRID = "sendgrid"
    CONSOLE = "console"


class Provenance(StrEnum):
    """Whether a record rests on a live answer, an earlier one, or an invented one."""

    LIVE = "live"
    CACHED = "cached"
    SIMULATED = "simulated"


class SimulationReason(StrEnum):
    """Why a simulated record is simulated."""

    FORCED = "forced"
    UNCONFIGURED = "unconfigured"
    FALLBACK = "fallback"


class MockFallback(StrEnum):
    """Whether invented answers may stand in for a failed provider."""

    ON = "on"
    OFF = "off"


class BudgetPolicy(StrEnum):
    """What happens when a business has spent its monthly AI budget."""

    RULE_BASED = "rule_based"
    DEFER = "defer"
    STOP = "stop"
