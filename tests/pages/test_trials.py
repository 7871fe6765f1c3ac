"""Trials on their pages: the form, the progress, the differences, the decision."""

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.api.test_raw_data import stored
from webapp.container import services
from webapp.enums import Category, RawOutcome
from webapp.extensions import db
from webapp.models import Event, ReprocessTrial, User

As = Callable[[User], FlaskClient]
URL = "/business/trials"
FORM = {"provider": "rules", "outcomes": ["created", "irrelevant"], "limit": "100", "tells": "true"}
NEWS = "Halcyon Health raises $65M in Series C funding"
LAWSUIT = "Halcyon Health sued over data breach of patient records"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def event(ben: User) -> Event:
    """An event that the rules judge otherwise today, and a row that would be an event."""
    halcyon = factories.client(ben.business, owner=ben, name="Halcyon Health")
    found = factories.event(halcyon, title=NEWS, category=Category.OTHER, relevance_score=0.4)
    done = {"is_processed": True, "outcome": RawOutcome.CREATED}
    stored(halcyon, NEWS, processed_into_event_id=found.id, **done)
    unlike = {"is_processed": True, "outcome": RawOutcome.IRRELEVANT}
    snippet = f"{LAWSUIT}, a court filing says."
    stored(halcyon, LAWSUIT, snippet=snippet, url="https://court.example.com/1", **unlike)
    return found


def trial_id() -> uuid.UUID:
    db.session.rollback()
    return db.session.query(ReprocessTrial).one().id


def judged(browser: FlaskClient) -> str:
    answer = browser.post(URL, data=FORM)
    assert answer.status_code == 303, answer.text
    services().trials.runner.work(trial_id())
    return f"{URL}/{trial_id()}"


def test_an_estimate_is_shown_above_the_button_and_starts_nothing(
    browse_as: As, ana: User, event: Event
) -> None:
    browser = browse_as(ana)
    assert 'value="created"' in browser.get(f"{URL}/new").text
    page = browser.post(URL, data={**FORM, "_estimate": "1", "since": "2020-01-01"}).text
    assert "2 results of 1 client" in page
    assert "it costs nothing" in page
    assert 'value="2020-01-01"' in page
    assert (db.session.query(ReprocessTrial).count(), event.prompt_version) == (0, None)


def test_the_page_shows_each_difference_and_whom_it_would_be_told(
    browse_as: As, ana: User, event: Event
) -> None:
    browser = browse_as(ana)
    address = judged(browser)
    page = browser.get(address).text
    assert "1 event judged otherwise" in page
    assert "and 1 new event" in page
    assert f'href="/events/{event.id}"' in page
    assert LAWSUIT in page
    assert "Adopt 2 differences" in page
    assert "Who would be told" in page
    only_new = browser.get(f"{address}?show=new").text
    assert LAWSUIT in only_new
    assert f'href="/events/{event.id}"' not in only_new
    assert browser.get(f"{address}?show=nonsense&skip=x").status_code == 200


def test_adopting_writes_it_and_the_event_shows_what_it_was(
    browse_as: As, ana: User, event: Event
) -> None:
    browser = browse_as(ana)
    address = judged(browser)
    assert browser.post(f"{address}/adopt").status_code == 303
    services().trials.runner.work(trial_id())
    assert "2 differences were written, adopted by Ana" in browser.get(address).text
    page = browser.get(f"/events/{event.id}").text
    assert "What it was before" in page
    assert "Other" in page


def test_progress_is_polled_while_it_is_on(browse_as: As, ana: User, event: Event) -> None:
    browser = browse_as(ana)
    browser.post(URL, data=FORM)
    address = f"{URL}/{trial_id()}"
    part = browser.get(address, headers=HTMX)
    assert 'hx-trigger="every 1s"' in part.text
    tag = {"HX-PTag": part.headers["HX-PTag"], **HTMX}
    assert browser.get(address, headers=tag).status_code == 304
    services().trials.runner.work(trial_id())
    assert "hx-trigger" not in browser.get(address, headers=HTMX).text
    assert event.category is Category.OTHER


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"limit": "0"}, "limit"),
        ({"since": "yesterday"}, "since"),
        ({"provider": "openai"}, "No key is set for openai"),
        ({"provider": "rules", "model": "finer"}, "no models to choose from"),
        ({"until": "2001-01-01"}, "No stored row is like this"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    browse_as: As, ana: User, event: Event, change: dict[str, str], said: str
) -> None:
    answer = browse_as(ana).post(URL, data={**FORM, "cost_cap_usd": "1.5", **change})
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert 'value="1.5"' in answer.text
    assert event.category is Category.OTHER


def test_a_decision_that_comes_too_late_is_said_in_a_toast(
    browse_as: As, ana: User, event: Event
) -> None:
    browser = browse_as(ana)
    address = judged(browser)
    browser.post(f"{address}/discard")
    answer = browser.post(f"{address}/adopt")
    assert "cannot be adopted" in browser.get(answer.location).text
    assert event.category is Category.OTHER


def test_only_admins_of_the_business_see_it(
    browse_as: As, ana: User, ben: User, cleo: User, event: Event
) -> None:
    address = judged(browse_as(ana))
    zoe = factories.user(cleo.business, name="Zoe", role="admin")
    for path in (URL, f"{URL}/new", address):
        assert browse_as(ben).get(path).status_code == 403
    assert browse_as(zoe).get(address).status_code == 404
    assert browse_as(zoe).post(f"{address}/adopt").status_code == 404
    assert NEWS not in browse_as(zoe).get(URL).text
    assert event.category is Category.OTHER
