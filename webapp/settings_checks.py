"""Settings that are fine each by itself and make no sense together, or name nothing real."""

import base64
import re
from collections.abc import Iterator
from typing import Protocol

from pydantic import SecretStr

from webapp.enums import AIName, MailProviderName

MAX_PORT = 65_535
_LOCAL = r"[^\s@<>()\[\],;:\\\"]+"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_MAIL_ADDRESS = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*")


class _Checked(Protocol):
    """The settings that are looked at here; they are frozen, so nothing but read."""

    @property
    def ai_provider(self) -> AIName | None: ...
    @property
    def openai_api_key(self) -> SecretStr: ...
    @property
    def anthropic_api_key(self) -> SecretStr: ...
    @property
    def mail_provider(self) -> MailProviderName | None: ...
    @property
    def smtp_host(self) -> str: ...
    @property
    def smtp_password(self) -> SecretStr: ...
    @property
    def smtp_from_email(self) -> str: ...
    @property
    def mail_webhook_secrets(self) -> SecretStr: ...
    @property
    def sendgrid_webhook_public_key(self) -> str: ...
    @property
    def edgar_contact(self) -> str: ...
    @property
    def outbound_allow_hosts(self) -> tuple[str, ...]: ...


def contradictions(settings: _Checked) -> Iterator[str]:
    """Yield a sentence for each setting that cannot work, starting with its variable's name."""
    yield from _mail(settings)
    yield from _ai(settings)
    if settings.edgar_contact and not _MAIL_ADDRESS.search(settings.edgar_contact):
        yield (
            "EDGAR_CONTACT must hold a mail address that the SEC can write to, "
            "such as: Lighthouse Ltd ops@example.com"
        )
    for entry in settings.outbound_allow_hosts:
        if not _is_host_and_port(entry):
            yield (
                "OUTBOUND_ALLOW_HOSTS must list pairs such as feeds.example.com:8080; "
                f"{entry[:80]!r} is none"
            )


def _mail(settings: _Checked) -> Iterator[str]:
    if settings.mail_provider is MailProviderName.SMTP and not settings.smtp_host:
        yield "SMTP_HOST must be set, because MAIL_PROVIDER is smtp"
    has_password = bool(settings.smtp_password.get_secret_value())
    if settings.mail_provider is MailProviderName.SENDGRID and not has_password:
        yield "SMTP_PASSWORD must hold the SendGrid API key, because MAIL_PROVIDER is sendgrid"
    if not _is_mail_address(settings.smtp_from_email):
        yield (
            "SMTP_FROM_EMAIL must be a bare mail address such as beacon@example.com; "
            "the name beside it is SMTP_FROM_NAME"
        )
    for secret in settings.mail_webhook_secrets.get_secret_value().split():
        if not secret.startswith("whsec_") or not _is_base64(secret[6:], least=16):
            yield "MAIL_WEBHOOK_SECRETS must be whsec_ and base64 of 16 bytes or more, each of them"
    if not _is_base64(settings.sendgrid_webhook_public_key, least=0):
        yield "SENDGRID_WEBHOOK_PUBLIC_KEY must be base64, as SendGrid's settings show it"


def _is_base64(text: str, *, least: int) -> bool:
    try:
        return len(base64.b64decode(text + "=" * (-len(text) % 4), validate=True)) >= least
    except ValueError:
        return False


def _ai(settings: _Checked) -> Iterator[str]:
    keys = {
        AIName.OPENAI: ("OPENAI_API_KEY", settings.openai_api_key),
        AIName.ANTHROPIC: ("ANTHROPIC_API_KEY", settings.anthropic_api_key),
    }
    if settings.ai_provider not in keys:
        return
    variable, key = keys[settings.ai_provider]
    if not key.get_secret_value():
        yield f"{variable} must be set, because AI_PROVIDER is {settings.ai_provider}"


def _is_mail_address(text: str) -> bool:
    if not _MAIL_ADDRESS.fullmatch(text):
        return False
    try:
        text.rpartition("@")[2].encode("idna")
    except UnicodeError:
        return False
    return True


def _is_host_and_port(entry: str) -> bool:
    host, _, port = entry.rpartition(":")
    is_port = port.isascii() and port.isdigit() and 0 < int(port[:6]) <= MAX_PORT
    return is_port and re.fullmatch(r"[\w.:\[\]-]*\w[\w.:\[\]-]*", host) is not None
