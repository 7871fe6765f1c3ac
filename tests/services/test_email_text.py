"""Words of mails."""

from datetime import date

import pytest

from webapp.services.email_failures import plain_words
from webapp.services.email_text import headline, money, one_line, paragraphs, renewal, sentiment


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a\r\nBcc: eve@example.com", "a Bcc: eve@example.com"),
        ("a\x00b\x85c\u2028d", "a b c d"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("  many   spaces\t", "many spaces"),
        ("x" * 200, "x" * 179 + "…"),
        ("half \ud800 pair", "half pair"),
    ],
)
def test_a_line_is_one_printable_line(given: str, expected: str) -> None:
    assert one_line(given) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (240_000, "USD", "$240k"),
        (1_250_000, "USD", "$1.2M"),
        (900, "EUR", "EUR 900"),
        (2_000_000, "EUR", "EUR 2M"),
    ],
)
def test_money_is_told_in_round_figures(amount: float, currency: str, expected: str) -> None:
    assert money(amount, currency) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 22), "renews today"),
        (date(2026, 11, 23), "renews in 1 day"),
        (date(2027, 1, 2), "renews in 41 days"),
        (date(2027, 11, 22), "renews on 22 Nov 2027"),
        (date(2026, 11, 1), "renewal was due on 01 Nov 2026"),
    ],
)
def test_a_renewal_is_told_in_days_where_it_is_near(on: date, expected: str) -> None:
    assert renewal(on, date(2026, 11, 22)) == expected


@pytest.mark.parametrize(
    ("score", "word"), [(-0.6, "Negative"), (0.0, "Neutral"), (0.14, "Neutral"), (0.5, "Positive")]
)
def test_a_sentiment_is_one_word(score: float, word: str) -> None:
    assert sentiment(score) == word


def test_a_headline_names_the_client_once() -> None:
    assert headline("Halcyon", "CFO leaves") == "Halcyon: CFO leaves"
    assert headline("Halcyon", "halcyon loses CFO") == "halcyon loses CFO"


def test_a_text_is_split_at_blank_lines() -> None:
    assert paragraphs("one\nline\n\n \ntwo\n") == ["one line", "two"]


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("The mail server refused the recipient: 550 5.1.1 No such user here", "does not exist"),
        ("The mail server refused the recipient: 552 5.2.2 Mailbox full", "full"),
        ("The mail server refused the mail: 554 5.7.1 Refused as unwanted", "SPF"),
        ("The mail server does not accept the sign-in; check SMTP_USERNAME", "SMTP_PASSWORD"),
        ("The mail server did not answer in time or hung up.", "SMTP_HOST"),
        ("The mail server could not be reached; check SMTP_HOST and SMTP_PORT.", "SMTP_HOST"),
        ("The mail server did not take the recipient for now: 451 4.3.2 Try again later", "later"),
        ("Not sent: the client was archived in the meantime.", "archived"),
        ("Something nobody foresaw", "nobody foresaw"),
        (None, "no reason"),
    ],
)
def test_a_failure_is_told_in_plain_words(message: str | None, word: str) -> None:
    assert word in plain_words(message)
