"""What HubSpot's refusals mean, which scopes it lacks, and that nothing gives the token away."""

import logging

import pytest

from tests.doubles.local_server import Answer
from tests.providers.crm.portal import BY_ID, BY_NAME, READ, SEARCH, TOKEN, portal_with, refused
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderUnavailableError,
)
from webapp.providers.base import CRMUsage
from webapp.providers.crm.hubspot import HubSpotService
from webapp.providers.http import HttpClient


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refused("401"), ProviderAuthError, "token of a private app"),
        (refused("401_expired"), ProviderAuthError, "does not accept the token"),
        (refused("403_scopes"), ProviderAuthError, "crm.objects.companies.read"),
        (refused("403_no_view"), ProviderAuthError, "crm.objects.companies.read"),
        (refused("403_other"), ProviderAuthError, "403"),
        (refused("429_secondly"), ProviderRateLimitedError, "slow down"),
        (refused("429_ten_seconds"), ProviderRateLimitedError, "slow down"),
        (refused("429_daily"), ProviderQuotaError, "midnight"),
        (refused("400"), ProviderRequestError, "400"),
        (refused("423"), ProviderUnavailableError, "later"),
        (refused("502"), ProviderUnavailableError, "not working"),
        (Answer("<html>", status=404), ProviderRequestError, "404"),
        (Answer("<html>", status=401), ProviderAuthError, "token"),
        (Answer("<html>Maintenance</html>"), ProviderResponseError, "web page"),
        (Answer([]), ProviderResponseError, "shape"),
        (Answer({"error": 5}, status=403), ProviderAuthError, "403"),
    ],
)
def test_each_refusal_has_its_class_and_says_what_to_do(
    answer: Answer, kind: type[ProviderError], words: str
) -> None:
    with portal_with({"*": answer}) as (service, _), pytest.raises(ProviderError) as caught:
        service.get_enriched_account_data(BY_ID)
    assert isinstance(caught.value, kind)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "seconds"), [("429_secondly", 1.0), ("429_ten_seconds", 9.0), ("423", 2.0)]
)
def test_a_limit_without_retry_after_is_waited_out_by_its_kind(name: str, seconds: float) -> None:
    with portal_with({READ: refused(name)}) as (service, _), pytest.raises(ProviderError) as caught:
        service.get_enriched_account_data(BY_ID)
    assert caught.value.retry_after == seconds


def test_a_limit_with_retry_after_is_waited_out_as_asked() -> None:
    answer = Answer({}, status=429, headers={"Retry-After": "4"})
    with portal_with({SEARCH: answer}) as (service, _), pytest.raises(ProviderError) as caught:
        service.get_enriched_account_data(BY_NAME)
    assert caught.value.retry_after == 4


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("/crm/v4/associations/companies/contacts/batch/read", "crm.objects.contacts.read"),
        ("/crm/v3/objects/deals/batch/read", "crm.objects.deals.read"),
        ("/crm/v3/objects/tickets/batch/read", "crm.objects.quotes.read"),
    ],
)
def test_what_the_token_may_not_read_is_left_out_named_and_not_asked_for_again(
    path: str, hidden: str
) -> None:
    with portal_with({path: refused("403_scopes")}) as (service, portal):
        facts = service.get_enriched_account_data(BY_ID).facts
        service.get_enriched_account_data(BY_ID)
        asked = portal.paths().count(path)
    assert facts is not None
    [told] = facts.not_shown
    assert hidden in told
    counts = (facts.contact_count, facts.open_deal_count, facts.open_case_count)
    assert counts.count(None) == 1
    assert asked == 1


def test_owners_and_stages_that_cannot_be_read_cost_their_names_only() -> None:
    refusals = {"/crm/v3/owners": refused("403_scopes"), "/crm/v3/pipelines/deals": refused("502")}
    with portal_with({**refusals, "/account-info/v3/details": Answer([])}) as (service, _):
        facts = service.get_enriched_account_data(BY_ID).facts
    assert facts is not None
    assert (facts.owner_name, facts.account_url, facts.account_name) == (
        None,
        None,
        "Castellan Bank plc",
    )


@pytest.mark.parametrize(
    "told", [{"uiDomain": "evil.example.com"}, {"uiDomain": "app.hubspot.com/x"}, {"portalId": "<"}]
)
def test_an_address_that_is_not_hubspots_is_no_link(told: dict[str, str]) -> None:
    account = {"portalId": 1, "uiDomain": "app.hubspot.com", **told}
    with portal_with({"/account-info/v3/details": Answer(account)}) as (service, _):
        facts = service.get_enriched_account_data(BY_ID).facts
    assert facts is not None
    assert facts.account_url is None


def test_the_last_calls_of_the_day_are_left_to_others() -> None:
    headers = {"X-HubSpot-RateLimit-Daily": "100", "X-HubSpot-RateLimit-Daily-Remaining": "5"}
    answer = Answer({"results": []}, headers=headers)
    with portal_with({"*": answer}) as (service, portal):
        service.get_enriched_account_data(BY_ID)
        made = len(portal.requests)
        with pytest.raises(ProviderQuotaError, match="95 of the HubSpot account's 100"):
            service.get_enriched_account_data(BY_ID)
        assert (service.usage(), len(portal.requests)) == (CRMUsage(95, 100), made)


def test_a_check_reads_one_of_each_kind_and_names_the_missing_scopes() -> None:
    hidden = {path: refused("403_scopes") for path in ("/crm/v3/objects/deals", "/crm/v3/owners")}
    with portal_with(hidden) as (service, _):
        checked = service.check()
    assert checked.account == "HubSpot account 24680"
    assert [each.partition(" ")[0] for each in checked.not_shown] == ["deals", "owners"]


def test_a_check_without_the_right_to_read_companies_fails() -> None:
    refusal = {"/crm/v3/objects/companies": refused("403_scopes")}
    with portal_with(refusal) as (service, _), pytest.raises(ProviderAuthError, match="companies"):
        service.check()


def test_the_token_goes_into_one_header_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with portal_with({SEARCH: refused("401")}) as (service, portal):
        service.get_enriched_account_data(BY_ID)
        with pytest.raises(ProviderAuthError) as caught:
            service.get_enriched_account_data(BY_NAME)
        assert {each.headers["authorization"] for each in portal.requests} == {f"Bearer {TOKEN}"}
    assert TOKEN not in f"{caught.value!r} {service!r} {vars(service)!r} {caplog.text}"


def test_a_token_that_cannot_be_sent_is_refused_in_a_sentence() -> None:
    service = HubSpotService(
        http=HttpClient(timeout_seconds=5), base_url="http://127.0.0.1:1", token="a\nb"
    )
    with pytest.raises(ProviderError, match="not valid"):
        service.get_enriched_account_data(BY_ID)


def test_without_a_token_it_is_not_configured() -> None:
    http = HttpClient(timeout_seconds=5)
    assert not HubSpotService(http=http, base_url="http://127.0.0.1:1").is_configured()
