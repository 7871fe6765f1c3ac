"""Builds every provider from the settings: a new one is one line here. Secrets end here."""

from redis import Redis

from webapp.config import Settings
from webapp.enums import AIName, MailProviderName
from webapp.providers.addresses import AddressGuard
from webapp.providers.ai.anthropic import AnthropicProvider
from webapp.providers.ai.openai import OpenAIProvider
from webapp.providers.ai.pricing import PriceList
from webapp.providers.ai.rules import RulesProvider
from webapp.providers.base import (
    AIProvider,
    ChatSender,
    CRMProvider,
    LanguageModel,
    MailProvider,
    SearchProvider,
    WebhookSender,
)
from webapp.providers.chat.sender import AppriseChatSender
from webapp.providers.crm.csv_accounts import CsvCRMProvider
from webapp.providers.crm.hubspot import HubSpotService
from webapp.providers.crm.mock import MockCRMProvider
from webapp.providers.crm.salesforce import SalesforceService
from webapp.providers.http import HttpClient
from webapp.providers.mail.console import ConsoleProvider
from webapp.providers.mail.sendgrid import sendgrid_relay
from webapp.providers.mail.smtp import SmtpProvider
from webapp.providers.mock_api import MockAPIService
from webapp.providers.ping import Ping
from webapp.providers.search.edgar import SECONDS_BETWEEN_REQUESTS as EDGAR_INTERVAL
from webapp.providers.search.edgar import EdgarProvider
from webapp.providers.search.edgar_check import FilerCheckProvider
from webapp.providers.search.feed_check import FeedCheckProvider
from webapp.providers.search.gdelt import SECONDS_BETWEEN_REQUESTS as GDELT_INTERVAL
from webapp.providers.search.gdelt import GdeltProvider
from webapp.providers.search.google import GoogleSearchService
from webapp.providers.search.mock import MockSearchProvider
from webapp.providers.search.news_api import NewsApiProvider
from webapp.providers.search.rss import FeedProvider
from webapp.providers.search.serper import SerperProvider
from webapp.providers.search.turns import LocalTurns, SharedTurns, Turns
from webapp.providers.webhooks.sender import HttpWebhookSender
from webapp.settings_prices import read_prices

MAIL_FOLDER = "mails"
"""Where in the instance folder the console provider keeps mails."""

EDGAR_TICKERS_FILE = "edgar-tickers.json"
"""The file in the instance folder that keeps the SEC's list of stock symbols for a day."""


def build_http(settings: Settings) -> HttpClient:
    """Return the process's HTTP client, limited to one source's time."""
    return HttpClient(timeout_seconds=settings.source_timeout_seconds)


def build_ping(settings: Settings, http: HttpClient) -> Ping:
    """Return what tells a watcher outside that the tick was done."""
    return Ping(http=http, url=settings.heartbeat_ping_url.get_secret_value())


def build_guard(settings: Settings) -> AddressGuard:
    """Return the guard for addresses that users type."""
    return AddressGuard(settings.outbound_allow_hosts)


def build_search_providers(
    settings: Settings, http: HttpClient, redis: Redis | None = None
) -> list[SearchProvider]:
    """Return every real source, also those without a key; the mock is not among them.

    Through `redis` all processes together keep to the pace that a source asks for.
    """
    return [
        SerperProvider(
            http=http,
            api_key=settings.serper_api_key.get_secret_value(),
            base_url=settings.serper_base_url,
            web=settings.serper_web,
            pages=settings.serper_pages,
        ),
        NewsApiProvider(
            http=http,
            api_key=settings.news_api_key.get_secret_value(),
            base_url=settings.news_api_base_url,
            language=settings.search_language,
            pages=settings.news_api_pages,
        ),
        FeedProvider(http=http, guard=build_guard(settings)),
        GdeltProvider(
            http=http,
            base_url=settings.gdelt_base_url,
            turns=_turns(redis, "gdelt", GDELT_INTERVAL),
            language=settings.search_language,
            patience_seconds=settings.source_timeout_seconds / 2,
        ),
        build_edgar(settings, http, redis),
        GoogleSearchService(
            http=http,
            api_key=settings.google_search_api_key.get_secret_value(),
            engine_id=settings.google_search_engine_id,
            base_url=settings.google_search_base_url,
        ),
    ]


def _turns(redis: Redis | None, source: str, interval: float) -> Turns:
    if redis is None:
        return LocalTurns(interval)
    return SharedTurns(redis, key=f"{source}:next-turn", interval=interval)


