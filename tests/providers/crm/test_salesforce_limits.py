"""How many calls the org has left: told by each answer, asked for, and not used to the end."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.doubles.local_server import Answer
from tests.providers.crm.org import BY_ID, Org, org_answering, refused, running, sample, service_at
from webapp import clock
from webapp.errors import ProviderAuthError, ProviderQuotaError
from webapp.providers.base import CRMUsage
from webapp.providers.crm.salesforce import SalesforceService


def told(usage: str) -> Answer:
    return Answer(sample("account"), headers={"Sforce-Limit-Info": usage})


@pytest.mark.parametrize(
    ("header", "usage"),
    [
        ("api-usage=4143/15000", CRMUsage(4143, 15000)),
        ("api-usage=25/5000; per-app-api-usage=17/250(appName=beacon)", CRMUsage(25, 5000)),
        ("api-usage=1/0", None),
        ("nonsense", None),
    ],
)
def test_each_answer_tells_how_many_calls_the_org_made(header: str, usage: CRMUsage | None) -> None:
    with org_answering(told(header)) as (service, _):
        service.get_enriched_account_data(BY_ID)
        assert service.usage() == usage


def test_the_last_calls_of_the_day_are_left_to_others() -> None:
    with org_answering(told("api-usage=14250/15000")) as (service, org):
        service.get_enriched_account_data(BY_ID)
        with pytest.raises(ProviderQuotaError, match="14,250 of the Salesforce org's 15,000"):
            service.get_enriched_account_data(BY_ID)
    assert len(org.queries) == 1


def org_with_limits(limits: Answer) -> Org:
    return Org(lambda asked: limits if asked.endswith("/limits/") else Answer(sample("account")))


def check(service: SalesforceService) -> tuple[CRMUsage | None, tuple[str, ...]]:
    found = service.check()
    return found.usage, found.not_shown


def test_a_check_signs_in_asks_for_the_limits_and_reads_one_account() -> None:
    org = org_with_limits(Answer({"DailyApiRequests": {"Max": 15000, "Remaining": 14998}}))
    with running(org) as server:
        service = service_at(server.url)
        assert check(service) == (CRMUsage(2, 15000), ())
    assert org.queries[0] == "/services/data/v62.0/limits/"
    assert "FROM Account ORDER BY Name LIMIT 1" in org.queries[1]


@pytest.mark.parametrize(
    "body", [{}, {"DailyApiRequests": None}, {"DailyApiRequests": {"Max": "many"}}, []]
)
def test_limits_in_another_shape_are_unknown(body: object) -> None:
    with running(org_with_limits(Answer(body))) as server:
        assert check(service_at(server.url)) == (None, ())


def test_a_check_names_what_the_org_does_not_show() -> None:
    def answer(soql: str) -> Answer:
        for gone in ("CurrencyIsoCode", "Health__c"):
            if gone in soql:
                told = f"No such column '{gone}' on entity 'Account'."
                if f"Account.{gone}" not in seen:
                    seen.append(f"Account.{gone}")
                    return refused(400, "INVALID_FIELD", told)
        return Answer(sample("account"))

    seen: list[str] = []
    with running(Org(answer)) as server:
        assert check(service_at(server.url))[1] == ("Account.Health__c",)


def test_a_check_of_wrong_credentials_says_so() -> None:
    refusal = Answer({"error": "invalid_client"}, status=400)
    org = Org(lambda _: Answer({}), lambda _: refusal)
    with running(org) as server, pytest.raises(ProviderAuthError, match="does not know this app"):
        service_at(server.url).check()


def test_a_field_that_was_granted_later_is_asked_for_again_after_some_hours() -> None:
    refusal = refused(400, "INVALID_FIELD", "No such column 'ARR__c' on entity 'Account'.")
    start = datetime(2026, 11, 22, 9, tzinfo=UTC)
    clock.set_clock(start)
    with org_answering(refusal, Answer(sample("account"))) as (service, org):
        service.get_enriched_account_data(BY_ID)
        assert "ARR__c" not in org.queries[-1]
        clock.set_clock(start + timedelta(hours=7))
        service.get_enriched_account_data(BY_ID)
        assert "ARR__c" in org.queries[-1]
