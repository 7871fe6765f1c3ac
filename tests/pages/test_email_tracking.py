"""The dot and the links of mails: who asks is counted, and nothing else happens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.statements import counted
from webapp import clock
from webapp.container import services
from webapp.enums import HitVerdict, MachineSign
from webapp.extensions import db
from webapp.models import EmailHit, EmailLog, User
from webapp.services.transactions import atomic

As = Callable[[User], FlaskClient]
TARGET = "https://news.example.com/halcyon?a=1&b=2"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PERSON = {"User-Agent": BROWSER}


@pytest.fixture
def mail(app: Flask, ben: User) -> EmailLog:  # noqa: ARG001 -- marks are made inside the app
    """A mail to ben that left an hour ago."""
    return factories.email_log(
        ben,
        sent_at=clock.now() - timedelta(hours=1),
        tracking_token="t" * 22,
        tracked_links=["https://beacon.example.com/events/1", TARGET],
    )


def dot(mail: EmailLog) -> str:
    return path_of(services().email.marks.pixel(mail.tracking_token or ""))


def link(mail: EmailLog, place: int = 2) -> str:
    return path_of(services().email.marks.link(mail.tracking_token or "", place))


def path_of(url: str) -> str:
    return url.removeprefix(services().settings.public_url)


def hits() -> list[EmailHit]:
    db.session.rollback()
    return list(db.session.scalars(select(EmailHit)))


def fresh(mail: EmailLog) -> EmailLog:
    return db.session.get_one(EmailLog, mail.id, populate_existing=True)


def test_the_dot_tells_when_a_person_first_opened_the_mail(
    client: FlaskClient, mail: EmailLog
) -> None:
    answer = client.get(dot(mail), headers=PERSON)
    assert (answer.status_code, answer.mimetype) == (200, "image/gif")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    first = fresh(mail).opened_at
    assert first is not None
    clock.set_clock(clock.now() + timedelta(hours=3))
    client.get(dot(mail), headers=PERSON)
    assert fresh(mail).opened_at == first
    assert fresh(mail).clicked_at is None


def test_a_link_leads_to_the_target_that_was_kept_and_is_counted(
    client: FlaskClient, mail: EmailLog
) -> None:
    answer = client.get(link(mail), headers=PERSON)
    assert (answer.status_code, answer.location) == (302, TARGET)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    row = fresh(mail)
    assert row.clicked_at is not None
    assert row.opened_at == row.clicked_at, "who follows a link has the mail open"


def test_no_request_can_choose_where_a_link_leads(client: FlaskClient, mail: EmailLog) -> None:
    for query in ("?url=https://evil.example", "?next=//evil.example", "?u=javascript:1"):
        assert client.get(link(mail) + query, headers=PERSON).location == TARGET
    assert client.get(link(mail, 3), headers=PERSON).status_code == 404
    with atomic():
        fresh(mail).tracked_links = ["https://a.example", "javascript:alert(1)"]
    assert client.get(link(mail), headers=PERSON).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "t.2.x", "%00", "a" * 3000, "é"])
def test_a_mark_that_is_not_ours_is_404_and_changes_nothing(
    client: FlaskClient, mail: EmailLog, wrong: str
) -> None:
    changed = [dot(mail)[:-1] + "_", link(mail)[:-1] + "_", link(mail).replace("/c/", "/o/")]
    for path in (f"/o/{wrong}", f"/c/{wrong}", *changed):
        assert client.get(path, headers=PERSON).status_code == 404
        assert client.post(path, headers=PERSON).status_code in {400, 405}
    assert hits() == []
    assert fresh(mail).opened_at is None


def test_a_changed_mark_asks_nothing_of_the_database(client: FlaskClient, mail: EmailLog) -> None:
    path = dot(mail)[:-1] + "_"
    with counted() as statements:
        client.get(path, headers=PERSON)
    assert statements == []


def test_marks_name_neither_person_nor_target(mail: EmailLog, ben: User) -> None:
    for path in (dot(mail), link(mail)):
        for word in (ben.email, mail.id.hex, str(mail.id), "news.example.com"):
            assert word not in path


@pytest.mark.parametrize(
    ("headers", "sign"),
    [
        ({}, MachineSign.SCANNER),
        ({"User-Agent": "Mozilla/5.0"}, MachineSign.PRIVACY_PROXY),
        ({"User-Agent": "BarracudaCentral/1.0"}, MachineSign.SCANNER),
        ({"User-Agent": "Microsoft Office Existence Discovery"}, MachineSign.SCANNER),
        ({"User-Agent": "python-requests/2.32"}, MachineSign.SCANNER),
        (PERSON | {"Sec-Purpose": "prefetch;prerender"}, MachineSign.PREFETCH),
        (PERSON | {"X-Purpose": "preview"}, MachineSign.PREFETCH),
    ],
)
def test_what_names_itself_a_machine_is_noted_and_not_counted(
    client: FlaskClient, mail: EmailLog, headers: dict[str, str], sign: MachineSign
) -> None:
    assert client.get(link(mail), headers={"User-Agent": ""} | headers).location == TARGET
    assert [(each.verdict, each.sign) for each in hits()] == [(HitVerdict.MACHINE, sign)]
    assert fresh(mail).clicked_at is fresh(mail).opened_at is None


def test_a_head_request_is_a_machines(client: FlaskClient, mail: EmailLog) -> None:
    client.head(dot(mail), headers=PERSON)
    assert client.head(link(mail), headers=PERSON).location == TARGET
    assert [each.sign for each in hits()] == [MachineSign.HEAD, MachineSign.HEAD]
    assert fresh(mail).opened_at is None


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17; Pro)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15",
    ],
)
def test_mail_programs_and_proxies_that_load_on_view_count_as_people(
    client: FlaskClient, mail: EmailLog, agent: str
) -> None:
    client.get(dot(mail), headers={"User-Agent": agent})
    assert fresh(mail).opened_at is not None


def test_of_an_address_only_the_network_is_kept(app: Flask, mail: EmailLog) -> None:
    for address in ("198.51.100.77", "2001:db8:1:2::5"):
        app.test_client().get(dot(mail), headers=PERSON, environ_base={"REMOTE_ADDR": address})
    assert {each.network for each in hits()} == {"198.51.100.0", "2001:db8:1::"}


@pytest.mark.parametrize("of", ["business", "user"])
def test_old_marks_count_no_more_once_tracking_is_off(
    client: FlaskClient, mail: EmailLog, ben: User, of: str
) -> None:
    with atomic():
        if of == "user":
            ben.tracking_allowed = False
        else:
            ben.business.tracking_enabled = False
    assert client.get(link(mail), headers=PERSON).location == TARGET
    assert client.get(dot(mail), headers=PERSON).status_code == 200
    assert hits() == []


def test_one_link_cannot_fill_the_table(
    client: FlaskClient, mail: EmailLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.email_hits.MAX_HITS", 3)
    for _ in range(5):
        assert client.get(link(mail), headers=PERSON).status_code == 302
    assert len(hits()) == 3


def test_the_page_says_what_is_counted_and_lets_everybody_opt_out(
    browse_as: As, client: FlaskClient, mail: EmailLog, ben: User
) -> None:
    client.get(dot(mail), headers={"User-Agent": ""})
    page = browse_as(ben).get("/email").text
    assert "machines alone opened 1 further mail" in page
    assert page.count("Count my opens and clicks") == 1
    assert "Opened by a machine" in browse_as(ben).get(f"/email/{mail.id}").text
    browse_as(ben).post("/email/tracking", data={})
    db.session.rollback()
    assert not db.session.get_one(User, ben.id, populate_existing=True).tracking_allowed


def test_a_stranger_sees_no_hit(
    browse_as: As, client: FlaskClient, mail: EmailLog, cleo: User
) -> None:
    client.get(dot(mail), headers={"User-Agent": ""})
    assert browse_as(cleo).get(f"/email/{mail.id}").status_code == 404
    assert "machines alone opened" not in browse_as(cleo).get("/email").text


def test_the_api_lists_the_hits_of_a_mail_to_who_may_see_it(
    api_as: As, client: FlaskClient, mail: EmailLog, ben: User, cleo: User
) -> None:
    client.head(link(mail), headers=PERSON)
    client.get(dot(mail), headers=PERSON)
    path = f"/api/v1/email-logs/{mail.id}/hits"
    answer = api_as(ben).get(path).json
    assert answer is not None
    assert [(each["kind"], each["verdict"], each["sign"]) for each in answer["hits"]] == [
        ("click", "machine", "head"),
        ("open", "human", None),
    ]
    assert api_as(cleo).get(path).status_code == 404
