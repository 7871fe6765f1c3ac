"""Accounts are found by id, domain or name, in one query, with what hangs on them."""

from typing import Any

import pytest

from tests.doubles.local_server import Answer
from tests.providers.crm.org import BY_DOMAIN, BY_ID, BY_NAME, org_answering, refused, sample
from webapp.enums import CRMName, MatchBasis
from webapp.errors import ProviderRequestError, ProviderResponseError
from webapp.providers.base import CRMFinding, CRMLookup

NOBODY = Answer({"totalSize": 0, "done": True, "records": []})


def accounts(*records: dict[str, Any]) -> Answer:
    return Answer({"totalSize": len(records), "done": True, "records": list(records)})


def test_one_query_brings_the_account_and_all_that_hangs_on_it() -> None:
    with org_answering() as (service, org):
        facts = service.get_enriched_account_data(BY_ID).facts
    assert facts is not None
    assert (facts.provider, facts.matched_by) == (CRMName.SALESFORCE, MatchBasis.ID)
    assert (len(facts.opportunities), facts.contact_count, facts.urgent_case_count) == (4, 2, 1)
    assert facts.has_all_contacts
    assert facts.account_url == f"{org.url}/001AA000003DHPxYAO"
    assert len(org.queries) == 1
    assert "WHERE Id = '001AA000003DHPx'" in org.queries[0]


def test_an_account_that_is_gone_leads_to_candidates_and_none_is_taken() -> None:
    with org_answering(NOBODY, Answer(sample("account"))) as (service, org):
        found = service.get_enriched_account_data(BY_ID)
    assert (found.facts, found.is_gone) == (None, True)
    assert [each.matched_by for each in found.candidates] == [MatchBasis.DOMAIN]
    assert "Website LIKE '%halcyon-health.example.com'" in org.queries[1]
    assert "Name = 'Halcyon Health' OR Name LIKE 'Halcyon Health %'" in org.queries[1]


def test_no_account_is_no_error() -> None:
    with org_answering(NOBODY) as (service, _):
        assert service.get_enriched_account_data(BY_NAME) == CRMFinding()


@pytest.mark.parametrize(
    ("lookup", "taken", "candidates"),
    [
        (CRMLookup("c", "Halcyon Health", "halcyon.example.com"), "2", ["2"]),
        (CRMLookup("c", "Halcyon Health"), None, ["3", "5"]),
        (CRMLookup("c", "halcyon health ltd."), None, ["3", "5"]),
        (CRMLookup("c", "Meridian", further_names=("HH Group",)), None, ["2"]),
        (CRMLookup("c", "Halcyon"), None, []),
        (CRMLookup("c", "Nobody", "cyon.example.com"), None, []),
        (CRMLookup("c", "Nobody", "twins.example.com"), None, ["6", "7"]),
    ],
)
def test_a_domain_is_taken_a_name_is_proposed_and_a_likeness_is_nothing(
    lookup: CRMLookup, taken: str | None, candidates: list[str]
) -> None:
    known = accounts(
        {"Id": "1", "Name": "Halcyon Healthcare Partners", "Website": "https://other.example.com"},
        {"Id": "2", "Name": "HH Group", "Website": "www.halcyon.example.com/start"},
        {"Id": "3", "Name": "Halcyon Health Inc", "Website": None},
        {"Id": "4", "Name": None, "Website": "http://[broken"},
        {"Id": "5", "Name": "Halcyon Health GmbH & Co. KG", "Website": "hh.example.com"},
        {"Id": "6", "Name": "Twins", "Website": "twins.example.com"},
        {"Id": "7", "Name": "Twins (old)", "Website": "http://www.twins.example.com"},
        {"Id": None, "Name": "Halcyon Health", "Website": "halcyon.example.com"},
    )
    with org_answering(known) as (service, _):
        found = service.get_enriched_account_data(lookup)
    assert (found.facts.account_id if found.facts else None) == taken
    assert [each.account_id for each in found.candidates] == candidates


