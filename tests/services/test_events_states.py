"""What a user does with events: each change, its way back, Undo, and nobody else's marks."""

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests import factories
from tests.statements import counted
from webapp import clock
from webapp.enums import AIName, NotificationKind, Role, TokenScope, Urgency
from webapp.errors import ForbiddenError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Event, EventUserState, Insight, Notification, User
from webapp.schemas.events import SnoozeInput, SnoozePreset
from webapp.services.access import Actor
from webapp.services.event_states import EventStateService, StateChange

pytestmark = pytest.mark.usefixtures("database")

service = EventStateService()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def actor(user: User, zone: str = "UTC") -> Actor:
    return Actor(user.id, user.business_id, user.role, zone)


def do(user: User, event: Event, change: StateChange, **snooze: Any) -> EventUserState:
    return service.change(actor(user), event.id, change, snooze=SnoozeInput(**snooze))


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(factories.client(ben.business))


PAIRS = [
    (StateChange.READ, StateChange.UNREAD, "read_at"),
    (StateChange.STAR, StateChange.UNSTAR, "starred_at"),
    (StateChange.SNOOZE, StateChange.UNSNOOZE, "snoozed_until"),
    (StateChange.DONE, StateChange.REOPEN, "done_at"),
]


@pytest.mark.parametrize(("forth", "back", "column"), PAIRS)
def test_each_change_has_its_way_back(
    ben: User, event: Event, forth: StateChange, back: StateChange, column: str
) -> None:
    assert getattr(do(ben, event, forth), column) is not None
    assert getattr(do(ben, event, back), column) is None


@pytest.mark.parametrize(("forth", "back", "column"), PAIRS)
def test_each_way_back_works_without_the_way_forth(
    ben: User, event: Event, forth: StateChange, back: StateChange, column: str
) -> None:
    assert forth is not back
    assert getattr(do(ben, event, back), column) is None


def test_reading_twice_keeps_the_first_time(ben: User, event: Event) -> None:
    first = do(ben, event, StateChange.READ).read_at
    clock.set_clock(clock.now() + timedelta(hours=1))
    assert do(ben, event, StateChange.READ).read_at == first


def test_done_counts_as_read_and_reopening_leaves_it_read(ben: User, event: Event) -> None:
    assert do(ben, event, StateChange.DONE).read_at is not None
    assert do(ben, event, StateChange.REOPEN).read_at is not None


def test_marks_are_each_users_own(ana: User, ben: User, event: Event) -> None:
    do(ben, event, StateChange.STAR)
    assert do(ana, event, StateChange.READ).starred_at is None


