"""Salesforce's client over what Salesforce really answered."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.doubles.local_server import Answer
from tests.providers.crm.org import (
    BY_ID,
    BY_NAME,
    SECRETS,
    Org,
    always,
    running,
    sample,
    service_at,
)
from tests.providers.recordings import Exchange, exchanges, recordings
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRequestError,
)
from webapp.providers.base import CRMLookup

pytestmark = [pytest.mark.contracts]

BY_FILE: dict[str, type[ProviderError]] = {
    "400_MALFORMED_QUERY": ProviderRequestError,
    "400_QUERY_TOO_COMPLICATED": ProviderRequestError,
    "401_INVALID_SESSION_ID": ProviderAuthError,
    "401_INVALID_SESSION_ID_not_recoverable": ProviderAuthError,
    "403_REQUEST_LIMIT_EXCEEDED": ProviderQuotaError,
    "oauth_400_authentication_failure": ProviderAuthError,
    "oauth_400_client_credentials_wrong_host": ProviderAuthError,
    "oauth_400_unsupported_grant_type": ProviderAuthError,
    "query_error_response": ProviderRequestError,
}


def files(*patterns: str) -> pytest.MarkDecorator:
    found = [each for pattern in patterns for each in recordings("salesforce", pattern)]
    return pytest.mark.parametrize("path", found)


def answers(path: Path | None) -> Iterator[Exchange]:
    """The file's answers; those kept without their status are errors where their name says so."""
    found = exchanges(path)
    for each in found:
        is_error = each.status == 200 and path is not None and "error" in path.stem
        yield Exchange(400, each.body) if is_error else each


ERRORS = ("errors/4*.json", "errors/oauth*.json", "restforce_fixtures/query_error*.json")
TOKENS = ("oauth/token_*.json", "restforce_fixtures/auth_success*.json")
ACCOUNTS = ("grouparoo_recorded/query_Account_*.json", "query_page1*.json")
KNOWN = Answer(sample("account"))


@files(*ERRORS)
def test_a_recorded_error_gets_its_class(
    path: Path | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for each in answers(path):
        org = Org(always(each.answer()))
        if "oauth" in str(path):
            org.sign_in = always(each.answer())
        with running(org) as server, pytest.raises(ProviderError) as caught:
            service_at(server.url).get_enriched_account_data(BY_NAME)
        assert isinstance(caught.value, BY_FILE[Path(str(path)).stem])
        assert caught.value.permanent
        assert not any(secret in caplog.text for secret in SECRETS.values())


@files(*TOKENS)
def test_a_recorded_token_is_used(path: Path | None) -> None:
    for each in answers(path):
        org = Org(always(KNOWN))
        with running(org) as server:
            org.sign_in = always(Answer({**each.body, "instance_url": server.url}))
            assert service_at(server.url).get_enriched_account_data(BY_ID).facts is not None
        assert org.bearers == [f"Bearer {each.body['access_token']}"]


@files(*TOKENS)
def test_the_address_beside_a_recorded_token_is_taken_for_salesforces_own(
    path: Path | None,
) -> None:
    for each in answers(path):
        org = Org(always(KNOWN), always(each.answer()))
        with running(org) as server:
            service_at(server.url).authenticate()
        assert len(org.forms) == 1


@files("*.json")
def test_any_recorded_answer_to_the_query_is_facts_nothing_or_our_error(path: Path | None) -> None:
    for each in exchanges(path):
        org = Org(always(each.answer()))
        with running(org) as server, suppress(ProviderError):
            service_at(server.url).get_enriched_account_data(BY_NAME)
        assert len(org.forms) <= 2


@files("oauth/sequence_401_refresh_retry_200.json")
def test_a_recorded_expiry_is_renewed_once_and_the_query_repeated(path: Path | None) -> None:
    expired, renewal, repeated = exchanges(path)
    left = [expired.answer(), repeated.answer()]
    org = Org(lambda _: left.pop(0))
    with running(org) as server:
        token = {**renewal.body, "access_token": "renewed", "instance_url": server.url}
        org.sign_in = always(Answer(token))
        with suppress(ProviderError):
            service_at(server.url).get_enriched_account_data(BY_NAME)
    assert (len(org.forms), left) == (2, [])


@files(*ACCOUNTS)
def test_a_recorded_account_is_found_by_its_id(path: Path | None) -> None:
    for each in exchanges(path):
        org = Org(always(Answer({**each.body, "done": True, "nextRecordsUrl": None})))
        for record in each.body["records"]:
            lookup = CRMLookup("c", "Nobody", None, record["Id"])
            with running(org) as server:
                facts = service_at(server.url).get_enriched_account_data(lookup).facts
            assert facts is not None
            assert facts.account_id == record["Id"]


def test_the_samples_of_our_own_have_the_recorded_keys() -> None:
    assert {"access_token", "instance_url", "token_type"} <= set(sample("token"))
    assert {"totalSize", "done", "records"} == set(json.loads(json.dumps(sample("account"))))
