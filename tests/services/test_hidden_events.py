"""An event hidden as another company's leaves every list and count, and comes back with Undo."""

import uuid
from collections.abc import Callable

import pytest

from tests import factories
from webapp import clock
from webapp.enums import FeedbackVerdict, NotificationKind
from webapp.models import Event, Notification, User
from webapp.schemas.events import EventListQuery
from webapp.schemas.feedback import FeedbackInput
from webapp.schemas.notifications import NotificationListQuery
from webapp.services.access import Actor
from webapp.services.digest_mail import load_digest_mail
from webapp.services.events import EventService
from webapp.services.glance import glance
from webapp.services.job_runs import JobRunService
from webapp.services.notifications import NotificationService
from webapp.services.overview import OverviewService, Scope
from webapp.services.preference_estimate import estimate
from webapp.services.preferences import UserPreferenceService

pytestmark = pytest.mark.usefixtures("database")

events = EventService()
JOB_RUNS = JobRunService.__new__(JobRunService)
"""Needs its collaborators for changes only; here it just reads."""


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


@pytest.fixture
def event(ben: User) -> Event:
    run = factories.job_run(factories.schedule(ben))
    halcyon = factories.client(ben.business, name="Halcyon", owner=ben, arr=1000.0)
    title = "Halcyon Dental opens ten practices"
    found = factories.event(halcyon, title=title, risk_level="high", job_run_id=run.id)
    factories.save(
        Notification(
            user_id=ben.id,
            business_id=ben.business_id,
            event_id=found.id,
            kind=NotificationKind.EVENT,
            title=title,
            dedupe_key=f"event:{found.id}",
        )
    )
    return found


def in_list(user: User, _event: Event) -> int:
    return events.list(actor(user), EventListQuery())[1]


def in_counts(user: User, _event: Event) -> int:
    return events.counts(actor(user)).inbox


def in_overview(user: User, _event: Event) -> int:
    shown = OverviewService().load(actor(user), scope=Scope.TEAM)
    parts = (len(shown.needs), shown.figures.needs_action, shown.figures.new_events)
    assert len(set(parts)) == 1
    assert (shown.figures.at_risk_arr > 0) == bool(shown.needs)
    assert sum(day.count for day in shown.per_day) == len(shown.needs)
    return len(shown.needs)


def in_inbox(user: User, _event: Event) -> int:
    found = NotificationService().list(actor(user), NotificationListQuery())
    assert found[1] == len(found[0])
    return found[1]


def in_unread(user: User, _event: Event) -> int:
    unread = NotificationService().unread_count(actor(user))
    assert glance(actor(user)).unread == unread
    return unread


def in_digest_that_waits(user: User, event: Event) -> int:
    now = clock.now().isoformat()
    context = {
        "event_ids": [str(event.id)],
        "quiet": [],
        "quiet_total": 0,
        "cadence": "daily",
        "since": now,
        "until": now,
        "reason": "",
    }
    del user
    mail = load_digest_mail(context, "UTC")
    assert mail.total == sum(len(each.lines) for each in mail.clients)
    return mail.total


def in_run(user: User, event: Event) -> int:
    assert event.job_run_id is not None
    return len(JOB_RUNS.events_of(actor(user), event.job_run_id))


def in_estimate(user: User, _event: Event) -> int:
    wishes = UserPreferenceService().get_or_create_preferences(user.id, user.business_id)
    return estimate(actor(user), wishes).found


PLACES = [
    in_list,
    in_counts,
    in_overview,
    in_inbox,
    in_unread,
    in_digest_that_waits,
    in_run,
    in_estimate,
]


@pytest.mark.parametrize("place", PLACES)
def test_it_leaves_and_comes_back(
    ben: User, event: Event, place: Callable[[User, Event], int]
) -> None:
    assert place(ben, event) == 1
    body = FeedbackInput(verdict=FeedbackVerdict.WRONG_COMPANY)
    events.feedback.give(actor(ben), event.id, body)
    assert place(ben, event) == 0
    events.feedback.take_back(actor(ben), event.id)
    assert place(ben, event) == 1


def test_an_item_about_no_event_stays_in_the_inbox(ben: User) -> None:
    told = NotificationService().alert(
        business_id=ben.business_id,
        user_ids=[ben.id],
        title="A source is down",
        body="",
        link=None,
        dedupe_key=str(uuid.uuid4()),
    )
    assert told == NotificationService().unread_count(actor(ben)) == glance(actor(ben)).unread == 1
