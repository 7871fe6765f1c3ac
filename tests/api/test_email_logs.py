"""E-mail logs over JSON: lists, filters, who sees whose."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import EmailStatus, EmailType
from webapp.models import Business, User

As = Callable[[User], FlaskClient]
URL = "/api/v1/email-logs"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def ids(answer: Any) -> list[str]:
    return [each["id"] for each in answer.get_json()["logs"]]


def test_a_list_is_enveloped_and_newest_first(api_as: As, ana: User) -> None:
    old = factories.email_log(ana, created_at=datetime(2026, 11, 1, tzinfo=UTC))
    new = factories.email_log(ana, created_at=NOON)
    answer = api_as(ana).get(f"{URL}/").get_json()
    assert [each["id"] for each in answer["logs"]] == [str(new.id), str(old.id)]
    assert (answer["total"], answer["skip"], answer["limit"]) == (2, 0, 50)


def test_a_log_has_the_documented_fields(api_as: As, ana: User) -> None:
    log = factories.email_log(ana, sent_at=NOON)
    answer = api_as(ana).get(f"{URL}/{log.id}").get_json()
    documented = {
        *("id", "business_id", "user_id", "event_id", "job_run_id", "email_type"),
        *("recipient_email", "subject", "body_preview", "sent_at", "status", "error_message"),
        *("retry_count", "provider", "provider_message_id", "opened_at", "clicked_at"),
    }
    assert documented <= answer.keys()
    assert answer["sent_at"] == "2026-11-20T12:00:00Z"
    assert not {"body_html", "context", "lease_token", "dedupe_key"} & answer.keys()


def test_a_pending_mail_has_no_sending_time(api_as: As, ana: User) -> None:
    log = factories.email_log(ana, status=EmailStatus.PENDING, sent_at=None)
    answer = api_as(ana).get(f"{URL}/{log.id}").get_json()
    assert answer["sent_at"] is None
    assert answer["created_at"].endswith("Z")


@pytest.mark.parametrize("path", ["", "/", "/stats/summary", "/stats/summary/"])
def test_both_forms_of_a_path_answer_directly(api_as: As, ana: User, path: str) -> None:
    assert api_as(ana).get(URL + path).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("email_type=digest", ["digest"]),
        ("status=failed", ["failed"]),
        ("recipient_email=BEN@example.com", ["ben"]),
        ("recipient_email=ben", ["ben"]),
        ("recipient_email=en%40example.com", []),
        ("recipient_email=%25", []),
        ("start_date=2026-11-21", ["ben", "digest", "failed"]),
        ("end_date=2026-11-20", ["noon"]),
        ("start_date=2026-11-20&end_date=2026-11-20", ["noon"]),
        ("end_date=2026-11-20T11:59:59Z", []),
        ("end_date=2026-11-20T12:00:00Z", ["noon"]),
        ("end_date=2026-11-20T13:00:00%2B01:00", ["noon"]),
        ("skip=3&limit=1", ["noon"]),
    ],
)
def test_filters_narrow_the_list(
    api_as: As, ana: User, ben: User, query: str, found: list[str]
) -> None:
    later = datetime(2026, 11, 22, tzinfo=UTC)
    rows = {
        "noon": factories.email_log(ana, sent_at=NOON, created_at=NOON),
        "digest": factories.email_log(
            ana, email_type=EmailType.DIGEST, sent_at=later, created_at=later
        ),
        "failed": factories.email_log(
            ana, status=EmailStatus.FAILED, sent_at=None, created_at=later
        ),
        "ben": factories.email_log(ben, sent_at=later, created_at=later),
    }
    answer = api_as(ana).get(f"{URL}/?{query}")
    assert sorted(ids(answer)) == sorted(str(rows[name].id) for name in found)


def test_a_bare_end_date_ends_with_the_day_of_the_users_zone(
    api_as: As, business: Business
) -> None:
    tokyo = factories.user(business, name="Dana", role="admin", timezone="Asia/Tokyo")
    evening = datetime(2026, 11, 20, 14, 59, tzinfo=UTC)
    night = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    last = factories.email_log(tokyo, sent_at=evening)
    factories.email_log(tokyo, sent_at=night)
    answer = api_as(tokyo).get(f"{URL}/?start_date=2026-11-20&end_date=2026-11-20")
    assert ids(answer) == [str(last.id)]


@pytest.mark.parametrize(
    "query",
    [
        "limit=101",
        "limit=0",
        "skip=-1",
        "status=lost",
        "email_type=x",
        "event_id=1",
        "start_date=yesterday",
        "start_date=2026-02-30",
        "end_date=0001-01-01",
        "colour=red",
        "limit=9999999999999999999999",
        "recipient_email=" + "a" * 300,
    ],
)
def test_a_bad_filter_is_422_with_its_field(api_as: As, ana: User, query: str) -> None:
    answer = api_as(ana).get(f"{URL}/?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["errors"][0]["field"].startswith(query.partition("=")[0])


def test_a_csm_sees_their_own_mails_only(api_as: As, ana: User, ben: User) -> None:
    own, other = factories.email_log(ben), factories.email_log(ana)
    assert ids(api_as(ben).get(f"{URL}/")) == [str(own.id)]
    assert api_as(ben).get(f"{URL}/{other.id}").status_code == 404
    assert api_as(ben).get(f"{URL}/user/{ana.id}").status_code == 403
    assert ids(api_as(ben).get(f"{URL}/user/{ben.id}")) == [str(own.id)]


@pytest.mark.parametrize("role", ["admin", "manager"])
def test_a_manager_sees_the_teams_mails(
    api_as: As, business: Business, ben: User, role: str
) -> None:
    dana = factories.user(business, name="Dana", role=role)
    log = factories.email_log(ben)
    assert ids(api_as(dana).get(f"{URL}/user/{ben.id}")) == [str(log.id)]
    assert api_as(dana).get(f"{URL}/{log.id}").status_code == 200


def test_another_business_does_not_exist(api_as: As, ana: User, cleo: User) -> None:
    log = factories.email_log(cleo)
    event = factories.event(factories.client(cleo.business))
    for path in (f"/{log.id}", f"/user/{cleo.id}", f"/event/{event.id}", "/user/999999999999"):
        assert api_as(ana).get(URL + path).status_code == 404
    assert api_as(ana).get(f"{URL}/{uuid.uuid4()}").status_code == 404
    assert ids(api_as(ana).get(f"{URL}/")) == []


def test_the_mails_of_an_event_are_found_by_it(
    api_as: As, ana: User, ben: User, business: Business
) -> None:
    event = factories.event(factories.client(business))
    mine = factories.email_log(ben, event_id=event.id)
    factories.email_log(ana, event_id=event.id)
    factories.email_log(ana)
    assert len(ids(api_as(ana).get(f"{URL}/event/{event.id}"))) == 2
    assert ids(api_as(ben).get(f"{URL}/event/{event.id}")) == [str(mine.id)]
    assert len(ids(api_as(ana).get(f"{URL}/?event_id={event.id}"))) == 2


def test_nobody_sees_mails_without_a_token(client: FlaskClient) -> None:
    assert client.get(f"{URL}/").status_code == 401
