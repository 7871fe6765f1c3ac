"""Waiting until Beacon answers /readyz with 200."""

import http.client
import time
from collections.abc import Callable

from bin.launcher.checks import HOST
from bin.launcher.errors import StartError

_PAUSE = 0.1
_SHOWN = 500


def wait_until_ready(port: int, check: Callable[[], None], *, seconds: float) -> None:
    """Return once the web process says that everything is there.

    `check` runs before each question and raises when a process ended; after `seconds` the
    StartError holds the last answer, which names what is missing.
    """
    deadline = time.monotonic() + seconds
    answer = "no answer"
    while True:
        check()
        ready, answer = _ask(port, answer)
        if ready:
            return
        if time.monotonic() > deadline:
            message = f"Beacon was not ready within {seconds:.0f} s: {answer}"
            raise StartError(message)
        time.sleep(_PAUSE)


def _ask(port: int, before: str) -> tuple[bool, str]:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        text = response.read(_SHOWN).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return False, before
    finally:
        connection.close()
    return response.status == http.HTTPStatus.OK, " ".join(text.split())
