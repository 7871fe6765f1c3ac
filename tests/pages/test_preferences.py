"""The preferences page: what is saved, what is refused, what is kept as typed."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import FeedbackVerdict, NotificationFrequency, Theme
from webapp.extensions import db
from webapp.models import Client, EventFeedback, User, UserPreference

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
FORM: dict[str, Any] = {
    "notification_enabled": "true",
    "email_notifications_enabled": "true",
    "relevance_percent": "80",
    "category_choice": "chosen",
    "notification_categories": ["risk", "funding"],
    "notification_frequency": "weekly",
    "digest_time": "07:45",
    "digest_day_of_week": "4",
    "quiet_hours_start": "22:00",
    "quiet_hours_end": "06:30",
    "timezone": "Europe/Berlin",
    "theme": "dark",
}


def saved() -> UserPreference:
    db.session.rollback()
    return db.session.query(UserPreference).one()


def test_a_whole_form_is_saved(browse_as: As, ben: User) -> None:
    answer = browse_as(ben).post("/preferences", data=FORM)
    row = saved()
    assert (answer.status_code, answer.location) == (303, "/preferences")
    assert (row.relevance_threshold, row.notification_categories) == (0.8, ["risk", "funding"])
    assert row.notification_frequency is NotificationFrequency.WEEKLY
    assert (row.digest_time, row.digest_day_of_week) == (time(7, 45), 4)
    assert (row.quiet_hours_start, row.quiet_hours_end) == (time(22), time(6, 30))
    assert (row.assigned_clients_only, row.notification_enabled) == (False, True)
    db.session.refresh(ben)
    assert (ben.timezone, ben.theme, ben.single_keys_enabled) == (
        "Europe/Berlin",
        Theme.DARK,
        False,
    )


def test_the_next_page_says_that_it_was_saved(browse_as: As, ben: User) -> None:
    answer = browse_as(ben).post("/preferences", data=FORM, follow_redirects=True)
    assert "Preferences saved." in answer.text
    assert 'value="07:45"' in answer.text


def test_all_categories_and_none_are_told_apart(browse_as: As, ben: User) -> None:
    browser = browse_as(ben)
    browser.post("/preferences", data={**FORM, "category_choice": "all"})
    assert saved().notification_categories is None
    browser.post("/preferences", data={**FORM, "notification_categories": []})
    assert saved().notification_categories == []
    assert "you are told of no event at all" in browser.get("/preferences").text


def test_emptied_fields_are_null(browse_as: As, ben: User) -> None:
    empty = {"quiet_hours_start": "", "quiet_hours_end": "", "timezone": ""}
    browse_as(ben).post("/preferences", data=FORM)
    browse_as(ben).post("/preferences", data={**FORM, **empty})
    assert (saved().quiet_hours_start, saved().quiet_hours_end) == (None, None)
    db.session.refresh(ben)
    assert ben.timezone is None


def test_unticked_switches_are_off(browse_as: As, ben: User) -> None:
    form = {k: v for k, v in FORM.items() if not k.endswith("_enabled")}
    browse_as(ben).post("/preferences", data=form)
    assert (saved().notification_enabled, saved().email_notifications_enabled) == (False, False)


BAD = [
    ({"relevance_percent": "101"}, "relevance-percent"),
    ({"notification_categories": ["sports"]}, "notification-categories"),
    ({"notification_frequency": "hourly"}, "notification-frequency"),
    ({"digest_time": "25:00"}, "digest-time"),
    ({"digest_day_of_week": "7"}, "digest-day-of-week"),
    ({"quiet_hours_end": ""}, "quiet-hours-end"),
    ({"timezone": "Mars/Olympus"}, "timezone"),
    ({"theme": "pink"}, "theme"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_a_bad_value_is_shown_at_its_field_and_nothing_is_saved(
    browse_as: As, ben: User, change: dict[str, Any], field: str
) -> None:
    factories.preference(ben, relevance_threshold=0.33)
    answer = browse_as(ben).post("/preferences", data={**FORM, **change})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert (saved().relevance_threshold, saved().notification_categories) == (0.33, None)
    db.session.refresh(ben)
    assert ben.timezone is None


def test_what_was_typed_is_still_there(browse_as: As, ben: User) -> None:
    text = browse_as(ben).post("/preferences", data={**FORM, "digest_time": "25:00"}).text
    assert 'value="25:00"' in text
    assert "<option selected>Europe/Berlin" in text
    assert 'aria-invalid="true"' in text


def test_reset_brings_the_defaults_back(browse_as: As, ben: User) -> None:
    browse_as(ben).post("/preferences", data=FORM)
    assert browse_as(ben).post("/preferences/reset").status_code == 303
    assert (saved().relevance_threshold, saved().notification_categories) == (0.7, None)


def test_the_theme_is_kept_and_the_page_stays(browse_as: As, ben: User) -> None:
    browser = browse_as(ben)
    quiet = browser.post("/preferences/theme", data={"theme": "dark"}, headers=HTMX)
    assert (quiet.status_code, quiet.data) == (204, b"")
    assert 'data-theme="dark"' in browser.get("/preferences").text


@pytest.mark.parametrize(
    ("referrer", "where"),
    [
        ("http://localhost/events?group=risk", "/events?group=risk"),
        ("https://elsewhere.example.com/events", "/preferences"),
        ("http://localhost//elsewhere.example.com", "/elsewhere.example.com"),
        (None, "/preferences"),
    ],
)
def test_without_scripts_the_theme_leads_back_to_our_own_page(
    browse_as: As, ben: User, referrer: str | None, where: str
) -> None:
    headers = {"Referer": referrer} if referrer else {}
    answer = browse_as(ben).post("/preferences/theme", data={"theme": "light"}, headers=headers)
    assert (answer.status_code, answer.location) == (303, where)


def test_a_theme_that_is_none_is_422(browse_as: As, ben: User) -> None:
    assert browse_as(ben).post("/preferences/theme", data={"theme": "pink"}).status_code == 422


def test_the_estimate_counts_with_the_forms_values(browse_as: As, ben: User) -> None:
    client = factories.client(ben.business, owner=ben)
    other = factories.client(ben.business, name="Castellan Bank")
    for of, score in ((client, 0.9), (client, 0.6), (other, 0.9)):
        factories.event(of, relevance_score=score)
    wishes = [
        ({"relevance_percent": "70", "category_choice": "all"}, '<b class="num">2</b> of 3'),
        ({"relevance_percent": "90", "category_choice": "all"}, '<b class="num">2</b> of 3'),
        ({"relevance_percent": "91", "category_choice": "all"}, '<b class="num">0</b> of 3'),
        ({"category_choice": "chosen"}, '<b class="num">0</b> of 3'),
        (
            {"category_choice": "chosen", "notification_categories": "relationship"},
            '<b class="num">2</b> of 3',
        ),
        ({"assigned_clients_only": "true"}, '<b class="num">1</b> of 3'),
    ]
    for wish, expected in wishes:
        answer = browse_as(ben).get("/preferences/estimate", query_string=wish, headers=HTMX)
        assert expected in answer.text


def test_an_estimate_of_nonsense_is_left_out(browse_as: As, ben: User) -> None:
    answer = browse_as(ben).get("/preferences/estimate?relevance_percent=x")
    assert (answer.status_code, answer.data) == (204, b"")


def useful(of: Client, user: User, title: str, score: float) -> None:
    event = factories.event(of, title=title, relevance_score=score)
    verdict = {"verdict": FeedbackVerdict.USEFUL, "business_id": of.business_id}
    factories.save(EventFeedback(event_id=event.id, user_id=user.id, **verdict))


def test_the_preview_names_the_useful_ones_that_would_be_lost(
    browse_as: As, ana: User, ben: User
) -> None:
    client = factories.client(ben.business)
    useful(client, ben, "The harbour closes", 0.75)
    useful(client, ana, "The mayor resigns", 0.75)
    browser = browse_as(ben)
    kept = browser.get("/preferences/estimate?relevance_percent=75", headers=HTMX).text
    lost = browser.get("/preferences/estimate?relevance_percent=76", headers=HTMX).text
    assert "would be lost" not in kept
    assert "1 that you marked useful would be lost" in lost
    assert ("The harbour closes" in lost, "The mayor resigns" in lost) == (True, False)


def test_the_preview_leaves_out_what_is_muted(browse_as: As, ben: User) -> None:
    factories.event(factories.client(ben.business), publisher="Harbour Wire")
    browser = browse_as(ben)
    assert '<b class="num">1</b> of 1' in browser.get("/preferences").text
    browser.post("/mutes", data={"kind": "source", "source": "harbour wire"})
    assert '<b class="num">0</b> of 1' in browser.get("/preferences").text


def test_without_scripts_a_button_previews_and_saves_nothing(browse_as: As, ben: User) -> None:
    factories.event(factories.client(ben.business), relevance_score=0.85)
    factories.preference(ben, relevance_threshold=0.5)
    form = {**FORM, "relevance_percent": "90", "category_choice": "all"}
    answer = browse_as(ben).post("/preferences/preview", data=form)
    assert '<b class="num">0</b> of 1' in answer.text
    assert "Nothing is saved yet" in answer.text
    assert 'value="90"' in answer.text
    assert 'value="22:00"' in answer.text
    assert saved().relevance_threshold == 0.5
    bad = browse_as(ben).post("/preferences/preview", data={**FORM, "digest_time": "25:00"})
    assert bad.status_code == 422


@pytest.mark.parametrize(
    ("start", "end"), [("08:00", "08:00"), ("00:00", "23:59"), ("08:00", "07:30")]
)
def test_quiet_hours_that_cover_the_day_are_refused(
    browse_as: As, ben: User, start: str, end: str
) -> None:
    factories.preference(ben)
    form = {**FORM, "quiet_hours_start": start, "quiet_hours_end": end}
    answer = browse_as(ben).post("/preferences", data=form)
    assert answer.status_code == 422
    assert saved().quiet_hours_start is None
