"""What `flask doctor` looks at."""

from collections.abc import Iterator
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from webapp.assembly import Services
from webapp.config import Settings
from webapp.enums import MailProviderName
from webapp.extensions import db
from webapp.models import row_security
from webapp.services.readiness import check_database

_KEYS = (
    ("Serper", "serper_api_key"),
    ("NewsAPI", "news_api_key"),
    ("Google Search", "google_search_api_key"),
    ("Salesforce", "salesforce_client_id"),
    ("HubSpot", "hubspot_api_key"),
    ("OpenAI", "openai_api_key"),
    ("Anthropic", "anthropic_api_key"),
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    message: str


def diagnose(services: Services) -> list[Finding]:
    """Look at everything; a missing key is no fault, a missing part is."""
    settings = services.settings
    return [
        Finding("settings", ok=True, message="can be read"),
        *_addresses(settings),
        *(Finding(name, each.ok, each.message) for name, each in check_database().items()),
        *_row_security(),
        _redis(services),
        _mail(settings),
        *_keys(settings),
    ]


def _addresses(settings: Settings) -> Iterator[Finding]:
    is_local = settings.public_url.startswith("http://127.0.0.1")
    message = settings.public_url
    if is_local and not settings.is_sqlite:
        yield Finding("public address", ok=False, message=f"{message}: set PUBLIC_URL for mails")
    else:
        yield Finding("public address", ok=True, message=message)


def _row_security() -> Iterator[Finding]:
    """Say so where the database's account stands above the wall between businesses."""
    try:
        is_above = row_security.is_passed_over(db.session.connection())
    except SQLAlchemyError:
        return  # the check of the database says why
    finally:
        db.session.rollback()
    if is_above:
        message = (
            "the account in DATABASE_URL is a superuser or has BYPASSRLS: take an ordinary one"
        )
        yield Finding("row security", ok=False, message=message)


def _redis(services: Services) -> Finding:
    try:
        services.queue.connection.ping()
    except RedisError as error:
        return Finding("redis", ok=False, message=f"REDIS_URL does not answer: {error}")
    return Finding("redis", ok=True, message="answers")


def _mail(settings: Settings) -> Finding:
    chosen = settings.effective_mail_provider
    if chosen is MailProviderName.CONSOLE:
        return Finding("mail", ok=True, message="console: mails are kept and never sent")
    needed = {
        MailProviderName.SMTP: ("SMTP_HOST", bool(settings.smtp_host)),
        MailProviderName.SENDGRID: ("SMTP_PASSWORD", bool(settings.smtp_password)),
    }
    variable, is_set = needed[chosen]
    message = f"through {chosen.value}" if is_set else f"{chosen.value} needs {variable}"
    return Finding("mail", ok=is_set, message=message)


def _keys(settings: Settings) -> Iterator[Finding]:
    for name, field in _KEYS:
        value = getattr(settings, field)
        is_set = bool(value if isinstance(value, str) else value.get_secret_value())
        message = "a key is set" if is_set else f"no key ({field.upper()})"
        yield Finding(name, ok=True, message=message)
