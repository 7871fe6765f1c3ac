"""The folder of a report: one replay at a time writes to it, and it starts empty."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAILS = "mails"


class FolderBusyError(Exception):
    """Another replay is writing to the folder."""


@contextmanager
def reserved(folder: Path) -> Iterator[None]:
    """Hold the folder for the length of the block, with what an earlier replay left taken out."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderBusyError(
                f"another replay is writing to {folder}; wait for it or give another --output"
            ) from None
        for file in (
            *folder.glob(f"{MAILS}/*.eml"),
            *folder.glob("report.*"),
            *folder.glob("*.log"),
        ):
            file.unlink()
        yield
