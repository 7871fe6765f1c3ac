"""No word of the other business is ever seen: in a body, a header, a mail or the log."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from tests.access.conftest import Visit
from tests.access.routes import routes
from tests.access.two_businesses import OURS, THEIRS, Filled
from webapp import clock
from webapp.container import services
from webapp.enums import EmailStatus, NotificationFrequency, Role
from webapp.extensions import db
from webapp.models import DigestIssue, EmailLog, UserPreference
from webapp.services.transactions import atomic

_LINK = re.compile(r'(?:href|src|hx-get|hx-post|action)="(/[^"]*)"')
PART_OF_THEIRS = THEIRS[:4]
"""Enough to find their rows by, and no canary itself when a page repeats what was looked for."""
MOST_LINKS = 60


@pytest.mark.slow
def test_a_crawl_meets_nothing_of_the_other_business(
    app: Flask,
    ours: Filled,
    theirs: Filled,
    visit: Visit,
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser = visit(ours.people[Role.ADMIN])
    seen = crawl(browser, starts(app, ours, theirs))
    assert sum(OURS in text for text in seen.values()) > 50
    assert [address for address, text in seen.items() if THEIRS in text] == []
    assert THEIRS not in caplog.text


def test_no_mail_holds_a_word_of_the_other_business(
    app: Flask,  # noqa: ARG001 -- mails are written by the whole app
    ours: Filled,
    theirs: Filled,
) -> None:
    tomorrow = (clock.now() + timedelta(days=1)).replace(hour=9, minute=30)
    with atomic() as session:
        daily = {"notification_frequency": NotificationFrequency.DAILY, "relevance_threshold": 0.1}
        session.execute(update(UserPreference).values(daily))
        session.execute(delete(DigestIssue))
    assert services().digests.send_due(tomorrow) == 2
    for each in (ours, theirs):
        services().email.send_event_notification(each.keys["events"], each.csm.id)
    for log_id in db.session.scalars(
        select(EmailLog.id).where(EmailLog.status == EmailStatus.PENDING)
    ).all():
        services().email.deliver(log_id)
    db.session.rollback()
    mails = db.session.scalars(select(EmailLog).where(EmailLog.body_html.is_not(None))).all()
    written = [each for each in mails if each.body_html and "<html" in each.body_html]
    assert len(written) == 4
    for mail in written:
        own, other = (OURS, THEIRS) if mail.business_id == ours.business_id else (THEIRS, OURS)
        text = f"{mail.subject} {mail.body_text} {mail.body_html} {mail.body_preview}"
        assert own in text
        assert other not in text
        assert other.lower() not in mail.recipient_email


def starts(app: Flask, ours: Filled, theirs: Filled) -> list[str]:
    """Return every address that reads, with our rows, with theirs, and looking for theirs."""
    found: list[str] = []
    for route in routes(app):
        if route.is_unsafe or route.permission is None:
            continue
        plain = route.address(ours)
        found += [plain, route.address(theirs)]
        if not route.names_rows:
            found.append(f"{plain}?q={PART_OF_THEIRS}")
            found.append(f"{plain}?client_id={theirs.keys['clients']}")
    return found


def crawl(
    browser: FlaskClient, addresses: list[str], *, most_links: int = MOST_LINKS
) -> dict[str, str]:
    """Read the addresses and what they link to; returns headers and body by address."""
    seen: dict[str, str] = {}
    waiting = list(dict.fromkeys(addresses))
    enough = len(waiting) + most_links
    while waiting and len(seen) < enough:
        address = waiting.pop(0)
        answer = browser.get(address)
        assert answer.status_code < 500 or address == "/readyz", address
        seen[address] = f"{answer.headers}\n{answer.text}"
        links = (html.unescape(each) for each in _LINK.findall(answer.text))
        waiting += [
            each
            for each in dict.fromkeys(links)
            if each not in seen and each not in waiting and not each.startswith("/static/")
        ]
    return seen