def build_edgar(settings: Settings, http: HttpClient, redis: Redis | None = None) -> EdgarProvider:
    """Return the source of filings, which also says whether the SEC knows a company."""
    return EdgarProvider(
        http=http,
        contact=settings.edgar_contact,
        base_url=settings.edgar_base_url,
        tickers_url=settings.edgar_tickers_url,
        tickers_file=settings.instance_dir / EDGAR_TICKERS_FILE,
        turns=_turns(redis, "edgar", EDGAR_INTERVAL),
    )


def build_filer_check(
    settings: Settings, http: HttpClient, redis: Redis | None = None
) -> FilerCheckProvider:
    """Return what looks up the numbers and symbols that users type."""
    return FilerCheckProvider(edgar=build_edgar(settings, http, redis))


def build_feed_check(settings: Settings, http: HttpClient) -> FeedCheckProvider:
    """Return what looks at the feeds that users type."""
    return FeedCheckProvider(http=http, guard=build_guard(settings))


def build_crm_providers(settings: Settings, http: HttpClient) -> list[CRMProvider]:
    """Return every real CRM, also those without credentials; the mock is not among them."""
    return [
        SalesforceService(
            http=http,
            login_url=settings.salesforce_login_url,
            client_id=settings.salesforce_client_id,
            client_secret=settings.salesforce_client_secret.get_secret_value(),
            refresh_token=settings.salesforce_refresh_token.get_secret_value(),
            username=settings.salesforce_username,
            password=settings.salesforce_password.get_secret_value(),
            security_token=settings.salesforce_security_token.get_secret_value(),
        ),
        HubSpotService(
            http=http,
            base_url=settings.hubspot_base_url,
            token=settings.hubspot_api_key.get_secret_value(),
        ),
    ]


def build_ai_providers(settings: Settings) -> list[LanguageModel]:
    """Return the models in the order in which to ask them, also those without a key.

    AI_PROVIDER comes first; with `rules` there is no model at all. The rules are not among them.
    """
    if settings.ai_provider is AIName.RULES:
        return []
    prices = PriceList(read_prices(settings.ai_prices))
    models: list[LanguageModel] = [
        OpenAIProvider(
            api_key=settings.openai_api_key.get_secret_value(),
            model=settings.openai_model,
            base_url=settings.openai_base_url,
            timeout_seconds=settings.ai_timeout_seconds,
            prices=prices,
        ),
        AnthropicProvider(
            api_key=settings.anthropic_api_key.get_secret_value(),
            model=settings.anthropic_model,
            base_url=settings.anthropic_base_url,
            timeout_seconds=settings.ai_timeout_seconds,
            prices=prices,
        ),
    ]
    return sorted(models, key=lambda model: model.name != settings.ai_provider)


def build_ai_provider(settings: Settings, name: AIName, model: str) -> LanguageModel:
    """Return a vendor's provider for another of its models than the one that is set."""
    changed = settings.model_copy(update={"ai_provider": name, f"{name.value}_model": model})
    return next(each for each in build_ai_providers(changed) if each.name is name)


def build_mail_provider(settings: Settings) -> MailProvider:
    """Return the one way by which mail leaves."""
    password = settings.smtp_password.get_secret_value()
    match settings.effective_mail_provider:
        case MailProviderName.SENDGRID:
            return sendgrid_relay(
                api_key=password, host=settings.smtp_host, port=settings.smtp_port
            )
        case MailProviderName.SMTP:
            return SmtpProvider(
                host=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_username,
                password=password,
            )
        case MailProviderName.CONSOLE:
            return ConsoleProvider(settings.instance_dir / MAIL_FOLDER)


def build_webhook_sender(settings: Settings, http: HttpClient) -> WebhookSender:
    """Return what delivers webhooks; where Beacon itself is served over https, only to https."""
    return HttpWebhookSender(
        http=http,
        guard=build_guard(settings),
        needs_https=settings.public_url.startswith("https://"),
    )


def build_chat_sender(settings: Settings, http: HttpClient) -> ChatSender:
    """Return what posts into chats."""
    return AppriseChatSender(
        http=http,
        guard=build_guard(settings),
        bases={
            "https://hooks.slack.com": settings.slack_base_url,
            "https://discord.com": settings.discord_base_url,
            "https://chat.googleapis.com": settings.google_chat_base_url,
            "https://api.telegram.org": settings.telegram_base_url,
        },
    )


def build_mock_search(mock_api: MockAPIService) -> SearchProvider:
    """Return the source of invented news."""
    return MockSearchProvider(mock_api)


def build_mock_crm(mock_api: MockAPIService) -> CRMProvider:
    """Return the CRM of invented accounts."""
    return MockCRMProvider(mock_api)


def build_imported_crm() -> CRMProvider:
    """Return the CRM whose accounts came out of a file."""
    return CsvCRMProvider()


def build_rules() -> AIProvider:
    """Return the classifier that needs no model."""
    return RulesProvider()
