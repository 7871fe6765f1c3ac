"""What every page shows around its content."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.pages.signing_in import csrf_token, person, post_login
from webapp import clock
from webapp.enums import NotificationKind, ProcessKind, Theme
from webapp.models import Business, Notification, ProcessHeartbeat, User
from webapp.services.actors import actor_of
from webapp.services.glance import glance
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("app")

PAGE = "/notifications"


@pytest.fixture
def ana(business: Business) -> User:
    return person(business)


@pytest.fixture
def ana_browses(client: FlaskClient, ana: User) -> FlaskClient:
    assert post_login(client, ana.email).status_code == 303
    return client


def notify(user: User, key: str, **values: object) -> None:
    factories.save(
        Notification(
            user_id=user.id,
            business_id=user.business_id,
            kind=NotificationKind.SYSTEM,
            title="Hello",
            dedupe_key=key,
            **values,
        )
    )


def test_each_key_leads_to_one_page(ana_browses: FlaskClient) -> None:
    found = re.findall(r'href="([^"]+)"[^>]* data-jump="(\w)"', ana_browses.get(PAGE).text)
    pages = {key: {href for href, jump in found if jump == key} for _, key in found}
    assert len(pages) > 8
    assert {key: hrefs for key, hrefs in pages.items() if len(hrefs) > 1} == {}


def test_the_navigation_marks_where_one_is(ana_browses: FlaskClient) -> None:
    page = ana_browses.get(PAGE).text
    assert 'class="nav" href="/notifications" aria-current="page"' in page
    assert page.count('class="nav"') >= 7


def test_only_what_is_unread_and_due_is_counted(ana: User, business: Business) -> None:
    now, soon = clock.now(), clock.now() + timedelta(hours=1)
    notify(ana, "unread")
    notify(ana, "back", snoozed_until=now - timedelta(hours=1))
    notify(ana, "read", read_at=now)
    notify(ana, "done", done_at=now)
    notify(ana, "snoozed", snoozed_until=soon)
    notify(factories.user(business, name="Ben"), "his")
    assert glance(actor_of(ana)).unread == 2


@pytest.mark.parametrize(
    ("beats", "scheduler", "worker"),
    [
        ({}, False, False),
        ({ProcessKind.SCHEDULER: 5}, True, False),
        ({ProcessKind.SCHEDULER: 179, ProcessKind.WORKER: 35}, True, True),
        ({ProcessKind.SCHEDULER: 181, ProcessKind.WORKER: 61}, False, False),
        ({ProcessKind.SCHEDULER: 5, ProcessKind.WORKER: 5}, True, True),
    ],
)
def test_a_silent_process_is_noticed(
    ana: User, beats: dict[ProcessKind, int], *, scheduler: bool, worker: bool
) -> None:
    for kind, seconds in beats.items():
        at = clock.now() - timedelta(seconds=seconds)
        factories.save(ProcessHeartbeat(name=kind, kind=kind, started_at=at, beat_at=at))
    alive = glance(actor_of(ana)).alive
    assert (alive.scheduler_is_alive, alive.worker_is_alive) == (scheduler, worker)


@pytest.mark.parametrize("theme", [Theme.DARK, Theme.LIGHT])
def test_the_theme_is_rendered_by_the_server(
    ana_browses: FlaskClient, ana: User, theme: Theme
) -> None:
    with atomic():
        ana.theme = theme
    assert f'data-theme="{theme.value}"' in ana_browses.get(PAGE).text


def test_the_request_id_stands_in_the_foot(ana_browses: FlaskClient) -> None:
    answer = ana_browses.get(PAGE)
    assert answer.headers["X-Request-ID"] in answer.text


def test_signing_out_is_a_form_with_a_token(ana_browses: FlaskClient) -> None:
    token = csrf_token(ana_browses, PAGE)
    answer = ana_browses.post("/logout", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/login")
