"""Everybody who could be told of an event, in a constant number of queries."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import Channel, EmailStatus, EmailType, MemberRole, Verdict
from webapp.extensions import db
from webapp.models import Business, Client, ClientMember, User
from webapp.services.notification_case import ChannelDecision, NotifyContext
from webapp.services.preferences import UserPreferenceService

pytestmark = pytest.mark.usefixtures("database")

service = UserPreferenceService()


def verdicts_of(user: User, decisions: list[ChannelDecision]) -> dict[Channel, Verdict]:
    return {
        each.channel: each.verdict
        for each in decisions
        if each.user_id == user.id and each.channel is not Channel.CHAT
    }


def test_the_ledger_has_every_active_user_times_every_channel(
    ana: User, ben: User, cleo: User
) -> None:
    factories.user(ana.business, name="Dora", is_active=False)
    event = factories.event(factories.client(ana.business))
    decisions = service.get_users_to_notify(event)
    pairs = {(each.user_id, each.channel) for each in decisions}
    assert pairs == {(user.id, channel) for user in (ana, ben) for channel in Channel}
    assert len(decisions) == 2 * len(Channel)
    assert cleo.id not in {each.user_id for each in decisions}


def test_a_user_without_preferences_has_the_defaults(ben: User) -> None:
    event = factories.event(factories.client(ben.business), relevance_score=0.7)
    assert set(verdicts_of(ben, service.get_users_to_notify(event)).values()) == {Verdict.SEND}


def test_saved_wishes_count(ana: User, ben: User) -> None:
    factories.preference(ben, relevance_threshold=0.9)
    decisions = service.get_users_to_notify(factories.event(factories.client(ben.business)))
    assert set(verdicts_of(ben, decisions).values()) == {Verdict.HOLD}
    assert set(verdicts_of(ana, decisions).values()) == {Verdict.SEND}


def test_in_app_off_leaves_mail_on(ben: User) -> None:
    factories.preference(ben, notification_enabled=False)
    decisions = service.get_users_to_notify(factories.event(factories.client(ben.business)))
    expected = {Channel.IN_APP: Verdict.HOLD, Channel.EMAIL: Verdict.SEND}
    assert verdicts_of(ben, decisions) == expected


@pytest.mark.parametrize("role", MemberRole)
def test_every_kind_of_assignment_counts(ben: User, role: MemberRole) -> None:
    factories.preference(ben, assigned_clients_only=True)
    mine = factories.client(ben.business)
    other = factories.client(ben.business, name="Castellan Bank")
    factories.save(ClientMember(client_id=mine.id, user_id=ben.id, role=role))
    audience = service.audience(ben.business_id)
    for client, verdict in ((mine, Verdict.SEND), (other, Verdict.HOLD)):
        decisions = service.get_users_to_notify(factories.event(client), audience=audience)
        assert set(verdicts_of(ben, decisions).values()) == {verdict}


def test_a_batch_of_events_costs_no_further_query(business: Business) -> None:
    for number in range(8):
        factories.preference(factories.user(business, name=f"User{number}"))
    client = factories.client(business)
    events = [factories.event(client) for _ in range(5)]
    with counted() as statements:
        audience = service.audience(business.id)
        for event in events:
            service.get_users_to_notify(event, audience=audience)
    assert selects(statements) == 5


def test_an_audience_outlives_its_transaction(ben: User) -> None:
    client = factories.client(ben.business, owner=ben)
    audience = service.audience(ben.business_id)
    user_id, client_id = ben.id, client.id
    db.session.remove()
    assert audience.users[0].zone == "UTC"
    assert audience.is_assigned(user_id, client_id)


def test_instant_mails_are_counted_from_the_users_own_midnight(business: Business) -> None:
    clock.set_clock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    tokyo = factories.user(business, name="Kenji", timezone="Asia/Tokyo")
    here = factories.user(business, name="Dana")
    for user in (tokyo, here):
        for hours in (1, 5, 9, 30):
            _mail(user, hours)
    counts = service.instant_mails_today(service.audience(business.id))
    assert counts == {tokyo.id: 3, here.id: 1}


def test_failed_mails_and_other_kinds_do_not_use_up_the_day(ben: User) -> None:
    clock.set_clock(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    _mail(ben, 1, status=EmailStatus.FAILED)
    _mail(ben, 1, email_type=EmailType.DIGEST)
    _mail(ben, 1, status=EmailStatus.PENDING, sent_at=None)
    assert service.instant_mails_today(service.audience(ben.business_id)) == {ben.id: 1}


def test_the_daily_limit_reaches_the_decision(ben: User) -> None:
    context = NotifyContext(instant_mails_today={ben.id: 5})
    event = factories.event(_client(ben))
    verdicts = verdicts_of(ben, service.get_users_to_notify(event, context=context))
    assert verdicts == {Channel.IN_APP: Verdict.SEND, Channel.EMAIL: Verdict.DIGEST}


def _client(user: User) -> Client:
    return factories.client(user.business)


def _mail(user: User, hours: int, **values: object) -> None:
    factories.email_log(user, created_at=clock.now() - timedelta(hours=hours), **values)
