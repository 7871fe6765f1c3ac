"""The console provider keeps mails as files and sends nothing."""

from pathlib import Path

import pytest

from tests.providers.connections import watched_connections
from tests.providers.mail.mails import MAIL, mail, read
from webapp.enums import MailProviderName
from webapp.providers.base import MailDeferredError, MailRefusedError
from webapp.providers.mail.console import ConsoleProvider, mail_file_name


def test_mail_is_kept_as_a_file_that_the_receipt_names(tmp_path: Path) -> None:
    with watched_connections() as tried:
        receipt = ConsoleProvider(tmp_path / "mails").send(MAIL)
    kept = tmp_path / "mails" / receipt.provider_message_id
    assert receipt.provider is MailProviderName.CONSOLE
    assert read(kept.read_bytes())["Message-ID"] == MAIL.message_id
    assert tried == []


def test_second_try_of_a_mail_replaces_the_first(tmp_path: Path) -> None:
    keeping = ConsoleProvider(tmp_path)
    keeping.send(MAIL)
    keeping.send(mail(subject="Again"))
    (only,) = tmp_path.iterdir()
    assert read(only.read_bytes())["Subject"] == "Again"


@pytest.mark.parametrize(
    "wild", ["<../../etc/passwd@x>", "<a/b\\c@x>", "<...@x>", f"<{'a' * 300}@x>"]
)
def test_file_name_stays_in_the_folder(tmp_path: Path, wild: str) -> None:
    ConsoleProvider(tmp_path).send(mail(message_id=wild))
    (only,) = tmp_path.iterdir()
    assert only.name == mail_file_name(wild)
    assert len(only.name) < 120


def test_names_of_different_mails_differ() -> None:
    assert mail_file_name("<a/b@x>") != mail_file_name("<a-b@x>")


def test_folder_that_cannot_be_written_defers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MailDeferredError, match="could not be kept"):
        ConsoleProvider(tmp_path / "file").send(MAIL)


def test_malformed_mail_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(MailRefusedError):
        ConsoleProvider(tmp_path).send(mail(subject="a\r\nBcc: eve@example.com"))
    assert list(tmp_path.iterdir()) == []


def test_it_is_always_configured(tmp_path: Path) -> None:
    assert ConsoleProvider(tmp_path).is_configured()
