"""Settings: read from the environment once, typed, frozen; nonsense is refused by name."""

from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from webapp.enums import AIName, MailProviderName, MockFallback, WebSearch
from webapp.errors import SettingsError
from webapp.settings_checks import contradictions
from webapp.settings_prices import read_prices

PROJECT_ROOT = Path(__file__).resolve().parent.parent
MIN_SECRET_LENGTH = 32


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = "must be an address such as https://example.com"
        raise ValueError(message)
    return value.rstrip("/")


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        message = "must be a time zone such as Europe/Berlin"
        raise ValueError(message)
    return value


def _secret_http_url(value: SecretStr) -> SecretStr:
    return SecretStr(_http_url(value.get_secret_value())) if value.get_secret_value() else value


def _price_list(value: str) -> str:
    read_prices(value)
    return value


HttpUrl = Annotated[str, AfterValidator(_http_url)]
PingUrl = Annotated[SecretStr, AfterValidator(_secret_http_url)]
ZoneName = Annotated[str, AfterValidator(_known_zone)]
_NO_SECRET = SecretStr("")


class Settings(BaseSettings):
    """Everything that a deployment can set. Each field is the variable of the same name."""

    model_config = SettingsConfigDict(frozen=True, case_sensitive=False, extra="ignore")

    # fmt: off
    # The process
    secret_key: SecretStr = Field(description="Signs sessions, links and tokens; 32 characters or more")
    public_url: HttpUrl = Field("http://127.0.0.1:8000", description="Where users reach Beacon; links in mails start with it")
    port: int = Field(8000, ge=1, le=65535, description="Port of the web process")
    web_concurrency: int = Field(2, ge=1, le=64, description="Web processes; each serves eight threads")
    log_dir: Path | None = Field(None, description="Folder for log files beside standard output")
    log_format: str = Field("text", pattern="^(text|json)$", description="`text` or `json`")
    demo: bool = Field(False, description="Set by `make run` only: this workspace is the demo")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Reverse proxies in front of the web process (1 on Heroku)")
    heartbeat_ping_url: PingUrl = Field(_NO_SECRET, description="Called after each tick, so that a service such as Healthchecks raises the alarm when none comes; with `/fail` after a bad one")
    default_timezone: ZoneName = Field("UTC", description="Time zone of a business that sets none")

    # Storage
    database_url: str = Field("", description="Database; empty is SQLite in `instance/`. `postgres://` is understood")
    analytics_database_url: str = Field("", description="Read replica for the overview's figures; empty is the database itself")
    redis_url: str = Field("redis://127.0.0.1:6379/0", description="Redis or Valkey for the queues")
    redis_ssl_verify: bool = Field(True, description="`0` accepts Heroku's self-signed Redis certificate")
    instance_dir: Path = Field(PROJECT_ROOT / "instance", description="Folder of the embedded default: SQLite, Valkey, kept mails")
    allow_sqlite_on_dyno: bool = Field(False, description="`1` starts on SQLite where `DYNO` is set, whose disk forgets")

    # Work
    monitor_concurrency: int = Field(32, ge=1, le=256, description="Clients in flight in one worker process")
    shard_size: int = Field(50, ge=1, le=1000, description="Clients in one queued job")
    worker_processes: int = Field(2, ge=1, le=16, description="Processes of one worker; one of them takes no monitoring, so mail never waits")
    lease_seconds: int = Field(90, ge=10, le=3600, description="How long a silent worker keeps its shard")
    run_timeout_minutes: int = Field(60, ge=1, le=1440, description="After this a run is ended as failed")
    max_events_per_client: int = Field(5, ge=1, le=50, description="Events one client can get in one run")
    insight_threshold: float = Field(0.7, ge=0, le=1, description="Relevance from which an insight is written")
    min_schedule_interval_minutes: int = Field(15, ge=1, le=1440, description="Shortest interval of a schedule")
    api_requests_per_minute: int = Field(300, ge=0, le=1_000_000, description="API requests that one token, session or unknown address can make in a minute; 0 is no limit")
    max_schedules_per_business: int = Field(200, ge=1, description="Schedules that one business can have")
    max_instant_mails_per_day: int = Field(5, ge=0, le=1000, description="Instant mails a user gets in a day; critical ones always pass")
    mock_fallback: MockFallback = Field(MockFallback.ON, description="`off` never answers a failed provider with invented data")
    source_timeout_seconds: float = Field(20, gt=0, le=60, description="Total time of one source for one client")
    search_cache_hours: int = Field(6, ge=0, le=72, description="How long the same search is answered from what is stored; four times as long that stands in when every source fails. 0 always asks")

    # Search
    search_language: str = Field("en", pattern="^(any|ar|de|en|es|fr|he|it|nl|no|pt|ru|sv|zh)$", description="Language of the news that NewsAPI and GDELT are asked for, as a two-letter code; `any` is all of them")
    google_search_api_key: SecretStr = Field(_NO_SECRET, description="Google Custom Search key (the service ends on 2027-01-01)")
    google_search_engine_id: str = Field("", description="Google Custom Search engine")
    google_search_base_url: HttpUrl = Field("https://www.googleapis.com/customsearch/v1", description="Google Custom Search address")
    google_search_daily_quota: int = Field(100, ge=0, le=1_000_000, description="Google Custom Search calls a day, from midnight Pacific time; 0 is no limit")
    news_api_key: SecretStr = Field(_NO_SECRET, description="NewsAPI key")
    news_api_pages: int = Field(2, ge=1, le=5, description="Most pages of 100 articles that one search takes; each is a request, and the developer plan gives one")
    news_api_daily_quota: int = Field(100, ge=0, le=1_000_000, description="NewsAPI calls a day, half of them in each twelve hours of UTC; 0 is no limit")
    news_api_base_url: HttpUrl = Field("https://newsapi.org/v2", description="NewsAPI address")
    serper_api_key: SecretStr = Field(_NO_SECRET, description="Serper key")
    serper_pages: int = Field(1, ge=1, le=5, description="Most pages of 10 results that one search takes; each costs a credit")
    serper_web: WebSearch = Field(WebSearch.SPARSE, description="When the web is searched beside the news, for a further credit: `never`, `sparse` (news found fewer than three) or `always`")
    serper_daily_quota: int = Field(0, ge=0, le=1_000_000, description="Serper calls a day (UTC); 0 is no limit, as Serper sells credits")
    serper_base_url: HttpUrl = Field("https://google.serper.dev", description="Serper address")
    gdelt_daily_quota: int = Field(0, ge=0, le=1_000_000, description="GDELT calls a day (UTC); 0 is no limit")
    gdelt_base_url: HttpUrl = Field("https://api.gdeltproject.org/api/v2/doc/doc", description="GDELT DOC address")
    edgar_base_url: HttpUrl = Field("https://data.sec.gov", description="SEC EDGAR address")
    edgar_tickers_url: HttpUrl = Field("https://www.sec.gov/files/company_tickers.json", description="SEC's list of stock symbols, for clients with a ticker and no CIK")
    edgar_contact: str = Field("", description="Name and mail address that EDGAR wants as User-Agent; empty switches EDGAR off")
    outbound_allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="`host:port` pairs, comma-separated, that feeds may reach although they are private")

    # CRM
    salesforce_client_id: str = Field("", description="Connected app's consumer key")
    salesforce_client_secret: SecretStr = Field(_NO_SECRET, description="Connected app's consumer secret")
    salesforce_refresh_token: SecretStr = Field(_NO_SECRET, description="Refresh token; empty tries client credentials")
    salesforce_login_url: HttpUrl = Field("https://login.salesforce.com", description="Login host; a My Domain host for client credentials")
    salesforce_username: str = Field("", description="User of the password flow")
    salesforce_password: SecretStr = Field(_NO_SECRET, description="Password of the password flow")
    salesforce_security_token: SecretStr = Field(_NO_SECRET, description="Security token of the password flow")
    hubspot_api_key: SecretStr = Field(_NO_SECRET, description="HubSpot private-app token")
    hubspot_base_url: HttpUrl = Field("https://api.hubapi.com", description="HubSpot address")

    # AI
    ai_provider: AIName | None = Field(None, description="`openai`, `anthropic` or `rules`; empty takes whichever has a key")
    openai_api_key: SecretStr = Field(_NO_SECRET, description="OpenAI key")
    openai_base_url: HttpUrl = Field("https://api.openai.com/v1", description="OpenAI address")
    openai_model: str = Field("gpt-6-luna", description="OpenAI model")
    anthropic_api_key: SecretStr = Field(_NO_SECRET, description="Anthropic key")
    anthropic_base_url: HttpUrl = Field("https://api.anthropic.com", description="Anthropic address")
    anthropic_model: str = Field("claude-haiku-5-5", description="Anthropic model")
    ai_timeout_seconds: float = Field(30, gt=0, le=120, description="Total time of one AI call")
    ai_prices: Annotated[str, AfterValidator(_price_list)] = Field("", description="Prices of models that Beacon does not know, in US dollars for a million tokens sent, answered and (if cheaper) sent from the cache: `my-model=0.25/2.00/0.03, other-model=1/4`")
    ai_monthly_budget_usd: float = Field(0, ge=0, description="Monthly AI budget of a business in US dollars, where it sets none of its own; 0 is no limit")
    ai_daily_calls: int = Field(5000, ge=0, le=1_000_000_000, description="Calls to models that one business can cause in a day (UTC); 0 is no limit")
    ai_daily_tokens: int = Field(20_000_000, ge=0, le=2_000_000_000, description="Tokens that one business can use in a day (UTC); 0 is no limit")

    # Mail
    mail_provider: MailProviderName | None = Field(None, description="`smtp`, `sendgrid` or `console`; empty is SMTP where a host is set")
    smtp_host: str = Field("", description="SMTP server")
    smtp_port: int = Field(587, ge=1, le=65535, description="465 is TLS from the start, 587 is STARTTLS, others are plain")
    smtp_username: str = Field("", description="SMTP user")
    smtp_password: SecretStr = Field(_NO_SECRET, description="SMTP password")
    smtp_from_email: str = Field("beacon@localhost", description="Sender address")
    smtp_from_name: str = Field("Beacon", description="Sender name")
    mail_webhook_secrets: SecretStr = Field(_NO_SECRET, description="Secrets (`whsec_...`, several apart by blanks) of who reports bounces to `/hooks/mail`, signed as in Standard Webhooks")
    sendgrid_webhook_public_key: str = Field("", description="Verification key of SendGrid's signed event webhook, which reports to `/hooks/mail/sendgrid`")

    # Chats
    slack_base_url: HttpUrl = Field("https://hooks.slack.com", description="Slack address for incoming messages")
    discord_base_url: HttpUrl = Field("https://discord.com", description="Discord address")
    google_chat_base_url: HttpUrl = Field("https://chat.googleapis.com", description="Google Chat address")
    telegram_base_url: HttpUrl = Field("https://api.telegram.org", description="Telegram address")
    # fmt: on

    @model_validator(mode="before")
    @classmethod
    def _read_text(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Treat an empty variable as unset and split the comma-separated ones."""
        cleaned = {k: v for k, v in values.items() if not (isinstance(v, str) and not v.strip())}
        hosts = cleaned.get("outbound_allow_hosts")
        if isinstance(hosts, str):
            cleaned["outbound_allow_hosts"] = tuple(
                h.strip() for h in hosts.split(",") if h.strip()
            )
        return cleaned

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.secret_key.get_secret_value()) < MIN_SECRET_LENGTH:
            message = f"SECRET_KEY must have {MIN_SECRET_LENGTH} characters or more"
            raise ValueError(message)
        _check_database(self.sqlalchemy_url)
        if not self.redis_url.startswith(("redis://", "rediss://", "unix://")):
            message = "REDIS_URL must be an address such as redis://127.0.0.1:6379/0"
            raise ValueError(message)
        if wrong := list(contradictions(self)):
            raise ValueError("\n".join(wrong))
        return self

    @classmethod
    def from_env(cls, **overrides: Any) -> Self:  # noqa: ANN401 -- any field's value
        """Read the environment; raise SettingsError naming each bad variable."""
        try:
            return cls(**overrides)
        except ValidationError as error:
            raise SettingsError(_explain(error)) from None

    @property
    def sqlalchemy_url(self) -> str:
        """The database address in SQLAlchemy's spelling."""
        if not self.database_url:
            return f"sqlite:///{self.instance_dir / 'beacon.sqlite3'}"
        return to_sqlalchemy_url(self.database_url)

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is in use."""
        return self.sqlalchemy_url.startswith("sqlite")

    @property
    def effective_mail_provider(self) -> MailProviderName:
        """The chosen mail provider: as set, else SMTP where a host is set, else console."""
        if self.mail_provider is not None:
            return self.mail_provider
        return MailProviderName.SMTP if self.smtp_host else MailProviderName.CONSOLE


def _check_database(url: str) -> None:
    message = "DATABASE_URL must be a postgresql:// or sqlite:/// address"
    try:
        known = make_url(url).get_backend_name() in {"postgresql", "sqlite"}
    except ArgumentError:
        raise ValueError(message) from None
    if not known:
        raise ValueError(message)


def to_sqlalchemy_url(url: str) -> str:
    """Rewrite Heroku's `postgres://` (and a plain `postgresql://`) to the psycopg 3 driver."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]).upper() if problem["loc"] else ""
        reason = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "missing":
            reason = "is not set"
        lines.append(f"{name}: {reason}" if name else reason)
    return "\n".join(lines)
