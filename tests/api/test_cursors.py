"""Lists that are read on by cursor: nothing twice, nothing left out, nothing of others."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import NotificationKind, Severity, Urgency
from webapp.extensions import db
from webapp.models import Business, Client, Event, EventFeedback, EventUserState, Notification, User
from webapp.services.transactions import atomic

Caller = Callable[[User], FlaskClient]
ROOT = "/api/v1"


def walk(program: FlaskClient, address: str, name: str) -> Iterator[list[Any]]:
    """Yield the ids of each part of a list, of two rows each."""
    after, joint = "", "&" if "?" in address else "?"
    while True:
        answer = program.get(f"{ROOT}{address}{joint}limit=2{after}")
        assert answer.status_code == 200, answer.text
        found = answer.get_json()
        yield [each["id"] for each in found[name]]
        if found["next_after"] is None:
            return
        after = f"&after={found['next_after']}"


def walked(program: FlaskClient, address: str, name: str) -> list[Any]:
    return [each for part in walk(program, address, name) for each in part]


def at_once(program: FlaskClient, address: str, name: str) -> list[Any]:
    joint = "&" if "?" in address else "?"
    found = program.get(f"{ROOT}{address}{joint}limit=100").get_json()
    assert found["next_after"] is None
    return [each["id"] for each in found[name]]


@pytest.fixture
def world(ana: User, cleo: User) -> Client:
    """Five of everything, some of it made in the same moment."""
    business, now = db.session.get_one(Business, ana.business_id), clock.now()
    names = ("alder", "Birch", "ÉCLAIR", "éclair", "Zinnia")
    clients = [
        factories.client(
            business,
            name=name,
            renewal_on=date(2027, 1, 1) if number % 2 else None,
            arr=float(number) if number < 3 else None,
            last_checked_at=now if number == 1 else None,
        )
        for number, name in enumerate(names)
    ]
    schedules = [factories.schedule(ana, created_at=now) for _ in range(5)]
    severities = (*Severity, Severity.HIGH)
    for number in range(5):
        event = factories.event(
            clients[0],
            created_at=now - timedelta(hours=number // 2),
            relevance_score=0.1 + 0.2 * (number // 2),
            severity=severities[number % len(severities)],
            urgency=(Urgency.HIGH, Urgency.LOW)[number % 2],
        )
        _about(ana, event, number)
        factories.job_run(schedules[0], created_at=now)
        factories.email_log(ana, event_id=event.id, created_at=now)
        factories.raw_data(clients[0], created_at=now)
        factories.user(business, name=f"User {number}")
    factories.event(factories.client(db.session.get_one(Business, cleo.business_id)))
    return clients[0]


def _about(user: User, event: Event, number: int) -> None:
    own = {"business_id": user.business_id, "user_id": user.id, "event_id": event.id}
    with atomic() as session:
        session.add(EventFeedback(**own, verdict="useful"))
        session.add(
            Notification(**own, kind=NotificationKind.EVENT, title="News", dedupe_key=str(number))
        )
        if number == 3:
            session.add(EventUserState(**own, read_at=clock.now()))


LISTS = [
    ("/events", "events"),
    *((f"/events?sort={sort}", "events") for sort in ("oldest", "relevance", "severity")),
    ("/events?sort=pressing", "events"),
    ("/events?status=unread&group=relationship", "events"),
    ("/clients", "clients"),
    *(
        (f"/clients?sort={sort}", "clients")
        for sort in ("newest", "last_checked", "events", "renewal", "arr")
    ),
    ("/automation-schedules", "schedules"),
    ("/job-runs", "job_runs"),
    ("/raw-data", "raw_data"),
    ("/notifications", "notifications"),
    ("/email-logs", "logs"),
    ("/users", "users"),
]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("address", "name"), LISTS)
def test_part_by_part_is_the_whole_list(api_as: Caller, ana: User, address: str, name: str) -> None:
    program = api_as(ana)
    whole = at_once(program, address, name)
    assert len(whole) >= 4
    assert walked(program, address, name) == whole


def test_lists_below_an_object_are_read_on_too(api_as: Caller, ana: User, world: Client) -> None:
    program = api_as(ana)
    assert len(walked(program, f"/email-logs/user/{ana.id}", "logs")) == 5
    found = program.get(f"{ROOT}/clients/{world.id}/feedback?limit=3").get_json()
    rest = program.get(
        f"{ROOT}/clients/{world.id}/feedback?limit=3&after={found['next_after']}"
    ).get_json()
    assert (len(found["feedback"]), len(rest["feedback"]), rest["next_after"]) == (3, 2, None)
    covered = program.get(f"{ROOT}/coverage?limit=3").get_json()
    rest = program.get(f"{ROOT}/coverage?limit=3&after={covered['next_after']}").get_json()
    assert len({each["client_id"] for each in covered["coverage"] + rest["coverage"]}) == 5


def test_what_comes_in_meanwhile_moves_nothing(api_as: Caller, ana: User, world: Client) -> None:
    program = api_as(ana)
    before, seen = at_once(program, "/events", "events"), []
    for part in walk(program, "/events", "events"):
        seen += part
        factories.event(world, created_at=clock.now())
    assert seen == before


@pytest.mark.usefixtures("world")
def test_a_cursor_is_good_for_its_list_and_unchanged(api_as: Caller, ana: User) -> None:
    program = api_as(ana)
    after = program.get(f"{ROOT}/events?limit=2").get_json()["next_after"]
    turned = after[:-2] + ("AA" if after[-2:] != "AA" else "BB")
    for address in (
        f"/events?after={turned}",
        "/events?after=x",
        "/events?after=",
        f"/events?after={after}&sort=oldest",
        f"/events?after={after}&min_relevance=0.5",
        f"/events?after={after}&skip=2",
        f"/job-runs?after={after}",
    ):
        answer = program.get(f"{ROOT}{address}")
        assert answer.status_code == 422, address
        assert answer.get_json()["errors"][0]["field"] == "after"


@pytest.mark.usefixtures("world")
def test_another_business_finds_its_own_behind_a_strange_cursor(
    api_as: Caller, ana: User, cleo: User
) -> None:
    after = api_as(ana).get(f"{ROOT}/events?limit=2").get_json()["next_after"]
    found = api_as(cleo).get(f"{ROOT}/events?limit=2&after={after}").get_json()
    assert {each["business_id"] for each in found["events"]} <= {str(cleo.business_id)}
