"""Statistics of mails: the documented figures, and what counts."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import EmailStatus, EmailType
from webapp.models import EmailLog, User
from webapp.models.base import new_uuid
from webapp.services.transactions import atomic

As = Callable[[User], FlaskClient]
URL = "/api/v1/email-logs/stats/summary"


def _hundred_mails(user: User) -> None:
    """Store the mails of the documented example: 80 events, 15 digests, 5 alerts."""
    kinds = [EmailType.EVENT_NOTIFICATION] * 80 + [EmailType.DIGEST] * 15 + [EmailType.ALERT] * 5
    states = [EmailStatus.SENT] * 95 + [EmailStatus.FAILED] * 3 + [EmailStatus.PENDING] * 2
    with atomic() as session:
        for number, (kind, state) in enumerate(zip(kinds, states, strict=True)):
            key = new_uuid().hex
            session.add(
                EmailLog(
                    business_id=user.business_id,
                    user_id=user.id,
                    email_type=kind,
                    status=state,
                    recipient_email=user.email,
                    subject="x",
                    message_id=key,
                    dedupe_key=key,
                    opened_at=clock.now() if number < 70 else None,
                    clicked_at=clock.now() if number < 25 else None,
                )
            )


def test_the_documented_example_is_reproduced_to_the_digit(api_as: As, ana: User) -> None:
    _hundred_mails(ana)
    assert api_as(ana).get(URL).get_json() == {
        "total_emails": 100,
        "sent": 95,
        "failed": 3,
        "pending": 2,
        "bounced": 0,
        "opened": 70,
        "clicked": 25,
        "open_rate": 73.68,
        "click_rate": 26.32,
        "delivery_rate": 95.0,
        "by_type": {"event_notification": 80, "digest": 15, "alert": 5},
    }


def test_without_mails_every_rate_is_zero(api_as: As, ana: User) -> None:
    answer = api_as(ana).get(URL).get_json()
    assert (answer["open_rate"], answer["click_rate"], answer["delivery_rate"]) == (0.0, 0.0, 0.0)
    assert answer["by_type"] == {}


def test_an_opened_mail_that_bounced_later_does_not_count_as_opened(api_as: As, ana: User) -> None:
    factories.email_log(ana, status=EmailStatus.BOUNCED, opened_at=clock.now())
    answer = api_as(ana).get(URL).get_json()
    assert (answer["bounced"], answer["sent"], answer["opened"]) == (1, 0, 0)


def test_a_csm_counts_their_own_and_a_stranger_counts_nothing(
    api_as: As, ana: User, ben: User, cleo: User
) -> None:
    factories.email_log(ana)
    factories.email_log(ben)
    totals = [api_as(user).get(URL).get_json()["total_emails"] for user in (ana, ben, cleo)]
    assert totals == [2, 1, 0]


def test_a_range_bounds_the_figures(api_as: As, ana: User) -> None:
    for day in (10, 11, 12):
        factories.email_log(ana, sent_at=datetime(2026, 11, day, 12, tzinfo=UTC))
    answer = api_as(ana).get(f"{URL}?start_date=2026-11-11&end_date=2026-11-11").get_json()
    assert answer["total_emails"] == 1
