"""Signing in: the flows in their order, one token for all threads, renewed once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.doubles.local_server import Answer
from tests.providers.crm.org import (
    BY_ID,
    BY_NAME,
    Org,
    org_answering,
    refused,
    running,
    sample,
    service_at,
)
from webapp.errors import ProviderAuthError, ProviderResponseError, ProviderUnavailableError

EXPIRED = refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
KNOWN = Answer(sample("account"))


def org_signing_in(*refusals: str) -> Org:
    """An org that refuses the flows named and knows one account."""

    def sign_in(form: dict[str, str]) -> Answer:
        if form["grant_type"] in refusals:
            return Answer({"error": "invalid_grant", "error_description": "no"}, status=400)
        return org.token()

    org = Org(lambda _: KNOWN, sign_in)
    return org


@pytest.mark.parametrize(
    ("given", "refusals", "flows"),
    [
        ({}, (), ["refresh_token"]),
        ({"client_secret": ""}, (), ["refresh_token"]),
        ({"refresh_token": ""}, (), ["client_credentials"]),
        ({}, ("refresh_token",), ["refresh_token", "client_credentials"]),
        (
            {"refresh_token": "", "username": "ben@halcyon.example.com"},
            ("client_credentials",),
            ["client_credentials", "password"],
        ),
    ],
)
def test_the_flows_are_tried_in_their_order(
    given: dict[str, str], refusals: tuple[str, ...], flows: list[str]
) -> None:
    org = org_signing_in(*refusals)
    with running(org) as server:
        service_at(server.url, **given).authenticate()
    assert [form["grant_type"] for form in org.forms] == flows


def test_the_password_flow_appends_the_security_token() -> None:
    org = org_signing_in("client_credentials")
    with running(org) as server:
        service_at(server.url, refresh_token="", username="ben@halcyon.example.com").authenticate()
    assert org.forms[-1]["password"] == "canary-passwordcanary-security-token"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"error": "invalid_grant", "error_description": "expired access/refresh token"},
            "expired",
        ),
        (
            {"error": "invalid_grant", "error_description": "request not supported on this domain"},
            "My Domain",
        ),
        ({"error": "invalid_client_id", "error_description": "client identifier invalid"}, "app"),
        ({"error": "invalid_grant", "error_description": "authentication failure"}, "password"),
        ({"error": "else"}, "Check the credentials"),
        ([], "Check the credentials"),
        ("<html>", "Check the credentials"),
    ],
)
def test_a_refused_sign_in_says_what_to_mend(body: Any, words: str) -> None:
    org = Org(lambda _: KNOWN, lambda _: Answer(body, status=400))
    with running(org) as server, pytest.raises(ProviderAuthError, match=words):
        service_at(server.url).authenticate()


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": None},
        {"access_token": ""},
        {"access_token": "two\nlines"},
        {"instance_url": None},
        {"instance_url": "https://evil.example.com"},
        {"instance_url": "https://evil.example.com/.salesforce.com"},
        {"instance_url": "http://na1.salesforce.com"},
        {"instance_url": "https://169.254.169.254"},
        {"instance_url": "https://a@na1.salesforce.com:8443"},
        {"instance_url": "https://[broken"},
    ],
)
def test_a_token_is_never_sent_anywhere_but_to_salesforce(changes: dict[str, Any]) -> None:
    org = Org(lambda _: KNOWN, lambda _: org.token(**changes))
    with running(org) as server, pytest.raises(ProviderResponseError):
        service_at(server.url).get_enriched_account_data(BY_NAME)
    assert org.queries == []


def test_a_sign_in_that_is_down_is_an_outage_and_no_other_flow_is_tried() -> None:
    org = Org(lambda _: KNOWN, lambda _: Answer("", status=503))
    with running(org) as server, pytest.raises(ProviderUnavailableError):
        service_at(server.url, username="ben").authenticate()
    assert len(org.forms) == 1


def test_the_token_is_kept_between_calls() -> None:
    with org_answering() as (service, org):
        service.get_enriched_account_data(BY_NAME)
        service.get_enriched_account_data(BY_NAME)
    assert len(org.forms) == 1


def test_an_expired_session_is_renewed_once_and_the_query_repeated() -> None:
    with org_answering(EXPIRED, KNOWN) as (service, org):
        assert service.get_enriched_account_data(BY_ID).facts is not None
    assert len(org.forms) == 2
    assert org.bearers == ["Bearer 00D!token-1", "Bearer 00D!token-2"]


def test_a_session_that_is_refused_even_when_new_is_told_to_the_admin() -> None:
    refusal = pytest.raises(ProviderAuthError, match="even a new session")
    with org_answering(EXPIRED) as (service, org), refusal:
        service.get_enriched_account_data(BY_NAME)
    assert len(org.forms) == 2


def test_thirty_two_threads_sign_in_once_and_renew_once() -> None:
    def answer(_: str) -> Answer:
        return EXPIRED if org.bearers[-1].endswith("token-1") else KNOWN

    org = Org(answer)
    with running(org) as server, ThreadPoolExecutor(32) as pool:
        service = service_at(server.url)
        found = list(pool.map(lambda _: service.get_enriched_account_data(BY_ID), range(32)))
    assert None not in [each.facts for each in found]
    assert len(org.forms) == 2


@pytest.mark.parametrize(
    ("given", "is_enough"),
    [
        ({}, True),
        ({"client_secret": ""}, True),
        ({"client_secret": "", "refresh_token": ""}, False),
        ({"client_id": ""}, False),
    ],
)
def test_without_credentials_it_is_not_configured(
    given: dict[str, str], *, is_enough: bool
) -> None:
    assert service_at("http://127.0.0.1:1", **given).is_configured() is is_enough