@pytest.mark.parametrize(
    ("preset", "zone", "until"),
    [
        (SnoozePreset.LATER, "UTC", datetime(2026, 11, 22, 15, tzinfo=UTC)),
        (SnoozePreset.TOMORROW, "UTC", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (SnoozePreset.TOMORROW, "Asia/Tokyo", datetime(2026, 11, 23, 0, tzinfo=UTC)),
        (SnoozePreset.NEXT_WEEK, "UTC", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (None, "UTC", datetime(2026, 11, 23, 9, tzinfo=UTC)),
    ],
)
def test_presets_end_in_the_users_own_morning(
    ben: User, event: Event, preset: SnoozePreset | None, zone: str, until: datetime
) -> None:
    clock.set_clock(NOW)
    wish = SnoozeInput(preset=preset)
    state = service.change(actor(ben, zone), event.id, StateChange.SNOOZE, snooze=wish)
    assert state.snoozed_until is not None
    assert abs(state.snoozed_until - until) < timedelta(seconds=2)


def test_next_week_on_a_monday_is_a_week_away(ben: User, event: Event) -> None:
    clock.set_clock(datetime(2026, 11, 23, 8, tzinfo=UTC))
    until = do(ben, event, StateChange.SNOOZE, preset="next_week").snoozed_until
    assert until is not None
    assert until.date().isoformat() == "2026-11-30"


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_snooze_ends_in_the_future_and_within_a_year(ben: User, event: Event, days: int) -> None:
    with pytest.raises(InvalidInputError):
        do(ben, event, StateChange.SNOOZE, until=clock.now() + timedelta(days=days))
    assert db.session.query(EventUserState).count() == 0


def test_unknown_and_foreign_events_are_not_found(ben: User, cleo: User, event: Event) -> None:
    with pytest.raises(NotFoundError):
        do(cleo, event, StateChange.READ)
    with pytest.raises(NotFoundError):
        service.change(actor(ben), uuid.uuid4(), StateChange.READ, snooze=SnoozeInput())


def test_many_are_changed_with_as_many_statements_as_one(ben: User, event: Event) -> None:
    more = [factories.event(event.client) for _ in range(9)]
    costs, who = [], actor(ben)
    for ids in ([event.id], [each.id for each in more]):
        with counted() as statements:
            service.change_many(who, ids, StateChange.DONE, snooze=SnoozeInput())
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_foreign_ids_in_a_batch_are_passed_over(ben: User, cleo: User, event: Event) -> None:
    theirs = factories.event(factories.client(cleo.business))
    ids = [event.id, theirs.id, uuid.uuid4(), event.id]
    changed = service.change_many(actor(ben), ids, StateChange.READ, snooze=SnoozeInput())
    assert changed.ids == (event.id,)
    assert db.session.query(EventUserState).count() == 1


def test_undo_takes_back_exactly_what_was_done(ben: User, event: Event) -> None:
    read_before = factories.event(event.client)
    do(ben, read_before, StateChange.READ)
    ids = [event.id, read_before.id]
    changed = service.change_many(actor(ben), ids, StateChange.DONE, snooze=SnoozeInput())
    assert changed.stamp is not None
    assert service.undo(actor(ben), StateChange.DONE, changed.stamp) == 2
    db.session.expire_all()
    states = {each.event_id: each for each in db.session.query(EventUserState)}
    assert states[event.id].read_at is None
    assert states[read_before.id].read_at is not None
    assert all(each.done_at is None for each in states.values())


def test_undo_of_one_snooze_leaves_another_alone(ben: User, event: Event) -> None:
    other = factories.event(event.client)
    do(ben, other, StateChange.SNOOZE)
    changed = service.change_many(actor(ben), [event.id], StateChange.SNOOZE, snooze=SnoozeInput())
    assert changed.stamp is not None
    assert service.undo(actor(ben), StateChange.SNOOZE, changed.stamp) == 1
    assert db.session.get_one(EventUserState, (other.id, ben.id)).snoozed_until is not None


def test_undo_touches_nobody_elses_marks(ana: User, ben: User, event: Event) -> None:
    changed = service.change_many(actor(ben), [event.id], StateChange.READ, snooze=SnoozeInput())
    assert changed.stamp is not None
    assert service.undo(actor(ana), StateChange.READ, changed.stamp) == 0


def test_reading_an_event_reads_its_inbox_item(ana: User, ben: User, event: Event) -> None:
    items = [_item(user, event) for user in (ana, ben)]
    do(ben, event, StateChange.READ)
    db.session.expire_all()
    assert [each.read_at is not None for each in items] == [False, True]


def test_a_read_token_changes_nothing(ben: User, event: Event) -> None:
    reader = Actor(ben.id, ben.business_id, Role.CSM, scopes=frozenset({TokenScope.READ}))
    with pytest.raises(ForbiddenError):
        service.change(reader, event.id, StateChange.READ, snooze=SnoozeInput())


def test_a_viewer_keeps_marks_of_their_own(ben: User, event: Event) -> None:
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    assert do(viewer, event, StateChange.READ).read_at is not None


def test_first_marks_at_the_same_time_make_one_row(
    database: Flask, ben: User, event: Event
) -> None:
    who, event_id, start = actor(ben), event.id, threading.Barrier(4)
    changes = [StateChange.READ, StateChange.STAR, StateChange.DONE, StateChange.SNOOZE]
    failures: list[Exception] = []

    def change(what: StateChange) -> None:
        with database.app_context():
            start.wait()
            try:
                service.change(who, event_id, what, snooze=SnoozeInput())
            except Exception as error:  # noqa: BLE001 -- the test reports whatever it was
                failures.append(error)
            db.session.remove()

    threads = [threading.Thread(target=change, args=(what,)) for what in changes]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    state = db.session.query(EventUserState).one()
    assert failures == []
    assert None not in (state.read_at, state.starred_at, state.done_at, state.snoozed_until)


def test_actions_are_ticked_as_a_whole(ben: User, event: Event) -> None:
    _insight(event, ["Call Henrik", "Send the summary", "Flag the renewal"])
    assert service.tick_actions(actor(ben), event.id, [2, 0, 2]).actions_done == [0, 2]
    assert service.tick_actions(actor(ben), event.id, []).actions_done == []


@pytest.mark.parametrize("numbers", [[3], [-1], [0, 99]])
def test_actions_that_are_not_there_cannot_be_ticked(
    ben: User, event: Event, numbers: list[int]
) -> None:
    _insight(event, ["Call Henrik", "Send the summary", "Flag the renewal"])
    with pytest.raises(InvalidInputError):
        service.tick_actions(actor(ben), event.id, numbers)


def _insight(event: Event, actions: list[str]) -> None:
    factories.save(
        Insight(
            business_id=event.business_id,
            event_id=event.id,
            why_it_matters="The sponsor leaves.",
            recommended_actions=actions,
            urgency=Urgency.HIGH,
            provider=AIName.RULES,
            model="rules",
            prompt_version="1",
        )
    )


def _item(user: User, event: Event) -> Notification:
    return factories.save(
        Notification(
            business_id=user.business_id,
            user_id=user.id,
            event_id=event.id,
            kind=NotificationKind.EVENT,
            title=event.title,
            dedupe_key=f"event:{event.id}",
        )
    )
