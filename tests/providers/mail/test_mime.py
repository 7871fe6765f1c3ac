"""What goes on the wire is one sound message, whatever the words are."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.providers.mail.mails import MAIL, mail, part, read
from webapp.providers.base import MailRefusedError
from webapp.providers.mail.mime import build_message, wire_address

LONG_LINK = f"<https://beacon.example.com/unsubscribe/{'x' * 200}>"
HEADERS = ["Message-ID", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type"]


def test_message_has_text_and_html_beside_each_other() -> None:
    message = read(build_message(MAIL).as_bytes())
    assert message.get_content_type() == "multipart/alternative"
    assert part(message, "plain") == MAIL.text + "\n"
    assert part(message, "html") == MAIL.html + "\n"


def test_message_id_is_the_one_given() -> None:
    assert read(build_message(MAIL).as_bytes())["Message-ID"] == MAIL.message_id


def test_each_header_stands_once() -> None:
    assert sorted(read(build_message(MAIL).as_bytes()).keys()) == sorted(HEADERS)


def test_message_is_plain_ascii_with_short_lines() -> None:
    content = build_message(mail(text="ü" * 5_000, html="<p>" + "x" * 5_000)).as_bytes()
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_long_link_in_a_header_is_not_encoded_away() -> None:
    told = {"List-Unsubscribe": LONG_LINK, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    content = build_message(mail(headers=told)).as_bytes()
    assert LONG_LINK.encode() in content
    assert read(content)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "subject", ["Größe — " * 10, "漢字" * 40, "🚨 Alarm", "=?utf-8?q?x?=", "a" * 300]
)
def test_subject_arrives_as_written(subject: str) -> None:
    message = read(build_message(mail(subject=subject)).as_bytes())
    assert message["Subject"].strip() in {subject.strip(), "x"}


@pytest.mark.parametrize(
    "name", ["Beacon", "Beacon, Inc.", 'The "Beacon"', "Bäcon <x@y.example>", ""]
)
def test_sender_name_cannot_change_the_address(name: str) -> None:
    message = read(build_message(mail(sender_name=name)).as_bytes())
    (sender,) = message["From"].addresses
    assert (sender.addr_spec, sender.display_name) == ("beacon@example.com", name)


@pytest.mark.parametrize("evil", ["a\r\nBcc: eve@example.com", "a\nb", "a\rb", "a\x00b", "\x0bx"])
@pytest.mark.parametrize(
    "field", ["subject", "sender_name", "recipient", "sender_email", "message_id"]
)
def test_control_character_in_a_header_is_refused(field: str, evil: str) -> None:
    with pytest.raises(MailRefusedError) as caught:
        build_message(mail(**{field: evil}))
    assert not caught.value.is_bounce


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "a\r\nBcc: eve@example.com"},
        {"X-A\r\nBcc": "eve@example.com"},
        {"X A": "a"},
        {"": "a"},
        {"Bcc": "eve@example.com"},
        {"to": "eve@example.com"},
        {"Subject": "another"},
    ],
)
def test_header_that_adds_or_replaces_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(MailRefusedError):
        build_message(mail(headers=headers))


@pytest.mark.parametrize(
    "address",
    [
        *("", "ben", "ben@", "@example.com", "a b@example.com", "a@b@c", "<a@b.example>"),
        *("a@b.example,c@d.example", "bén@example.com", "ben@exa..mple"),
        "ben@" + "x" * 70 + ".example",
    ],
)
def test_malformed_address_is_refused(address: str) -> None:
    with pytest.raises(MailRefusedError):
        wire_address(address)


def test_domain_in_another_script_is_wired_in_ascii() -> None:
    assert wire_address("ben@bücher.example") == "ben@xn--bcher-kva.example"


@pytest.mark.parametrize("wrong", ["no-brackets@x.example", "<a b@x.example>", "<>", "<a@b>c", ""])
def test_malformed_message_id_is_refused(wrong: str) -> None:
    with pytest.raises(MailRefusedError):
        build_message(mail(message_id=wrong))


@settings(max_examples=300, deadline=None)
@given(
    subject=st.text(max_size=120),
    name=st.text(max_size=60),
    value=st.text(alphabet=string.printable + "äß漢\x85\u2028", max_size=120),
)
def test_no_words_of_a_stranger_add_a_header_or_recipient(
    subject: str, name: str, value: str
) -> None:
    told = mail(subject=subject, sender_name=name, headers={"X-Client": value}, text=value)
    try:
        message = read(build_message(told).as_bytes())
    except MailRefusedError:
        return
    assert sorted(message.keys()) == sorted([*HEADERS, "X-Client"])
    assert [a.addr_spec for a in message["To"].addresses] == ["ben@example.com"]
    assert [a.addr_spec for a in message["From"].addresses] == ["beacon@example.com"]
