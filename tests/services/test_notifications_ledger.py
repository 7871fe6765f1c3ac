"""Decisions and inbox items are written once, together, or not at all."""

import uuid

import pytest

from tests import factories
from tests.statements import counted
from webapp.enums import Channel, NotificationKind, Severity, Verdict
from webapp.extensions import db
from webapp.models import Client, Event, Notification, NotificationDecision, User
from webapp.services.notification_case import ChannelDecision, Check
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")

service = NotificationService()
preferences = UserPreferenceService()


def items() -> list[Notification]:
    return db.session.query(Notification).order_by(Notification.user_id).all()


def ledger() -> list[NotificationDecision]:
    return db.session.query(NotificationDecision).all()


@pytest.fixture
def client(ana: User, ben: User) -> Client:
    factories.preference(ben, relevance_threshold=0.99)
    return factories.client(ana.business)


def record(event: Event) -> int:
    return service.record_event(event, preferences.get_users_to_notify(event))


def test_every_decision_is_kept_and_only_sends_reach_the_inbox(
    ana: User, ben: User, client: Client
) -> None:
    event = factories.event(client, severity=Severity.CRITICAL)
    assert record(event) == 1
    assert len(ledger()) == 2 * len(Channel)
    held = {row.verdict for row in ledger() if row.user_id == ben.id}
    assert held == {Verdict.HOLD}
    (item,) = items()
    assert (item.user_id, item.event_id, item.kind) == (ana.id, event.id, NotificationKind.EVENT)
    assert (item.title, item.severity, item.link) == (
        event.title,
        Severity.CRITICAL,
        f"/events/{event.id}",
    )
    assert "relevance 85 reaches the limit of 70" in item.why


def test_recording_twice_changes_nothing(client: Client) -> None:
    event = factories.event(client)
    assert (record(event), record(event)) == (1, 0)
    assert (len(ledger()), len(items())) == (2 * len(Channel), 1)


def test_the_ledger_keeps_each_check_with_its_values(ana: User, client: Client) -> None:
    record(factories.event(client))
    row = next(row for row in ledger() if row.user_id == ana.id and row.channel is Channel.EMAIL)
    names = [check["name"] for check in row.checks]
    assert names[:3] == ["account", "channel", "provenance"]
    assert {"name", "passed", "detail"} == set(row.checks[0])


def test_it_joins_the_transaction_of_a_new_event(client: Client) -> None:
    with atomic() as session:
        made = factories.event(client)
        session.add(made)
        assert record(made) == 1
    assert len(items()) == 1


def test_a_rolled_back_event_leaves_no_trace(ana: User, client: Client) -> None:
    def fail() -> None:
        with atomic() as session:
            event = factories.event(client)
            session.add(event)
            record(event)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert (ledger(), items()) == ([], [])
    assert ana.id


def test_an_overlong_reason_is_cut_by_the_rules_not_the_database(ana: User, client: Client) -> None:
    event = factories.event(client)
    check = Check("relevance", passed=True, detail="x")
    decision = ChannelDecision(ana.id, Channel.IN_APP, Verdict.SEND, "y" * 300, (check,))
    assert service.record_event(event, [decision]) == 1


def test_many_users_cost_as_many_statements_as_one(ana: User) -> None:
    client = factories.client(ana.business)
    costs = []
    for extra in (0, 9):
        for number in range(extra):
            factories.user(ana.business, name=f"User{number}")
        event = factories.event(client)
        decisions = preferences.get_users_to_notify(event)
        with counted() as statements:
            service.record_event(event, decisions)
        costs.append(len(statements))
    assert costs[0] == costs[1]


def alert(user_ids: list[int], business_id: uuid.UUID, key: str = "schedule-1-off") -> int:
    return service.alert(
        business_id=business_id,
        user_ids=user_ids,
        title="“Every morning” was switched off",
        body="It failed five times in a row.",
        link="/schedules",
        dedupe_key=key,
        severity=Severity.HIGH,
    )


def test_an_alert_reaches_each_user_once_a_key(ana: User, ben: User) -> None:
    told = [ana.id, ben.id, ana.id]
    assert alert(told, ana.business_id) == 2
    assert alert(told, ana.business_id) == 0
    assert alert(told, ana.business_id, "schedule-1-off-again") == 2
    assert {item.kind for item in items()} == {NotificationKind.ALERT}


def test_an_alert_passes_over_who_is_off_or_of_another_business(ana: User, cleo: User) -> None:
    gone = factories.user(ana.business, name="Dora", is_active=False)
    assert alert([ana.id, gone.id, cleo.id, 99_999], ana.business_id) == 1
    assert [item.user_id for item in items()] == [ana.id]


def test_an_alert_to_nobody_is_no_error(ana: User) -> None:
    assert alert([], ana.business_id) == 0
