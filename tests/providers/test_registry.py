"""The registry builds every provider from the settings, and only it knows their secrets."""

from pathlib import Path
from typing import Any

import pytest

from webapp.config import Settings
from webapp.enums import AIName, CRMName, MailProviderName, SourceName
from webapp.errors import AddressRefusedError
from webapp.providers import registry
from webapp.providers.base import SearchTarget
from webapp.providers.mail.console import ConsoleProvider
from webapp.providers.mock_api import MockAPIService

CANARY = "canary-key-1234"
TARGET = SearchTarget(client_id="c", name="Orbital Robotics")


def settings(**more: Any) -> Settings:
    return Settings.from_env(secret_key="x" * 32, **more)


def test_search_providers_are_the_real_ones() -> None:
    made = registry.build_search_providers(settings(), registry.build_http(settings()))
    names = [provider.name for provider in made]
    assert names == [
        SourceName.SERPER,
        SourceName.NEWS_API,
        SourceName.RSS,
        SourceName.GDELT,
        SourceName.EDGAR,
        SourceName.GOOGLE_SEARCH,
    ]
    assert not any(provider.is_configured_for(TARGET) for provider in made)


@pytest.mark.parametrize(
    ("set_to", "source"),
    [
        ({"serper_api_key": CANARY}, SourceName.SERPER),
        ({"news_api_key": CANARY}, SourceName.NEWS_API),
        (
            {"google_search_api_key": CANARY, "google_search_engine_id": "e"},
            SourceName.GOOGLE_SEARCH,
        ),
    ],
)
def test_key_switches_its_source_on(set_to: dict[str, str], source: SourceName) -> None:
    told = settings(**set_to)
    made = registry.build_search_providers(told, registry.build_http(told))
    assert [p.name for p in made if p.is_configured_for(TARGET)] == [source]


def test_guard_allows_what_the_settings_allow() -> None:
    guard = registry.build_guard(settings(outbound_allow_hosts="127.0.0.1:9000, feeds.example:81"))
    guard.check_url("http://feeds.example:81/feed")
    guard.check_addresses("127.0.0.1", 9000, ["127.0.0.1"])
    with pytest.raises(AddressRefusedError):
        guard.check_addresses("127.0.0.1", 80, ["127.0.0.1"])


def test_crm_providers_are_the_real_ones() -> None:
    made = registry.build_crm_providers(settings(), registry.build_http(settings()))
    assert [provider.name for provider in made] == [CRMName.SALESFORCE, CRMName.HUBSPOT]
    assert not any(provider.is_configured() for provider in made)


@pytest.mark.parametrize(
    ("chosen", "order"),
    [
        (None, [AIName.OPENAI, AIName.ANTHROPIC]),
        (AIName.OPENAI, [AIName.OPENAI, AIName.ANTHROPIC]),
        (AIName.ANTHROPIC, [AIName.ANTHROPIC, AIName.OPENAI]),
        (AIName.RULES, []),
    ],
)
def test_chosen_model_comes_first(chosen: AIName | None, order: list[AIName]) -> None:
    keys = {"openai_api_key": CANARY, "anthropic_api_key": CANARY}
    made = registry.build_ai_providers(settings(ai_provider=chosen, **keys))
    assert [provider.name for provider in made] == order


@pytest.mark.parametrize(
    ("set_to", "name"),
    [
        ({}, MailProviderName.CONSOLE),
        ({"smtp_host": "mail.example.com"}, MailProviderName.SMTP),
        ({"mail_provider": "sendgrid", "smtp_password": CANARY}, MailProviderName.SENDGRID),
        ({"mail_provider": "console", "smtp_host": "m.example"}, MailProviderName.CONSOLE),
    ],
)
def test_mail_leaves_as_the_settings_say(set_to: dict[str, str], name: MailProviderName) -> None:
    provider = registry.build_mail_provider(settings(**set_to))
    assert (provider.name, provider.is_configured()) == (name, True)


def test_console_keeps_mails_in_the_instance_folder(tmp_path: Path) -> None:
    provider = registry.build_mail_provider(settings(instance_dir=tmp_path))
    assert isinstance(provider, ConsoleProvider)
    assert provider._folder == tmp_path / "mails"


def test_mocks_are_built_apart() -> None:
    mock_api = MockAPIService()
    assert registry.build_mock_search(mock_api).name is SourceName.MOCK
    assert registry.build_mock_crm(mock_api).name is CRMName.MOCK
    assert registry.build_rules().name is AIName.RULES


def test_no_provider_shows_its_secret() -> None:
    told = settings(
        serper_api_key=CANARY,
        openai_api_key=CANARY,
        salesforce_client_secret=CANARY,
        hubspot_api_key=CANARY,
    )
    http = registry.build_http(told)
    made = [
        *registry.build_search_providers(told, http),
        *registry.build_crm_providers(told, http),
        *registry.build_ai_providers(told),
    ]
    assert CANARY not in repr(made)
