"""Preferences are kept, merged and guarded."""

import threading
import uuid
from datetime import time

import pytest
from flask import Flask
from pydantic import ValidationError

from tests import factories
from webapp.enums import NotificationFrequency, Role, TokenScope
from webapp.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import User, UserPreference
from webapp.schemas.preferences import DisplayPatch, PreferenceInput, PreferencePatch
from webapp.services.access import Actor
from webapp.services.preferences import UserPreferenceService

pytestmark = pytest.mark.usefixtures("database")

service = UserPreferenceService()


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def rows() -> int:
    return db.session.query(UserPreference).count()


def test_first_look_makes_the_defaults(ben: User) -> None:
    made = service.mine(actor(ben))
    assert (made.relevance_threshold, made.notification_categories) == (0.7, None)
    assert (made.digest_time, made.digest_day_of_week) == (time(9), 0)
    assert made.notification_frequency is NotificationFrequency.INSTANT


def test_second_look_finds_the_same_row(ben: User) -> None:
    assert service.mine(actor(ben)).id == service.mine(actor(ben)).id
    assert rows() == 1


def test_two_first_looks_at_once_make_one_row(database: Flask, ben: User) -> None:
    user_id, business_id = ben.id, ben.business_id
    start, found = threading.Barrier(4), []

    def look() -> None:
        with database.app_context():
            start.wait()
            found.append(service.get_or_create_preferences(user_id, business_id).id)
            db.session.remove()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_patch_changes_only_what_it_names(ben: User) -> None:
    service.update_preferences(actor(ben), PreferencePatch(relevance_threshold=0.8))
    changed = service.update_preferences(actor(ben), PreferencePatch(digest_time=time(10)))
    assert (changed.relevance_threshold, changed.digest_time) == (0.8, time(10))


def test_no_category_and_every_category_are_told_apart(ben: User) -> None:
    assert (
        service.update_preferences(
            actor(ben), PreferencePatch(notification_categories=[])
        ).notification_categories
        == []
    )
    everything = PreferencePatch(notification_categories=None)
    assert service.update_preferences(actor(ben), everything).notification_categories is None
    db.session.expire_all()
    assert service.mine(actor(ben)).notification_categories is None


def test_quiet_hours_need_both_ends(ben: User) -> None:
    with pytest.raises(InvalidInputError) as caught:
        service.update_preferences(actor(ben), PreferencePatch(quiet_hours_start=time(22)))
    assert caught.value.errors[0].field == "quiet_hours_end"


def test_a_refused_patch_leaves_nothing_behind(ben: User) -> None:
    bad = PreferencePatch(relevance_threshold=0.1, quiet_hours_end=time(7))
    with pytest.raises(InvalidInputError):
        service.update_preferences(actor(ben), bad)
    assert service.mine(actor(ben)).relevance_threshold == 0.7


def test_quiet_hours_are_taken_back_with_nulls(ben: User) -> None:
    service.update_preferences(
        actor(ben), PreferencePatch(quiet_hours_start=time(22), quiet_hours_end=time(7))
    )
    nulls = PreferencePatch(quiet_hours_start=None, quiet_hours_end=None)
    assert service.update_preferences(actor(ben), nulls).quiet_hours_start is None


def test_reset_brings_every_default_back(ben: User) -> None:
    factories.preference(ben, relevance_threshold=0.1, notification_categories=[])
    again = service.reset(actor(ben))
    assert (again.relevance_threshold, again.notification_categories) == (0.7, None)


def test_an_admin_reads_anybodys_and_a_csm_only_their_own(ana: User, ben: User) -> None:
    assert service.for_user(actor(ana), ben.id).user_id == ben.id
    assert service.for_user(actor(ben), ben.id).user_id == ben.id
    with pytest.raises(ForbiddenError):
        service.for_user(actor(ben), ana.id)


def test_a_read_token_may_look_and_not_change(ben: User) -> None:
    reader = Actor(ben.id, ben.business_id, Role.CSM, scopes=frozenset({TokenScope.READ}))
    assert service.mine(reader).user_id == ben.id
    with pytest.raises(ForbiddenError):
        service.update_preferences(reader, PreferencePatch(relevance_threshold=0.9))


@pytest.mark.parametrize("which", ["of another business", "unknown", "huge"])
def test_users_that_are_not_there_are_not_found(ana: User, cleo: User, which: str) -> None:
    user_id = {"of another business": cleo.id, "unknown": 99_999, "huge": 10**30}[which]
    with pytest.raises(NotFoundError):
        service.for_user(actor(ana), user_id)


def test_an_admin_creates_one_set_and_no_second(ana: User, ben: User) -> None:
    body = PreferenceInput(user_id=ben.id, relevance_threshold=0.5)
    assert service.create(actor(ana), body).relevance_threshold == 0.5
    with pytest.raises(ConflictError):
        service.create(actor(ana), body)
    assert rows() == 1


def test_creating_for_foreign_users_or_businesses_is_refused(ana: User, cleo: User) -> None:
    with pytest.raises(InvalidInputError):
        service.create(actor(ana), PreferenceInput(user_id=cleo.id))
    foreign = PreferenceInput(user_id=ana.id, business_id=cleo.business_id)
    with pytest.raises(ForbiddenError):
        service.create(actor(ana), foreign)
    assert rows() == 0


def test_only_an_admin_creates_and_deletes(ana: User, ben: User) -> None:
    row = factories.preference(ben)
    with pytest.raises(ForbiddenError):
        service.create(actor(ben), PreferenceInput(user_id=ben.id))
    with pytest.raises(ForbiddenError):
        service.delete(actor(ben), row.id)
    service.delete(actor(ana), row.id)
    assert rows() == 0


def test_a_foreign_set_is_not_found(ana: User, cleo: User) -> None:
    row = factories.preference(cleo)
    for wanted in (row.id, uuid.uuid4()):
        with pytest.raises(NotFoundError):
            service.delete(actor(ana), wanted)
    assert rows() == 1


def test_display_belongs_to_the_account(ben: User) -> None:
    changed = service.update_display(actor(ben), DisplayPatch(timezone="Asia/Tokyo"))
    assert (changed.timezone, changed.zone) == ("Asia/Tokyo", "Asia/Tokyo")


BAD = [
    {"relevance_threshold": 1.01},
    {"relevance_threshold": -0.01},
    {"relevance_threshold": float("nan")},
    {"relevance_threshold": None},
    {"notification_enabled": None},
    {"notification_categories": ["sports"]},
    {"notification_categories": "risk"},
    {"notification_frequency": "hourly"},
    {"digest_time": "25:00"},
    {"digest_time": "09:00:00+02:00"},
    {"digest_time": None},
    {"digest_day_of_week": 7},
    {"digest_day_of_week": -1},
    {"quiet_hours_start": "22:00", "quiet_hours_end": "22:00"},
    {"colour": "blue"},
]


@pytest.mark.parametrize("values", BAD)
def test_nonsense_is_refused_before_it_reaches_the_service(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PreferencePatch.model_validate(values)
