"""Clients as CSV: in and out, twice without a change, never as a formula."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import Client, ClientMember, User

Caller = Callable[[User], FlaskClient]
IMPORT, EXPORT = "/api/v1/clients/import", "/api/v1/clients/export"
FILE = """name,domain,tier,ARR,renewal date,aliases,CSM,colour
Halcyon Health,www.halcyon-health.com,Enterprise,"$240,000",2027-01-31,Halcyon;HH,BEN@example.com,b
Castellan Bank,,mid-market,85k,,,,
"""


def send(program: FlaskClient, text: str | bytes, query: str = "") -> dict[str, Any]:
    answer = program.post(f"{IMPORT}{query}", data=text, content_type="text/csv")
    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    return dict(answer.json)


def figures(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["created"], report["updated"], report["unchanged"], report["failed"]


def named(name: str) -> Client:
    return db.session.query(Client).filter_by(name=name).one()


def rows(program: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = program.get(f"{EXPORT}{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_file_makes_clients(api_as: Caller, ben: User) -> None:
    report = send(api_as(ben), FILE)
    assert figures(report) == (2, 0, 0, 0)
    assert report["ignored_columns"] == ["colour"]
    halcyon, castellan = named("Halcyon Health"), named("Castellan Bank")
    assert (halcyon.domain, halcyon.arr, halcyon.aliases) == (
        "halcyon-health.com",
        240_000.0,
        ["Halcyon", "HH"],
    )
    assert [(each.user_id, each.role) for each in halcyon.members] == [(ben.id, "owner")]
    assert (castellan.tier, castellan.arr) == ("mid_market", 85_000.0)


def test_the_same_file_twice_changes_nothing(api_as: Caller, ben: User) -> None:
    program = api_as(ben)
    send(program, FILE)
    stored = named("Halcyon Health").updated_at
    assert figures(send(program, FILE)) == (0, 0, 2, 0)
    db.session.rollback()
    assert named("Halcyon Health").updated_at == stored


def test_a_line_finds_its_client_by_domain_then_by_name(api_as: Caller, ben: User) -> None:
    by_domain = factories.client(ben.business, name="Halcyon", domain="halcyon-health.com")
    by_name = factories.client(ben.business, name="CASTELLAN BANK", industry="Banking")
    assert figures(send(api_as(ben), FILE)) == (0, 2, 0, 0)
    db.session.rollback()
    assert (by_domain.name, by_name.name) == ("Halcyon Health", "Castellan Bank")
    assert by_name.industry == "Banking"


@pytest.mark.parametrize("name", ["Éclair Énergie", "ZÜRICH RÜCK", "Łódź Foods"])
def test_names_beyond_ascii_are_recognised(api_as: Caller, ben: User, name: str) -> None:
    program, text = api_as(ben), f"name,industry\n{name},Food\n"
    assert figures(send(program, text)) == (1, 0, 0, 0)
    assert figures(send(program, text)) == (0, 0, 1, 0)


BAD_LINES = """name,domain,cik,arr,renewal_on,feed_urls,owner,tier
Good One,good.example,320193,1000,2027-01-31,https://news.example.com/a.xml,ben@example.com,smb
,nameless.example,,,,,,
Bad Cik,,Apple,,,,,
Bad Money,,,lots,,,,
Bad Day,,,,31/01/2027,,,
Bad Feed,,,,,http://10.0.0.1/feed,,
Bad Owner,,,,,,cleo@example.com,
Bad Tier,,,,,,,gigantic
Good One,,,,,,,
Same Domain,GOOD.example,,,,,,
"""


def test_each_bad_line_is_named_and_the_good_ones_are_kept(
    api_as: Caller, ben: User, cleo: User
) -> None:
    report = send(api_as(ben), BAD_LINES)
    assert figures(report) == (1, 0, 0, 9)
    assert cleo.email == "cleo@example.com"
    found = [(each["line"], each["field"].partition(".")[0]) for each in report["problems"]]
    assert found == [
        (3, "name"),
        (4, "cik"),
        (5, "arr"),
        (6, "renewal_on"),
        (7, "feed_urls"),
        (8, "owner"),
        (9, "tier"),
        (10, "name"),
        (11, "domain"),
    ]
    assert db.session.query(Client).one().cik == "0000320193"


def test_line_numbers_are_those_of_an_editor(api_as: Caller, ben: User) -> None:
    text = 'name,notes,cik\nA,"two\nlines",\n\nB,,no cik\n'
    assert [each["line"] for each in send(api_as(ben), text)["problems"]] == [5]


def test_a_dry_run_stores_nothing(api_as: Caller, ben: User) -> None:
    kept = factories.client(ben.business, name="Castellan Bank")
    report = send(api_as(ben), FILE, "?dry_run=true")
    assert (figures(report), report["dry_run"]) == ((1, 1, 0, 0), True)
    db.session.rollback()
    assert (db.session.query(Client).count(), kept.tier) == (1, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_every_spreadsheet_are_read(
    api_as: Caller, ben: User, encoding: str, delimiter: str
) -> None:
    text = f"name{delimiter}industry\r\nBrötli{delimiter}Bäcker\r\n".encode(encoding)
    assert figures(send(api_as(ben), text)) == (1, 0, 0, 0)
    assert named("Brötli").industry == "Bäcker"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"domain,tier\nhalcyon-health.com,smb\n",
        b"name,Company\nA,B\n",
        b"name\nA\x00B\n",
        b'name\n"' + b"x" * 200_000 + b'"\n',
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
)
def test_what_is_no_such_file_is_422(api_as: Caller, ben: User, data: bytes) -> None:
    answer = api_as(ben).post(IMPORT, data=data, content_type="text/csv")
    assert answer.status_code == 422, answer.json
    assert db.session.query(Client).count() == 0


def test_json_is_no_csv(api_as: Caller, ben: User) -> None:
    assert api_as(ben).post(IMPORT, json={"name": "A"}).status_code == 415


def test_a_file_may_be_bigger_than_other_bodies_but_not_endless(api_as: Caller, ben: User) -> None:
    notes = "n" * 3000
    big = "name,notes\n" + "".join(f"Client {n},{notes}\n" for n in range(400))
    assert len(big) > 1024 * 1024
    assert figures(send(api_as(ben), big)) == (400, 0, 0, 0)
    endless = api_as(ben).post(IMPORT, data=b"n" * 11 * 1024 * 1024, content_type="text/csv")
    assert endless.status_code == 413


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d"])
def test_no_cell_becomes_a_formula_and_all_come_back(api_as: Caller, ben: User, start: str) -> None:
    name = f'{start}cmd|"/c calc"!A1'
    kept = factories.client(ben.business, name=name, industry="-5 degrees")
    program = api_as(ben)
    written = rows(program)[0]
    assert (written["name"], written["industry"]) == (f"'{name}", "'-5 degrees")
    assert figures(send(program, program.get(EXPORT).data)) == (0, 0, 1, 0)
    db.session.rollback()
    assert kept.industry == "-5 degrees"


def test_what_was_exported_is_imported_without_a_change(
    api_as: Caller, ana: User, ben: User
) -> None:
    program = api_as(ben)
    send(program, FILE)
    with_stand_in = named("Castellan Bank")
    factories.save(ClientMember(client_id=with_stand_in.id, user_id=ana.id, role="stand_in"))
    text = program.get(EXPORT).data
    assert figures(send(program, text)) == (0, 0, 2, 0)
    written = {each["name"]: each for each in rows(program)}
    assert written["Castellan Bank"]["stand_ins"] == "ana@example.com"


def test_an_export_holds_what_the_filters_find(api_as: Caller, ben: User, cleo: User) -> None:
    for number in range(5):
        factories.client(ben.business, name=f"Client {number}", tier="smb" if number else None)
    factories.client(cleo.business, name="Theirs", tier="smb")
    factories.client(ben.business, name="Gone", tier="smb", status="archived")
    found = rows(api_as(ben), "?tier=smb&limit=2")
    assert {each["name"] for each in found} == {f"Client {number}" for number in range(1, 5)}


def test_more_clients_than_one_batch_come_in_and_out(api_as: Caller, ben: User) -> None:
    names = [f"Client {number:04}" for number in range(1_100)]
    program = api_as(ben)
    assert send(program, "name\n" + "\n".join(names))["created"] == 1_100
    assert sorted(each["name"] for each in rows(program)) == names
