"""Mails out of a mailbox: an mbox file, a Maildir folder, or a single message."""

import mailbox
import tempfile
from collections.abc import Iterator
from pathlib import Path

from webapp.errors import InvalidInputError

_MBOX_START = b"From "


def mails_in(path: Path, *, at_most: int) -> Iterator[bytes]:
    """Yield the mails at a path, each cut after so many bytes; nothing there is changed.

    Raises InvalidInputError for a path where no mails can be.
    """
    if path.is_dir():
        if not (path / "cur").is_dir() and not (path / "new").is_dir():
            raise InvalidInputError.of("path", "This folder is no Maildir: it has no cur and new.")
        return _maildir(path, at_most)
    if not path.is_file():
        raise InvalidInputError.of("path", "There is no mailbox at this path.")
    with path.open("rb") as file:
        is_mbox = file.read(len(_MBOX_START)) == _MBOX_START
    return _mbox(path, at_most) if is_mbox else _single(path, at_most)


def mails_of(content: bytes, *, at_most: int) -> list[bytes]:
    """Return the mails of an uploaded mbox or single message, each cut after so many bytes."""
    if not content.startswith(_MBOX_START):
        return [content[:at_most]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mbox"
        path.write_bytes(content)
        return list(_mbox(path, at_most))


def _mbox(path: Path, at_most: int) -> Iterator[bytes]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as file:
                yield file.read(at_most)
    finally:
        box.close()


def _maildir(path: Path, at_most: int) -> Iterator[bytes]:
    """Yield the mails of both folders; links are passed over, as they may lead anywhere."""
    for folder in ("new", "cur"):
        for file in sorted((path / folder).glob("*")):
            if file.is_file() and not file.is_symlink():
                with file.open("rb") as opened:
                    yield opened.read(at_most)


def _single(path: Path, at_most: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield file.read(at_most)
