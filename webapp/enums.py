"""Every closed vocabulary of the product, as string enums."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do inside a business, strongest first."""

    ADMIN = "admin"
    MANAGER = "manager"
    CSM = "csm"
    VIEWER = "viewer"


class TokenScope(StrEnum):
    """What a bearer token may do; the user's role still bounds it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class JobType(StrEnum):
    """What a schedule runs."""

    CLIENT_MONITORING = "client_monitoring"
    SEARCH_ONLY = "search_only"
    NOTIFICATION_DIGEST = "notification_digest"


class ScheduleType(StrEnum):
    """How a schedule's due times are described."""

    MANUAL = "manual"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CUSTOM = "custom"


class LastRunStatus(StrEnum):
    """What a schedule remembers of its last run."""

    SUCCESS = "success"
    FAILED = "failed"


class DependencyCondition(StrEnum):
    """When the end of another schedule's run lets this one start."""

    SUCCESS = "success"
    ANY_END = "any_end"
    NEW_EVENTS = "new_events"


class RunStatus(StrEnum):
    """Where a job run stands. Everything but queued and running is an end."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    DEGRADED = "degraded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MISSED = "missed"

    @property
    def is_active(self) -> bool:
        """True while the run may still do work."""
        return self in (RunStatus.QUEUED, RunStatus.RUNNING)

    @property
    def is_success(self) -> bool:
        """True for the ends that reset a schedule's failure counter."""
        return self in (RunStatus.COMPLETED, RunStatus.PARTIAL, RunStatus.DEGRADED)


class RunTrigger(StrEnum):
    """What started a run."""

    SCHEDULE = "schedule"
    MANUAL = "manual"
    RETRY = "retry"
    CHAIN = "chain"


class RunReason(StrEnum):
    """Why a run ended other than completed."""

    TIMEOUT = "timeout"
    LEASE_LOST = "lease_lost"
    OVERLAP = "overlap"
    GRACE_PASSED = "grace_passed"
    NO_CLIENT_SUCCEEDED = "no_client_succeeded"
    NO_LIVE_SOURCE = "no_live_source"
    SOME_CLIENTS_FAILED = "some_clients_failed"
    SOME_SOURCES_FAILED = "some_sources_failed"
    FALLBACK_USED = "fallback_used"
    CANCELLED_BY_USER = "cancelled_by_user"
    CONDITION_NOT_MET = "condition_not_met"
    INTERNAL_ERROR = "internal_error"
    TOO_MANY_ATTEMPTS = "too_many_attempts"


class ClientRunStatus(StrEnum):
    """Where one client of a run stands."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class ShardStatus(StrEnum):
    """Where one shard of a run's clients stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PipelineStep(StrEnum):
    """The steps that one client of a run goes through, in order."""

    SEARCH = "search"
    SAVE_RAW = "save_raw"
    CRM = "crm"
    CLASSIFY = "classify"
    EVENTS = "events"
    NOTIFY = "notify"
    INSIGHTS = "insights"


class SourceName(StrEnum):
    """Where a search result can come from (`source_api` of raw data)."""

    GOOGLE_SEARCH = "google_search"
    NEWS_API = "news_api"
    SERPER = "serper"
    RSS = "rss"
    GDELT = "gdelt"
    EDGAR = "edgar"
    MOCK = "mock"


class SourceStatus(StrEnum):
    """How one source answered for one client."""

    FOUND = "found"
    EMPTY = "empty"
    FAILED = "failed"
    OVER_QUOTA = "over_quota"
    NOT_CONFIGURED = "not_configured"
    CACHED = "cached"


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


class NotificationKind(StrEnum):
    """What an inbox item is about."""

    EVENT = "event"
    DIGEST = "digest"
    ALERT = "alert"
    SYSTEM = "system"


class NotificationFrequency(StrEnum):
    """How often mail about events goes out to a user."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


class Channel(StrEnum):
    """How a user can be told of an event."""

    IN_APP = "in_app"
    EMAIL = "email"


class Verdict(StrEnum):
    """What was decided about telling one user of one event over one channel."""

    SEND = "send"
    DIGEST = "digest"
    HOLD = "hold"


class EmailType(StrEnum):
    """What a mail is for."""

    EVENT_NOTIFICATION = "event_notification"
    DIGEST = "digest"
    ALERT = "alert"
    SYSTEM = "system"


class EmailStatus(StrEnum):
    """Where a mail stands; one a row."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class FeedbackVerdict(StrEnum):
    """What a user said of an event."""

    USEFUL = "useful"
    NOT_RELEVANT = "not_relevant"
    WRONG_CATEGORY = "wrong_category"
    WRONG_COMPANY = "wrong_company"
    WANTED = "wanted"


class ClientStatus(StrEnum):
    """Whether a client is watched."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class ClientTier(StrEnum):
    """How big an account is."""

    ENTERPRISE = "enterprise"
    MID_MARKET = "mid_market"
    SMB = "smb"


class MemberRole(StrEnum):
    """How a user is assigned to a client; each counts as assigned."""

    OWNER = "owner"
    MEMBER = "member"
    STAND_IN = "stand_in"


class ProcessKind(StrEnum):
    """The processes whose heartbeat is kept."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"


class Theme(StrEnum):
    """The colours that a user wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class MockFallback(StrEnum):
    """Whether invented answers may stand in for a failed provider."""

    ON = "on"
    OFF = "off"


class BudgetPolicy(StrEnum):
    """What happens when a business has spent its monthly AI budget."""

    RULE_BASED = "rule_based"
    DEFER = "defer"
    STOP = "stop"