def test_of_two_accounts_with_one_domain_the_one_that_was_not_rejected_is_taken() -> None:
    known = accounts(
        {"Id": "6", "Website": "a.example.com"}, {"Id": "7", "Website": "a.example.com"}
    )
    rejected = frozenset({(CRMName.SALESFORCE, "6")})
    with org_answering(known) as (service, _):
        lookup = CRMLookup("c", "A", "a.example.com", rejected=rejected)
        found = service.get_enriched_account_data(lookup)
    assert found.facts is not None
    assert found.facts.account_id == "7"


def test_a_name_full_of_quotation_marks_stays_one_literal() -> None:
    with org_answering(NOBODY) as (service, org):
        service.get_enriched_account_data(CRMLookup("c", "x' OR Name LIKE 'y"))
    assert "Name LIKE 'x\\' OR Name LIKE \\'y,%' ORDER" in org.queries[0]


def test_further_pages_of_accounts_are_read() -> None:
    first = {"totalSize": 2, "done": False, "records": [{"Id": "1", "Name": "Other"}]}
    following = {**first, "nextRecordsUrl": "/services/data/v62.0/query/01g-2000"}
    last = accounts({"Id": "2", "Name": "Halcyon Health"})
    with org_answering(Answer(following), last) as (service, org):
        found = service.get_enriched_account_data(BY_NAME)
    assert [each.account_id for each in found.candidates] == ["2"]
    assert org.queries[1] == "/services/data/v62.0/query/01g-2000"


def test_further_pages_of_nested_lists_are_read() -> None:
    account = dict(sample("account")["records"][0])
    account["Cases"] = {
        **account["Cases"],
        "done": False,
        "nextRecordsUrl": "/services/data/v62.0/query/01h-100",
    }
    more = accounts({"Subject": "A third case", "IsClosed": False})
    with org_answering(accounts(account), more) as (service, _):
        facts = service.get_enriched_account_data(BY_DOMAIN).facts
    assert facts is not None
    assert [case.subject for case in facts.cases][-1] == "A third case"


def test_pages_without_end_stop() -> None:
    endless = {"done": False, "records": [], "nextRecordsUrl": "/services/data/v62.0/query/x"}
    with org_answering(Answer(endless)) as (service, org):
        assert service.get_enriched_account_data(BY_NAME) == CRMFinding()
    assert len(org.queries) == 10


def test_a_field_that_the_org_lacks_is_left_out_from_then_on() -> None:
    no_arr = "SELECT Id, ARR__c ^ No such column 'ARR__c' on entity 'Account'. If you are..."
    no_owner = "Didn't understand relationship 'Owner' in field path."
    no_cases = "Didn't understand relationship 'Cases' in FROM part of query call."
    refusals = [refused(400, "INVALID_FIELD", told) for told in (no_arr, no_owner, no_cases)]
    with org_answering(*refusals, Answer(sample("account"))) as (service, org):
        service.get_enriched_account_data(BY_NAME)
        service.get_enriched_account_data(BY_NAME)
    assert len(org.queries) == 5
    for gone in ("ARR__c", "Owner.Name", "FROM Cases"):
        assert gone in org.queries[0]
        assert gone not in org.queries[4]


def test_when_even_id_and_name_are_refused_the_admin_is_told() -> None:
    hidden = pytest.raises(ProviderRequestError, match="does not show the fields")
    with org_answering(refused(400, "INVALID_FIELD", "something new")) as (service, org), hidden:
        service.get_enriched_account_data(BY_NAME)
    assert len(org.queries) == 2


@pytest.mark.parametrize(
    "answer",
    [
        Answer("<html>Down for maintenance</html>"),
        Answer([]),
        Answer({"records": None}),
        Answer({"done": True}),
        Answer(b"", content_type="application/json"),
        Answer("", status=302, headers={"Location": "https://example.com/"}),
    ],
    ids=["html", "list", "null", "none", "empty", "redirect"],
)
def test_an_answer_without_records_is_one_kind_of_error(answer: Answer) -> None:
    with org_answering(answer) as (service, _), pytest.raises(ProviderResponseError):
        service.get_enriched_account_data(BY_NAME)
