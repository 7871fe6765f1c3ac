"""A mail about an event that continues a story says so, and what is new."""

import pytest

from tests import factories
from webapp.models import Event, User
from webapp.services.email_event_content import load_event_mail, subject_words
from webapp.services.email_rendering import MailFrame, render_html, render_subject, render_text

pytestmark = pytest.mark.usefixtures("database")

NOTE = "The amount is now $80M, it was <$65M>."
FRAME = MailFrame("Lighthouse", "the event passes your filter", "https://example.com/p", None)


def event(ben: User, **values: str) -> Event:
    client = factories.client(ben.business, name="Halcyon Health")
    return factories.event(client, title="Halcyon Health raises $80M", **values)


@pytest.mark.parametrize(
    ("values", "subject"),
    [
        ({"change_note": NOTE}, "[Relationship] Update: Halcyon Health raises $80M"),
        ({}, "[Relationship] Halcyon Health raises $80M"),
    ],
)
def test_the_subject_says_that_it_is_an_update(
    ben: User, values: dict[str, str], subject: str
) -> None:
    assert render_subject("event", **subject_words(event(ben, **values))) == subject


def test_the_mail_says_what_is_new(ben: User) -> None:
    mail = load_event_mail(event(ben, change_note=NOTE), "UTC")
    words = {"mail": mail, "frame": FRAME, "url": "https://example.com/e"}
    assert f"What is new: {NOTE}" in render_text("event", **words)
    html = render_html("event", **words)
    assert "What is new: The amount is now $80M, it was &lt;$65M&gt;." in html
    assert mail.preheader.startswith("The amount is now $80M")


def test_a_first_report_tells_of_no_change(ben: User) -> None:
    mail = load_event_mail(event(ben), "UTC")
    words = {"mail": mail, "frame": FRAME, "url": "https://example.com/e"}
    assert "What is new" not in render_text("event", **words) + render_html("event", **words)
