"""Lines on standard output, each with the name of the process that wrote it."""

import sys
import threading
from typing import TextIO


class Output:
    """Prints whole lines from several threads; keeps quiet once nobody reads them any more."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()
        self._open = True

    def say(self, text: str) -> None:
        """Print a line of our own."""
        self._write(text)

    def line(self, name: str, text: str) -> None:
        """Print a line of the process `name`."""
        self._write(f"{name:<9} | {text}")

    def _write(self, text: str) -> None:
        with self._lock:
            if not self._open:
                return
            try:
                self._stream.write(f"{text}\n")
                self._stream.flush()
            except (OSError, ValueError):
                self._open = False
