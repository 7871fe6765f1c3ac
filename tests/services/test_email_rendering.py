"""What mails look like: both parts, escaped, small, and honest about where news come from."""

import re
from datetime import timedelta

import pytest

from tests import factories
from tests.doubles.mail import Postroom
from webapp import clock
from webapp.config import Settings
from webapp.enums import AIName, ClientTier, Provenance, ReporterName, SimulationReason, Urgency
from webapp.models import Business, Client, EmailLog, Event, EventRawData, Insight, User
from webapp.services.email_rendering import RenderedMail
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")
MAX_BYTES = 60_000
ATTACK = "<script>alert(1)</script>"


@pytest.fixture
def room(settings: Settings) -> Postroom:
    return Postroom(settings.model_copy(update={"public_url": "https://beacon.example.com"}))


@pytest.fixture
def halcyon(business: Business, ben: User) -> Client:
    return factories.client(
        business,
        owner=ben,
        tier=ClientTier.ENTERPRISE,
        arr=240_000.0,
        renewal_on=(clock.now() + timedelta(days=41)).date(),
    )


def mail_of(room: Postroom, event: Event, user: User) -> RenderedMail:
    log = factories.email_log(
        user, event_id=event.id, status="pending", context={"reason": "relevance 0.85 ≥ 0.70."}
    )
    with atomic() as session:
        found = room.service.compose(session.get_one(EmailLog, log.id))
    assert found is not None
    return found


def test_an_event_mail_tells_client_reason_and_link(
    room: Postroom, halcyon: Client, ben: User
) -> None:
    event = factories.event(halcyon, risk_reason="The budget holder leaves.")
    for part in (mail_of(room, event, ben).text, mail_of(room, event, ben).html):
        assert "Enterprise · $240k ARR · renews in 41 days" in part
        assert "The budget holder leaves." in part
        assert f"https://beacon.example.com/events/{event.id}" in part
        assert "You get this because relevance 0.85 ≥ 0.70." in part
        assert "https://beacon.example.com/u/" in part
        assert "Live source" in part


def test_text_from_the_web_is_escaped(room: Postroom, business: Business, ben: User) -> None:
    client = factories.client(business, name=f"Halcyon {ATTACK}")
    event = factories.event(
        client, title=f"News {ATTACK}", summary=ATTACK, publisher=ATTACK, risk_reason=ATTACK
    )
    mail = mail_of(room, event, ben)
    assert "<script" not in mail.html
    assert ATTACK in mail.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://[broken"])
def test_only_web_addresses_become_links(
    room: Postroom, halcyon: Client, ben: User, url: str
) -> None:
    assert url not in mail_of(room, factories.event(halcyon, url=url), ben).html


def test_what_the_crm_told_names_the_crm_and_links_to_nothing(
    room: Postroom, halcyon: Client, ben: User
) -> None:
    line = {"quote": "Health of the account: Red", "url": ""}
    event = factories.event(
        halcyon, source_api=ReporterName.CRM, publisher="Salesforce", url="", evidence=[line]
    )
    text = mail_of(room, event, ben).text
    assert re.search(r'\[1\] CRM: Salesforce\n.*\n    "Health of the account: Red"', text)


def test_sources_are_numbered_with_their_quotes(room: Postroom, halcyon: Client, ben: User) -> None:
    event = factories.event(
        halcyon, evidence=[{"quote": "leaves in January", "url": "https://b.example.com/2"}]
    )
    for number in (1, 2):
        _raw_row(event, number)
    text = mail_of(room, event, ben).text
    assert re.search(r"\[1\] Report 1\n.*\n    https://a.example.com/1", text)
    assert re.search(r'\[2\] Report 2\n.*\n    "leaves in January"', text)


def test_each_claim_stands_with_its_quote_and_the_number_of_its_source(
    room: Postroom, halcyon: Client, ben: User
) -> None:
    event = factories.event(halcyon)
    rows = [_raw_row(event, number) for number in (1, 2)]
    claims = [
        {"text": "He goes.", "quote": "Adler leaves in January", "source_ref": str(rows[1].id)},
        {
            "text": "It renews soon.",
            "quote": "Date of the renewal: 2027-01-04",
            "source_ref": "crm",
        },
        {"text": "Gone.", "quote": "of a report that is gone", "source_ref": "unknown"},
    ]
    factories.save(
        Insight(
            business_id=event.business_id,
            event_id=event.id,
            why_it_matters="The sponsor leaves.",
            claims=claims,
            recommended_actions=["Call Henrik"],
            urgency=Urgency.HIGH,
            provider=AIName.OPENAI,
            model="a-model",
            prompt_version="1",
        )
    )
    mail = mail_of(room, event, ben)
    assert 'He goes. "Adler leaves in January" [2]' in mail.text
    assert 'It renews soon. "Date of the renewal: 2027-01-04" [CRM]' in mail.text
    assert "He goes. <i>“Adler leaves in January”</i> [2]" in mail.html
    assert "of a report that is gone" not in mail.text


def _raw_row(event: Event, number: int) -> EventRawData:
    letter = "ab"[number - 1]
    return factories.save(
        EventRawData(
            business_id=event.business_id,
            client_id=event.client_id,
            source_api="rss",
            raw_content="{}",
            content_hash=f"hash-{number}",
            canonical_url=f"https://{letter}.example.com/{number}",
            url=f"https://{letter}.example.com/{number}",
            title=f"Report {number}",
            publisher="example.com",
            fetched_at=clock.now(),
            provenance=Provenance.LIVE,
            processed_into_event_id=event.id,
        )
    )


def test_simulated_news_are_marked_in_subject_and_both_parts(
    room: Postroom, halcyon: Client, ben: User
) -> None:
    event = factories.event(
        halcyon, provenance=Provenance.SIMULATED, simulation_reason=SimulationReason.FORCED
    )
    mail = mail_of(room, event, ben)
    assert mail.subject.startswith("[Simulated] ")
    assert "SIMULATED" in mail.text
    assert "Nothing of it happened" in mail.html


def test_a_title_that_starts_with_the_client_is_not_doubled(
    room: Postroom, halcyon: Client, ben: User
) -> None:
    event = factories.event(halcyon, title="Halcyon Health names a new CFO")
    assert mail_of(room, event, ben).subject == "[Relationship] Halcyon Health names a new CFO"


def test_a_mail_stays_small_whatever_the_sources_say(
    room: Postroom, halcyon: Client, ben: User
) -> None:
    event = factories.event(halcyon, title="T" * 500, summary="s" * 60_000, publisher="p" * 200)
    assert len(mail_of(room, event, ben).html.encode()) < MAX_BYTES


def test_the_html_needs_nothing_from_outside(room: Postroom, halcyon: Client, ben: User) -> None:
    html = mail_of(room, factories.event(halcyon), ben).html
    assert not re.search(r"<img|<script|<link|@import|url\(", html)


def test_times_are_told_in_the_readers_zone(
    room: Postroom, halcyon: Client, business: Business
) -> None:
    dana = factories.user(business, name="Dana", timezone="Asia/Tokyo")
    at = clock.now().replace(year=2026, month=11, day=22, hour=23, minute=30)
    assert (
        "23 Nov 2026, 08:30" in mail_of(room, factories.event(halcyon, published_at=at), dana).text
    )
