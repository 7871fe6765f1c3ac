"""Keeps mails in a folder instead of sending them, for a workspace without a mail server."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from webapp.enums import MailProviderName
from webapp.providers.base import MailDeferredError, MailReceipt, OutgoingMail
from webapp.providers.mail.mime import message_bytes

_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")
_NAME_LENGTH = 80


def mail_file_name(message_id: str) -> str:
    """Return the file name that a mail is kept under; the same for each try of one mail."""
    readable = _UNSAFE.sub("-", message_id.strip("<>"))[:_NAME_LENGTH].strip(".-")
    digest = hashlib.sha256(message_id.encode()).hexdigest()[:8]
    return f"{readable}-{digest}.eml"


class ConsoleProvider:
    """Writes each mail as an .eml file that any mail program opens; sends nothing."""

    name = MailProviderName.CONSOLE

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def is_configured(self) -> bool:
        """Return True: a folder is all that is needed."""
        return True

    def send(self, mail: OutgoingMail) -> MailReceipt:
        """Write the mail; the receipt names the file in the folder.

        The file appears whole or not at all. Raises MailRefusedError for a mail that no server
        would take and MailDeferredError when the folder cannot be written.
        """
        content = message_bytes(mail)
        name = mail_file_name(mail.message_id)
        try:
            self._write(name, content)
        except OSError as error:
            problem = error.strerror or "unknown reason"
        else:
            return MailReceipt(self.name, name)
        raise MailDeferredError(f"The mail could not be kept: {problem}.")

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(self._folder / name)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
