"""Accounts out of a file: the CRM of those who have none, and what no file may do."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import Client, CrmAccount, CrmSnapshot, User

ApiAs = Callable[[User], FlaskClient]
IMPORT, ACCOUNTS = "/api/v1/crm/accounts/import", "/api/v1/crm/accounts"
FILE = """account_id;Company;website;ARR;currency;renewal;health;contacts;cases;as_of;colour
H1;Halcyon Health, Inc.;www.halcyon.example.com;$240,000;eur;2027-01-31;Red;3;2;2026-01-15;blue
;Castellan Bank;;85k;;;;;;;
"""


def send(program: FlaskClient, text: str | bytes, query: str = "") -> dict[str, Any]:
    answer = program.post(f"{IMPORT}{query}", data=text, content_type="text/csv")
    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    return dict(answer.json)


def figures(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["created"], report["updated"], report["unchanged"], report["failed"]


def crm_of(program: FlaskClient, client: Client) -> dict[str, Any]:
    return dict(program.get(f"/api/v1/clients/{client.id}/crm").get_json())


def test_a_file_serves_like_a_crm_with_the_age_that_it_states(api_as: ApiAs, ben: User) -> None:
    halcyon = factories.client(ben.business, name="Halcyon", domain="halcyon.example.com")
    program = api_as(ben)
    report = send(program, FILE)
    assert (figures(report), report["ignored_columns"]) == ((2, 0, 0, 0), ["colour"])
    assert report["linked"] == 1
    found = crm_of(program, halcyon)
    facts = found["facts"]
    assert (found["provenance"], facts["provider"], facts["matched_by"]) == (
        "live",
        "csv",
        "domain",
    )
    assert (facts["arr"], facts["currency"], facts["open_case_count"]) == (240_000, "EUR", 2)
    assert (found["fetched_at"][:10], found["is_old"]) == ("2026-01-15", True)
    assert found["risk"]["at_risk"] is True
    assert facts["urgent_case_count"] is None


def test_what_the_file_does_not_say_stays_unknown(api_as: ApiAs, ben: User) -> None:
    send(api_as(ben), FILE)
    castellan = api_as(ben).get(f"{ACCOUNTS}?q=castellan").get_json()["accounts"][0]["facts"]
    assert (castellan["arr"], castellan["currency"]) == (85_000, None)
    assert (castellan["contact_count"], castellan["renewal_on"]) == (None, None)


def test_a_name_is_proposed_and_its_facts_come_when_it_is_confirmed(
    api_as: ApiAs, ben: User
) -> None:
    castellan = factories.client(ben.business, name="CASTELLAN Bank plc")
    program = api_as(ben)
    report = send(program, FILE)
    assert (report["linked"], report["proposed"]) == (0, 1)
    [proposal] = crm_of(program, castellan)["proposals"]
    chosen = {"provider": "csv", "account_id": proposal["account_id"]}
    program.post(f"/api/v1/clients/{castellan.id}/crm/confirm", json=chosen)
    assert crm_of(program, castellan)["facts"]["arr"] == 85_000


def test_the_same_file_twice_changes_nothing_but_the_age(api_as: ApiAs, ben: User) -> None:
    program = api_as(ben)
    send(program, FILE)
    before = {each.account_id: each.imported_at for each in db.session.query(CrmAccount)}
    assert figures(send(program, FILE)) == (0, 0, 2, 0)
    db.session.rollback()
    after = {each.account_id: each.imported_at for each in db.session.query(CrmAccount)}
    assert before.keys() == after.keys()
    assert all(after[key] > before[key] for key in after)
    assert figures(send(program, FILE.replace("85k", "90k"))) == (0, 1, 1, 0)


def test_a_check_tells_what_was_understood_and_stores_nothing(api_as: ApiAs, ben: User) -> None:
    report = send(api_as(ben), FILE, "?dry_run=true")
    assert figures(report) == (2, 0, 0, 0)
    assert [each["arr"] for each in report["rows"]] == [240_000, 85_000]
    assert db.session.query(CrmAccount).count() == 0


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("=HYPERLINK(1),a.example.com,,,", "name", "like a formula"),
        ("Halcyon,a.example.com,-5,,", "arr", "like a formula"),
        ("Halcyon,a.example.com,plenty,,", "arr", "number"),
        ("Halcyon,a.example.com,1e400,,", "arr", "number"),
        ("Halcyon,a.example.com,5,2027-13-45,", "renewal_on", "date"),
        ("Halcyon,a.example.com,5,,2999-01-01", "last_activity_on", "year"),
        ("Halcyon,a.example.com,5,,2150-01-01", "last_activity_on", "future"),
        ("Halcyon,no domain,,,", "domain", "domain"),
        ("Halcyon, Inc.,a.example.com,5,,", "columns", "quotation marks"),
        (f"{'x' * 1001},a.example.com,,,", "name", "1,000 characters"),
        (",a.example.com,5,,", "name", ""),
    ],
)
def test_a_bad_line_is_left_out_with_its_reason_and_the_others_are_taken(
    api_as: ApiAs, ben: User, line: str, column: str, words: str
) -> None:
    text = f"name,domain,arr,renewal_on,last_activity_on\n{line}\nMeridian,,7,,\n"
    report = send(api_as(ben), text)
    assert figures(report) == (1, 0, 0, 1)
    problem = next(each for each in report["problems"] if each["field"] == column)
    assert (problem["line"], words in problem["message"]) == (2, True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "first line must name the columns"),
        (b"colour,size\nblue,3\n", "one of them must be “name”"),
        (b"name,company\na,b\n", "twice: name"),
        (b"PK\x03\x04\x14\x00rest of a workbook", "workbook"),
        (b"name\n" + b"x" * 1_000_000, "field larger than field limit"),
        (b'name,arr\nHalcyon,"5\n' + b"Meridian,7\n" * 20_000, "field larger than field limit"),
        (b"name\nMeridian\nHal\x00cyon\n", "cannot be stored"),
        (("," * 300 + "name\n").encode(), "200 columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_in_a_sentence(
    api_as: ApiAs, ben: User, data: bytes, words: str
) -> None:
    answer = api_as(ben).post(IMPORT, data=data, content_type="text/csv")
    assert answer.status_code == 422
    assert words in answer.get_json()["detail"]
    assert db.session.query(CrmAccount).count() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_are_read_in_the_encodings_that_spreadsheets_write(
    api_as: ApiAs, ben: User, encoding: str
) -> None:
    send(api_as(ben), "name,arr\nZürich Rück,5\n".encode(encoding))
    assert db.session.query(CrmAccount).one().name == "Zürich Rück"


def test_two_lines_of_one_account_are_told_apart_by_nobody(api_as: ApiAs, ben: User) -> None:
    report = send(api_as(ben), "name,domain\nHalcyon,a.example.com\nHalcyon UK,a.example.com\n")
    assert (figures(report), report["problems"][0]["message"]) == (
        (1, 0, 0, 1),
        "Line 2 is the same account.",
    )


def test_taking_accounts_out_takes_their_facts_along(api_as: ApiAs, ben: User) -> None:
    halcyon = factories.client(ben.business, name="Halcyon", domain="halcyon.example.com")
    program = api_as(ben)
    send(program, FILE)
    chosen = {"provider": "csv", "account_id": "H1"}
    program.post(f"/api/v1/clients/{halcyon.id}/crm/confirm", json=chosen)
    rows = program.get(ACCOUNTS).get_json()["accounts"]
    one = next(each["id"] for each in rows if each["account_id"] == "H1")
    assert program.delete(f"{ACCOUNTS}/{one}").status_code == 200
    found = crm_of(program, halcyon)
    assert (found["facts"], found["is_confirmed"]) == (None, False)
    assert program.delete(ACCOUNTS).get_json()["message"] == "Imported accounts taken out: 1"
    assert db.session.query(CrmSnapshot).count() == 0


def test_another_business_has_accounts_of_its_own(api_as: ApiAs, ben: User, cleo: User) -> None:
    send(api_as(ben), FILE)
    stranger = api_as(cleo)
    assert stranger.get(ACCOUNTS).get_json()["total"] == 0
    one = db.session.query(CrmAccount).first()
    assert one is not None
    assert stranger.delete(f"{ACCOUNTS}/{one.id}").status_code == 404
    assert figures(send(stranger, FILE)) == (2, 0, 0, 0)
    stranger.delete(ACCOUNTS)
    assert db.session.query(CrmAccount).count() == 2


def test_a_viewer_imports_nothing(api_as: ApiAs, ben: User) -> None:
    viewer = api_as(factories.user(ben.business, name="Vera", role="viewer"))
    assert viewer.post(IMPORT, data=FILE, content_type="text/csv").status_code == 403
    assert viewer.delete(ACCOUNTS).status_code == 403
